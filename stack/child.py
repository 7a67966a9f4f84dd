"""Starts one process so that it cannot outlive its parent.

    python -m stack.child SPEC.json            a process of the stack, under the supervisor
    python -m stack.child --bound COMMAND...   a build, under whoever runs it

Neither supervisor nor any other process manager on PyPI ends its children when it is killed itself, so each
child asks the kernel for a signal at its parent's death and then becomes the program (exec keeps the request).
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals) -> None:
    """Ask for `number` when the parent dies (Linux only; elsewhere the next `up` or `down` sweeps up)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def run_spec(path: Path) -> None:
    """Become the process that the specification at `path` describes."""
    from stack.strays import end_strays

    spec = json.loads(path.read_text())
    # The workers of a web server that was killed still hold its port.
    end_strays(Path(spec["root"]), spec["name"])
    parent = os.getppid()
    die_with_parent(signal.Signals[f"SIG{spec['stop_signal']}"])
    # The parent may have died before the request was made; then no signal will ever come.
    if parent != int(Path(spec["supervisor"]).read_text()):
        sys.exit("the supervisor is gone")
    os.chdir(spec["directory"])
    os.execvpe(spec["command"][0], spec["command"], {**os.environ, **spec["env"]})


def run_bound(command: list[str]) -> None:
    """Become `command`, ended when the parent ends."""
    die_with_parent(signal.SIGTERM)
    os.execvp(command[0], command)


if __name__ == "__main__":
    if sys.argv[1] == "--bound":
        run_bound(sys.argv[2:])
    else:
        run_spec(Path(sys.argv[1]))
