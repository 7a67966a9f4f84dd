"""What the stack finds on this machine, from where, and what to do about what it does not find."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from stack import ports, tools
from stack.cache import cache_folder
from stack.containers import engine_answers
from stack.errors import StackError
from stack.folders import state_folder
from stack.outside import outside_address
from stack.processes import PROJECT_PROCESSES
from stack.servers import DEFAULT_SERVERS, SERVERS, Server
from stack.supervisor import Supervisor

COMFORTABLE_MEGABYTES = 4_000  # a cold start builds Temporal, which takes 3.5 GB while it lasts


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `state` is ok, later (it will be fetched when needed) or bad."""

    name: str
    state: str
    detail: str
    remedy: str | None = None


def examine(root: Path) -> list[Finding]:
    """Every finding for the stack of `root`; nothing is fetched, started or changed."""
    engine = engine_answers()
    servers = [_server(server, engine) for server in SERVERS.values()]
    checks = [_engine(engine), _uv(), _tool("go", tools.find_go()), _tool("java", tools.find_java())]
    return [*servers, *checks, *_disks(root), *_busy_ports(root)]


def _server(server: Server, engine: bool) -> Finding:
    try:
        if outside_address(server):
            return Finding(server.name, "ok", f"{server.title}: at the address in {server.variable}")
    except StackError as error:
        return Finding(server.name, "bad", error.problem, error.remedy)
    if engine and server.in_container:
        return Finding(server.name, "ok", f"{server.title}: as a container")
    program = server.find()
    if program:
        return Finding(server.name, "ok", f"{server.title}: {', '.join(program.values())}")
    when = "by `pavilion up`" if server.name in DEFAULT_SERVERS else f"by `pavilion up --with {server.name}`"
    return Finding(server.name, "later", f"{server.title}: {server.how}", f"done {when}")


def _engine(engine: bool) -> Finding:
    detail = "a Docker engine answers" if engine else "no Docker engine; the servers run as processes"
    return Finding("containers", "ok", detail)


def _uv() -> Finding:
    try:
        return Finding("uv", "ok", tools.uv())
    except StackError as error:
        return Finding("uv", "bad", error.problem, error.remedy)


def _tool(name: str, path: str | None) -> Finding:
    if path:
        return Finding(name, "ok", path)
    return Finding(name, "later", "not here, or too old", "fetched from PyPI when something needs it")


def _disks(root: Path) -> list[Finding]:
    findings = []
    for name, folder in (("cache", cache_folder()), ("checkout", root)):
        free = shutil.disk_usage(folder).free // 1_000_000
        enough = free >= COMFORTABLE_MEGABYTES or all(SERVERS[s].find() for s in DEFAULT_SERVERS)
        remedy = None if enough else f"free some space: a first start takes {COMFORTABLE_MEGABYTES} MB"
        findings.append(Finding(name, "ok" if enough else "bad", f"{folder}, {free} MB free", remedy))
    return findings


def _busy_ports(root: Path) -> list[Finding]:
    """Ports that are fixed by the environment and held by somebody else."""
    folder = state_folder(root)
    if Supervisor(folder).pid is not None:
        return []
    names = [name for server in SERVERS.values() for name in server.ports]
    names += [process.name for process in PROJECT_PROCESSES if process.health]
    pinned = {name: os.environ.get(ports.pin_variable(name), "") for name in names}
    return [
        Finding(
            f"port {port}",
            "bad",
            f"{name} is to have it, and {ports.holder(int(port))} holds it",
            f"stop that process, or change {ports.pin_variable(name)}",
        )
        for name, port in pinned.items()
        if port.isdecimal() and not ports.is_free(int(port))
    ]
