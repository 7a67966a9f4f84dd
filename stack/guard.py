"""Ends a whole stack when its owner is gone.

    python -m stack.guard OWNER_PID

Runs under the supervisor while the stack starts (the owner is the command that starts it), and for as long as
the stack lives when a test run owns it. So neither a killed command nor a killed test run leaves servers.
"""

import os
import signal
import sys
import time

import psutil


def watch(owner_pid: int, supervisor_pid: int) -> None:
    """Return when the owner has ended; the supervisor is then asked to stop everything."""
    try:
        owner = psutil.Process(owner_pid)
        while owner.is_running() and owner.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.25)
    except psutil.NoSuchProcess:
        pass
    os.kill(supervisor_pid, signal.SIGTERM)


if __name__ == "__main__":
    watch(int(sys.argv[1]), os.getppid())
