"""The project's own processes. This table is all there is: `pavilion up` runs what stands here."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from stack import probes
from stack.folders import state_folder
from stack.process import Probe, Process


@dataclass(frozen=True)
class ProjectProcess:
    """A process of the project. `{port}` in the command is replaced by the port it is given, `{data}` by the folder
    for what it keeps.

    `health` is the path that answers below 400 once it is ready, for one that speaks `grpc` the service that its
    health service must say is served; without one, it is ready when it has stayed up for three seconds. `address` is
    the setting that leads to it. `after` names processes that must be ready before.
    Every address of the stack is in its environment (PAVILION_KAFKA_BOOTSTRAP and its like), those of the other
    processes too; the one of Postgres names the role `postgres_role`, so that row-level security holds for it.
    `stands_in`: it runs only while none of these variables, which lead to the real one, is set. `beside`: it runs only
    where this server does.
    `listens`: ports besides, each with the scheme of what it speaks there: for ("smtp", "smtp") there are `{smtp}` in
    the command and the setting `smtp_url`.
    """

    name: str
    command: tuple[str, ...]
    postgres_role: str | None
    health: str | None = None
    address: str | None = None
    after: tuple[str, ...] = ()
    stands_in: tuple[str, ...] = ()
    listens: tuple[tuple[str, str], ...] = ()
    grpc: bool = False
    beside: str | None = None
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
            **{f"{{{name}}}": str(ports.get(self.port_name(name))) for name, _ in self.listens},
        }
        return Process(
            name=self.name,
            command=tuple(replaced.get(part, part) for part in self.command),
            directory=root,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            ready=self._ready(ports),
            stop_seconds=self.stop_seconds,
            priority=500,
            after=self.after,
        )

    @property
    def port_names(self) -> tuple[str, ...]:
        """What its ports are called among all of the stack."""
        own = (self.name,) if self.health else ()
        return (*own, *(self.port_name(name) for name, _ in self.listens))

    def port_name(self, name: str) -> str:
        """What one of `listens` is called among all of the stack."""
        return f"{self.name}-{name}"

    def addresses(self, ports: Mapping[str, int]) -> dict[str, str]:
        """The settings that lead to it."""
        own = {self.address: self.url(ports)} if self.address else {}
        return own | {
            f"{name}_url": f"{scheme}://{probes.HOST}:{ports[self.port_name(name)]}"
            for name, scheme in self.listens
        }

    def _ready(self, ports: Mapping[str, int]) -> Probe | None:
        if self.health is None:
            return None
        where = self.url(ports)
        return probes.grpc_serving(where, self.health) if self.grpc else probes.http(where + self.health)

    def url(self, ports: Mapping[str, int]) -> str:
        """Where the process answers, without a path; of one that speaks gRPC host:port."""
        return f"{'' if self.grpc else 'http://'}{probes.HOST}:{ports[self.name]}"


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
        name="auth",
        command=(PYTHON, "-m", "auth.main"),
        postgres_role="pavilion_auth",
        health="auth.AuthService",
        address="auth_grpc",
        grpc=True,
    ),
    ProjectProcess(
        name="auth-http",
        command=(
            *(PYTHON, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--no-ws"),
            *("--host", probes.HOST, "--port", "{port}", "--workers", "1", "auth.http:app"),
        ),
        postgres_role="pavilion_auth",
        health="/healthz",
        address="auth_url",
    ),
    ProjectProcess(
        name="stripe",
        command=(PYTHON, "-m", "stack.stripe_simulator", "--port", "{port}", "--data", "{data}"),
        postgres_role=None,
        health="/_simulator/health",
        address="stripe_url",
        stands_in=("PAVILION_STRIPE_KEY", "PAVILION_STRIPE_URL"),
    ),
    ProjectProcess(
        name="mail",
        command=(
            *(PYTHON, "-m", "stack.mail_sink", "--smtp-port", "{smtp}", "--port", "{port}"),
            *("--data", "{data}"),
        ),
        postgres_role=None,
        health="/health",
        address="mail_url",
        listens=(("smtp", "smtp"),),
        stands_in=("PAVILION_SMTP_URL",),
    ),
    ProjectProcess(
        name="gate",
        command=(
            *(PYTHON, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--no-ws"),
            *("--host", probes.HOST, "--port", "{port}", "--workers", "1", "auth.forward.app:app"),
        ),
        postgres_role="pavilion_gate",
        health="/healthz",
        beside="traefik",
    ),
    ProjectProcess(name="relay", command=(PYTHON, "-m", "workers.relay"), postgres_role="pavilion_relay"),
    ProjectProcess(name="worker", command=(PYTHON, "-m", "workers.temporal"), postgres_role="pavilion_app"),
    ProjectProcess(
        name="projector", command=(PYTHON, "-m", "workers.projector"), postgres_role="pavilion_projector"
    ),
    ProjectProcess(
        name="analytics", command=(PYTHON, "-m", "workers.analytics"), postgres_role="pavilion_projector"
    ),
    ProjectProcess(
        name="sessions", command=(PYTHON, "-m", "workers.sessions"), postgres_role="pavilion_projector"
    ),
    ProjectProcess(
        name="notifier", command=(PYTHON, "-m", "workers.notifier"), postgres_role="pavilion_notifier"
    ),
    ProjectProcess(
        name="webhooks", command=(PYTHON, "-m", "workers.webhooks"), postgres_role="pavilion_webhooks"
    ),
    ProjectProcess(
        name="deliveries", command=(PYTHON, "-m", "workers.deliveries"), postgres_role="pavilion_hooks"
    ),
)
