"""The processes under load, run by the stack's own process manager."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import psutil

from api.issuer import DevelopmentIssuer
from benchmarks.harness import Environment
from contracts.identity import ORGANISER
from stack.folders import state_folder
from stack.processes import PROJECT_PROCESSES, PYTHON, ProjectProcess
from stack.stack import Stack

_BY_NAME = {process.name: process for process in PROJECT_PROCESSES}
API, RELAY, PROJECTOR, WORKER, SESSIONS, STRIPE, INBOX, AUTH, ANALYTICS = (
    _BY_NAME[name]
    for name in ("api", "relay", "projector", "worker", "sessions", "stripe", "webhooks", "auth", "analytics")
)
GATE = _BY_NAME["gate"]
BARE = replace(
    API, name="bare", command=(*API.command[:-1], "benchmarks.bare:app"), address=None, health="/healthz"
)
BARE_WORKER = replace(WORKER, name="bare-worker", command=(PYTHON, "-m", "benchmarks.bare_worker"))


def start_processes(env: Environment, *processes: ProjectProcess) -> dict[str, str]:
    """Where each of the processes answers, once it is ready."""
    Stack(env.folder, (), processes=processes, owner_pid=env.owner_pid).up()
    ports = json.loads((state_folder(env.folder) / "ports.json").read_text())
    return {process.name: process.url(ports) for process in processes if process.health}


def stop_processes(env: Environment, *processes: ProjectProcess) -> None:
    stack = Stack(env.folder, ())
    for process in processes:
        stack.supervisor.halt(process.name)


async def sql(dsn: str, *statements: str) -> None:
    """Run statements as the owner of the database."""
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            if statement.strip():
                await connection.execute(statement)
    finally:
        await connection.close()


def token_of(env: Environment, role: str = ORGANISER) -> str:
    """A token for the API of the suite's stack."""
    issuer = DevelopmentIssuer(state_folder(env.folder) / "issuer")
    return issuer.token(now=datetime.now(UTC), roles=[role], subject="benchmark")


def processes_of(env: Environment) -> dict[str, list[psutil.Process]]:
    """The servers and processes of the suite's stack, each with all that it has started."""
    found: dict[str, list[psutil.Process]] = {}
    for name, state in Stack(env.folder, ()).supervisor.states().items():
        with suppress(psutil.Error):
            process = psutil.Process(state["pid"])
            found[name] = [process, *process.children(recursive=True)]
    return found


def cpu_seconds(env: Environment) -> dict[str, float]:
    """The processor time each has used so far."""
    used: dict[str, float] = {}
    for name, processes in processes_of(env).items():
        times = [process.cpu_times() for process in processes]
        used[name] = sum(each.user + each.system for each in times)
    return used


def cpu_used(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """What each has used in between, the one that used most first."""
    used = {name: round(seconds - before.get(name, 0.0), 1) for name, seconds in after.items()}
    return dict(sorted(used.items(), key=lambda each: -each[1]))


def memory_mb(env: Environment, name: str) -> float:
    """Resident memory of a process of the suite's stack, with all that it has started."""
    return sum(each.memory_info().rss for each in processes_of(env)[name]) / 2**20
