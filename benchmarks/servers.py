"""The processes under load, run by the stack's own process manager."""

import json
from dataclasses import replace

import asyncpg

from benchmarks.harness import Environment
from stack.folders import state_folder
from stack.processes import PROJECT_PROCESSES, ProjectProcess
from stack.stack import Stack

_BY_NAME = {process.name: process for process in PROJECT_PROCESSES}
API, RELAY, PROJECTOR = (_BY_NAME[name] for name in ("api", "relay", "projector"))
BARE = replace(
    API, name="bare", command=(*API.command[:-1], "benchmarks.bare:app"), address=None, health="/healthz"
)


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
