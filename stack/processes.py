"""The project's own processes. This table is all there is: `pavilion up` runs what stands here."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from stack import probes
from stack.folders import state_folder
from stack.process import Process


@dataclass(frozen=True)
class ProjectProcess:
    """A process of the project. `{port}` in the command is replaced by the port it is given, `{data}` by the folder
    for what it keeps.

    `health` is the path that answers below 400 once it is ready; without one, it is ready when it has stayed up
    for three seconds. `address` is the setting that leads to it. `after` names processes that must be ready before.
    Every address of the stack is in its environment (PAVILION_KAFKA_BOOTSTRAP and its like), those of the other
    processes too; the one of Postgres names the role `postgres_role`, so that row-level security holds for it.
    `stands_in`: it runs only while none of these variables, which lead to the real one, is set.
    """

    name: str
    command: tuple[str, ...]
    postgres_role: str | None
    health: str | None = None
    address: str | None = None
    after: tuple[str, ...] = ()
    stands_in: tuple[str, ...] = ()
    stop_seconds: int = 20

    def process(self, root: Path, ports: Mapping[str, int], addresses: Mapping[str, str]) -> Process:
        """The process to run with these ports and servers."""
        environment = {f"PAVILION_{name.upper()}": address for name, address in addresses.items()}
        if self.postgres_role is None:
            environment.pop("PAVILION_POSTGRES_DSN", None)
        elif "postgres_dsn" in addresses:
            environment["PAVILION_POSTGRES_DSN"] = as_role(addresses["postgres_dsn"], self.postgres_role)
        replaced = {
            "{port}": str(ports.get(self.name)),
            "{data}": str(state_folder(root) / "data" / self.name),
        }
        return Process(
            name=self.name,
            command=tuple(replaced.get(part, part) for part in self.command),
            directory=root,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            ready=probes.http(self.url(ports) + self.health) if self.health else None,
            stop_seconds=self.stop_seconds,
            priority=500,
            after=self.after,
        )

    def url(self, ports: Mapping[str, int]) -> str:
        """Where the process answers, without a path."""
        return f"http://{probes.HOST}:{ports[self.name]}"


def as_role(dsn: str, role: str) -> str:
    """The same database, for another role. Roles of the embedded Postgres have no password."""
    parts = urlsplit(dsn)
    return urlunsplit(parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}"))


@dataclass(frozen=True)
class Task:
    """A command that must have succeeded before the project's processes start; run again at each start."""

    name: str
    command: tuple[str, ...]


PYTHON = sys.executable

TASKS: tuple[Task, ...] = (Task(name="migrate", command=(PYTHON, "-m", "cli.main", "migrate")),)

PROJECT_PROCESSES: tuple[ProjectProcess, ...] = (
    ProjectProcess(
        name="api",
        command=(
            *(PYTHON, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--no-ws"),
            *("--host", probes.HOST, "--port", "{port}", "--workers", "1"),
            # Requests served at once: more than PAVILION_LIVE_LISTENERS, or who follows a match would keep out who scores it.
            *("--backlog", "4096", "--backpressure", "16384", "api.main:app"),
        ),
        postgres_role="pavilion_app",
        health="/healthz",
        address="api_url",
    ),
    ProjectProcess(
        name="stripe",
        command=(PYTHON, "-m", "stack.stripe_simulator", "--port", "{port}", "--data", "{data}"),
        postgres_role=None,
        health="/_simulator/health",
        address="stripe_url",
        stands_in=("PAVILION_STRIPE_KEY", "PAVILION_STRIPE_URL"),
    ),
    ProjectProcess(name="relay", command=(PYTHON, "-m", "workers.relay"), postgres_role="pavilion_relay"),
    ProjectProcess(name="worker", command=(PYTHON, "-m", "workers.temporal"), postgres_role="pavilion_app"),
    ProjectProcess(
        name="projector", command=(PYTHON, "-m", "workers.projector"), postgres_role="pavilion_projector"
    ),
    ProjectProcess(
        name="sessions", command=(PYTHON, "-m", "workers.sessions"), postgres_role="pavilion_projector"
    ),
    ProjectProcess(
        name="webhooks", command=(PYTHON, "-m", "workers.webhooks"), postgres_role="pavilion_webhooks"
    ),
)
