"""Built and fetched programs, kept in the user's cache folder and shared by every checkout."""

import shutil
from collections.abc import Callable
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from stack.errors import StackError

Say = Callable[[str], None]
"""Tells whoever is waiting what is being done."""


def cache_folder() -> Path:
    """The user's cache folder for Pavilion (`$XDG_CACHE_HOME/pavilion` on Linux), made if it is missing."""
    folder = platformdirs.user_cache_path("pavilion")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def require_space(folder: Path, megabytes: int, purpose: str) -> None:
    """Raise StackError unless the disk of `folder` has `megabytes` free."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise StackError(
            f"{purpose} needs {megabytes} MB in {folder} and {free} MB are free",
            "free some space, or name a folder on a larger disk with XDG_CACHE_HOME",
        )


def cached(name: str, build: Callable[[Path], None], say: Say, *, megabytes: int) -> Path:
    """The folder `name` of the cache, made by `build` if it is not there yet.

    `build` fills an empty draft folder, which is renamed only when it is whole, so a build that was cut short
    is never taken for a finished one. A lock file lets one process build while the others wait for it.
    """
    home = cache_folder() / name
    if home.exists():
        return home
    lock = FileLock(cache_folder() / f".{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("waiting for another process that is fetching it")
        lock.acquire()
    try:
        if not home.exists():
            require_space(cache_folder(), megabytes, name)
            draft = cache_folder() / f".{name}.draft"
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            build(draft)
            draft.rename(home)
    finally:
        lock.release()
    return home
