"""Temporal's development server with its UI on a file database, and the test server that skips time."""

import hashlib
import os
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from stack import probes, tools
from stack.cache import Say, cache_folder, cached
from stack.errors import StackError
from stack.process import Probe, Process
from stack.servers.base import Container, Program, Server, Site

VERSION = "1.5.1"  # the last tag that `go install` takes; server 1.29.1, UI 2.42
HOME = f"temporal-{VERSION}"
TEST_SERVER = "1.38.0"
TEST_SERVER_HOME = f"temporal-test-server-{TEST_SERVER}"
# Without it the server ignores Priority(fairness_key=…), and one tenant's backlog holds up the others.
DYNAMIC_CONFIG = ("matching.enableFairness=true",)
# Each commit is in the file before it counts, as without them, but by one fsync in place of four.
SQLITE_PRAGMAS = ("journal_mode=wal", "synchronous=full")


class Temporal(Server):
    """Listens on four ports: for workers and clients, UI, HTTP API, and metrics."""

    name = "temporal"
    title = f"Temporal {VERSION}"
    variable = "PAVILION_TEMPORAL_ADDRESS"
    ports = ("temporal", "temporal-ui", "temporal-http", "temporal-metrics")
    how = "fetched by Temporal's SDK, else built with Go (about 4 minutes, once; 3.5 GB while it builds)"

    def find(self) -> Program | None:
        built = cache_folder() / HOME / "temporal"
        found = shutil.which("temporal") or (str(built) if built.exists() else None)
        return {"temporal": found} if found else None

    def obtain(self, say: Say) -> Program:
        return self.find() or {
            "temporal": str(cached(HOME, lambda draft: _get(draft, say), say, megabytes=300) / "temporal")
        }

    def prepare(self, program: Program, site: Site) -> None:
        site.data(self.name).mkdir(parents=True, exist_ok=True)

    def process(self, program: Program, site: Site) -> Process:
        file = ("--db-filename", str(site.data(self.name) / "temporal.db"))
        return Process(
            name=self.name,
            command=(
                program["temporal"],
                "server",
                "start-dev",
                "--ip",
                probes.HOST,
                *file,
                *_flags(site.ports),
            ),
            env={"GOMEMLIMIT": "400MiB"},
            ready=self.probe(site),
        )

    def probe(self, site: Site) -> Probe:
        return probes.http(f"http://{probes.HOST}:{site.ports['temporal-http']}/api/v1/namespaces/default")

    def container(self, site: Site) -> Container:
        names = ("temporal", "temporal-ui", "temporal-http")
        command = ("server", "start-dev", "--ip", "0.0.0.0", "--db-filename", "/data/temporal.db")  # noqa: S104
        return Container(
            image=f"temporalio/temporal:{VERSION}",
            ports={site.ports[name]: site.ports[name] for name in names},
            command=(*command, *_flags(site.ports)),
            data="/data",
        )

    def addresses(self, site: Site) -> dict[str, str]:
        return {
            "temporal_address": f"{probes.HOST}:{site.ports['temporal']}",
            "temporal_ui_url": f"http://{probes.HOST}:{site.ports['temporal-ui']}",
        }


def _flags(ports: Mapping[str, int]) -> tuple[str, ...]:
    numbers = {
        "--port": "temporal",
        "--ui-port": "temporal-ui",
        "--http-port": "temporal-http",
        "--metrics-port": "temporal-metrics",
    }
    listen = [part for flag, name in numbers.items() for part in (flag, str(ports[name]))]
    config = [part for value in DYNAMIC_CONFIG for part in ("--dynamic-config-value", value)]
    pragmas = [part for value in SQLITE_PRAGMAS for part in ("--sqlite-pragma", value)]
    return (*listen, *config, *pragmas, "--log-level", "warn")


def _get(draft: Path, say: Say) -> None:
    """Leave a `temporal` in `draft`: the SDK's download, or our own build where that is out of reach."""
    say("fetching Temporal")
    try:
        tools.run(
            [sys.executable, "-m", "stack.temporal_download", VERSION, str(draft)],
            what="fetching Temporal",
            remedy="it is built instead",
        )
        return
    except tools.Interrupted:
        raise
    except StackError:
        pass  # its log says why; the build needs only the Go module proxy
    tools.go_build(
        HOME,
        ["install", "-trimpath", "-ldflags=-s -w", f"github.com/temporalio/cli/cmd/temporal@v{VERSION}"],
        say,
        target=draft,
        megabytes=3500,
        minutes=4,
    )


def temporal_test_server(say: Say) -> Path:
    """A script that starts the time-skipping test server, for `test_server_existing_path` of
    `WorkflowEnvironment.start_time_skipping`. Fetches it first if need be."""
    java = tools.java(say)
    coordinate = f"io.temporal:temporal-test-server:{TEST_SERVER}"
    main_class = "io.temporal.testserver.TestServer"
    jars = tools.maven_jars(TEST_SERVER_HOME, main_class, (coordinate,), say, megabytes=60)
    options = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    rest = ("-cp", f"{jars}/*", main_class)
    classes = _loaded_classes((java, *options), rest, say)
    script = cache_folder() / f"{TEST_SERVER_HOME}.sh"
    command = shlex.join((java, *options, f"-XX:SharedArchiveFile={classes}", "-Xlog:cds=off", *rest))
    text = f'#!/bin/sh\nexec {command} "$@"\n'
    if not script.exists() or script.read_text() != text:
        draft = script.with_suffix(f".{os.getpid()}")
        draft.write_text(text)
        draft.chmod(0o755)
        draft.replace(script)
    return script


def _loaded_classes(java: tuple[str, ...], rest: tuple[str, ...], say: Say) -> Path:
    """The server's classes as this Java has them once they are loaded: every test starts a server, and with them
    it is up in less than half the time. A Java that cannot keep them loads them from the jars."""

    def build(draft: Path) -> None:
        say("starting the test server once, to keep its classes loaded")
        with socket.socket() as probe:
            probe.bind((probes.HOST, 0))
            port = probe.getsockname()[1]
        what = "keeping the classes of the test server"
        listed = draft / "classes.lst"
        tools.run_until(
            probes.tcp(port), [*java, f"-XX:DumpLoadedClassList={listed}", *rest, str(port)], what=what
        )
        dump = ("-Xshare:dump", f"-XX:SharedClassListFile={listed}", f"-XX:SharedArchiveFile={draft / name}")
        try:
            tools.run([*java, *dump, *rest], what=what, remedy="it is started without them")
        except tools.Interrupted:
            raise
        except StackError:
            pass  # its log says why

    name = "classes.jsa"
    build_of_java = subprocess.run([java[0], "-version"], capture_output=True, check=False).stderr
    home = f"{TEST_SERVER_HOME}-classes-{hashlib.sha256(build_of_java).hexdigest()[:12]}"
    return cached(home, build, say, megabytes=100) / name
