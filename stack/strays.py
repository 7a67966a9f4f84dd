"""Ends what an earlier life of the stack left behind. Every process of a stack carries a mark for this."""

import contextlib
import os
from pathlib import Path

import psutil

MARK = "PAVILION_PROCESS"


def mark(root: Path, name: str) -> str:
    """The value of the mark of one process of one stack."""
    return f"{root}:{name}"


def end_strays(root: Path, name: str = "") -> int:
    """End every marked process of this root (of that name); how many there were."""
    strays = [process for process in psutil.process_iter() if _is_stray(process, root, name)]
    for process in strays:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, alive = psutil.wait_procs(strays, timeout=5)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    return len(strays)


def _is_stray(process: psutil.Process, root: Path, name: str) -> bool:
    try:
        found = process.environ().get(MARK, "")
    except (psutil.Error, OSError):
        return False  # of another user, or gone
    wanted = mark(root, name)
    return process.pid != os.getpid() and (found == wanted if name else found.startswith(wanted))
