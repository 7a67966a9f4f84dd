"""Temporal's development server with its UI on a file database, and the test server that skips time."""

import os
import shutil
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
    script = cache_folder() / f"{TEST_SERVER_HOME}.sh"
    options = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    text = f"#!/bin/sh\nexec '{java}' {options} -cp '{jars}/*' {main_class} \"$@\"\n"
    if not script.exists() or script.read_text() != text:
        draft = script.with_suffix(f".{os.getpid()}")
        draft.write_text(text)
        draft.chmod(0o755)
        draft.replace(script)
    return script
