"""Ports of a checkout: free when chosen, remembered afterwards, and no two checkouts have the same."""

import json
import os
import random
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from filelock import FileLock

from stack.cache import Say, cache_folder
from stack.errors import StackError
from stack.probes import HOST

# Below the ports that Linux hands to outgoing connections (32768 and up), so that none of those takes ours.
LOWEST, HIGHEST = 20_000, 32_000


@dataclass(frozen=True)
class Holder:
    """The process that listens on a port, where the system tells."""

    pid: int | None
    name: str | None

    def __str__(self) -> str:
        return f"{self.name} (pid {self.pid})" if self.pid else "another user's process"


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def holder(port: int) -> Holder:
    """Who listens on a busy port."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if listens and connection.pid:
                return Holder(connection.pid, psutil.Process(connection.pid).name())
    except psutil.Error:
        pass
    return Holder(None, None)


def pin_variable(name: str) -> str:
    """The environment variable that fixes the port of `name`."""
    return f"PAVILION_PORT_{name.upper().replace('-', '_')}"


def claim(folder: Path, names: Sequence[str], say: Say) -> dict[str, int]:
    """A free port for each name, the one it had before where that is free.

    A port fixed by `PAVILION_PORT_<NAME>` is taken as it is; StackError says who holds it if it is busy. A
    remembered port that someone else took is replaced, and `say` tells so. Claims of all checkouts of this
    user stand in one file, so a checkout that is down keeps its ports too.
    """
    registry = cache_folder() / "ports.json"
    with FileLock(cache_folder() / "ports.lock"):
        claims = _living_claims(registry)
        taken = {int(port) for port, owner in claims.items() if owner != str(folder)}
        ports = remembered(folder)
        for name in names:
            ports[name] = _choose(name, ports.get(name), taken | set(ports.values()), say)
        (folder / "ports.json").write_text(json.dumps(ports, indent=2))
        others = {port: owner for port, owner in claims.items() if owner != str(folder)}
        registry.write_text(json.dumps(others | {str(port): str(folder) for port in ports.values()}))
    return ports


def remembered(folder: Path) -> dict[str, int]:
    """The ports this checkout had last time."""
    try:
        return json.loads((folder / "ports.json").read_text())
    except (OSError, ValueError):
        return {}


def _living_claims(registry: Path) -> dict[str, str]:
    try:
        claims: dict[str, str] = json.loads(registry.read_text())
    except (OSError, ValueError):
        return {}
    return {port: owner for port, owner in claims.items() if Path(owner, "ports.json").exists()}


def _choose(name: str, before: int | None, taken: set[int], say: Say) -> int:
    pinned = os.environ.get(pin_variable(name))
    if pinned:
        if not pinned.isdecimal() or not 0 < int(pinned) < 65_536:
            raise StackError(f"{pin_variable(name)} is {pinned!r}", "set it to a port, 1 to 65535")
        if not is_free(int(pinned)):
            raise StackError(
                f"port {pinned} for {name} is held by {holder(int(pinned))}",
                f"stop that process, or give {name} another port with {pin_variable(name)}",
            )
        return int(pinned)
    if before is not None and is_free(before):
        return before
    free = next(p for p in _candidates() if p not in taken and is_free(p))
    if before is not None:
        say(f"port {before} is held by {holder(before)}; using {free} instead")
    return free


def _candidates() -> list[int]:
    return random.sample(range(LOWEST, HIGHEST), 500)
