"""The stack of one checkout: starts servers and the project's processes, and stops them again.

Decided here and nowhere else: where a server comes from (the environment, a container, a process of our own),
the order of the start, and what is taken down when a start is cut short.
"""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

from stack import ports, tools
from stack.cache import require_space
from stack.containers import container_process, engine_answers, remove_volumes
from stack.errors import StackError
from stack.folders import project_root, stack_file, state_folder
from stack.outside import outside_address, setting_of
from stack.process import Process
from stack.processes import PROJECT_PROCESSES, TASKS, ProjectProcess, Task
from stack.servers import DEFAULT_SERVERS, SERVERS, Server, Site, servers_at_hand
from stack.status import ProcessStatus, process_statuses
from stack.strays import end_strays
from stack.supervisor import Supervisor

Progress = Callable[[str, str, bool], None]
"""Called with the name of a service, what is happening to it, and whether it is ready now."""
Run = Callable[[Site], Process]
"""Makes a server ready to run at a site, and tells the process to run."""

T = TypeVar("T")
R = TypeVar("R")

DATA_MEGABYTES = 500


@dataclass(frozen=True)
class Addresses:
    """Where the running servers answer. None for one that does not run."""

    postgres_dsn: str | None = None
    kafka_bootstrap: str | None = None
    temporal_address: str | None = None
    temporal_ui_url: str | None = None
    redis_url: str | None = None
    gateway_url: str | None = None
    gateway_ca: str | None = None
    """The file with the CA of the gateway's certificate."""
    api_url: str | None = None
    auth_grpc: str | None = None
    auth_url: str | None = None
    stripe_url: str | None = None
    smtp_url: str | None = None
    mail_url: str | None = None


def silent(service: str, message: str, ready: bool) -> None:
    """Progress for those who want to hear nothing."""


class Stack:
    """Servers and processes of `root`, whose state is kept in `root/.pavilion`.

    With `owner_pid` the stack ends when that process ends (a test run); without it the stack lives on until
    `down`. Starting is idempotent: what runs already is left alone, so servers can be added to a running stack.
    """

    def __init__(
        self,
        root: Path | None = None,
        services: Sequence[str] = DEFAULT_SERVERS,
        *,
        processes: Sequence[ProjectProcess] = (),
        tasks: Sequence[Task] = (),
        owner_pid: int | None = None,
    ) -> None:
        self.root = (root or project_root()).resolve()
        self.folder = state_folder(self.root)
        self.servers = [SERVERS[name] for name in services]
        self.processes = processes
        self.tasks = tasks
        self.owner_pid = owner_pid
        self.supervisor = Supervisor(self.folder)
        self._cut_short = threading.Event()

    @classmethod
    def whole(cls, root: Path | None = None, services: Sequence[str] | None = None) -> "Stack":
        """The servers, those at hand unless others are named, and the project's processes that go with them."""
        servers = servers_at_hand() if services is None else services
        wanted = [p for p in PROJECT_PROCESSES if not any(map(os.environ.get, p.stands_in))]
        beside = [p for p in wanted if p.beside is None or p.beside in servers]
        return cls(root, servers, processes=beside, tasks=TASKS)

    def up(self, progress: Progress = silent) -> Addresses:
        """Start what does not run yet, wait until all of it is ready, and tell where it answers.

        Raises StackError; whatever this call started is then stopped again, as it is on Ctrl-C.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._cut_short.clear()
        tools.resume()
        with FileLock(self.folder / "lock"):
            running = set(self.supervisor.states())
            try:
                require_space(self.folder, DATA_MEGABYTES, "the stack")
                self._up(progress)
            except BaseException:
                self._undo(running)
                raise
        return self.addresses()

    def _up(self, progress: Progress) -> None:
        outside = {s.name: address for s in self.servers if (address := outside_address(s))}
        ours = [server for server in self.servers if server.name not in outside]
        for name in outside:
            progress(name, "answers at the address in the environment", True)
        engine = engine_answers()
        runs = self._in_parallel(lambda server: self._find(server, engine, progress), ours)
        begun_here = self.supervisor.pid is None
        if begun_here:
            end_strays(self.root)
            stack_file(self.root).unlink(missing_ok=True)
            self.supervisor.start(self.owner_pid or os.getpid())
        site = Site(self.root, self._claim_ports(ours, progress))
        self._in_parallel(
            lambda pair: self._start_server(*pair, site, progress), list(zip(ours, runs, strict=True))
        )
        found = {setting_of(SERVERS[name]): address for name, address in outside.items()}
        found |= {key: value for server in ours for key, value in server.addresses(site).items()}
        native = {s.name: "container" if engine and s.in_container else "process" for s in ours}
        self._write(found, native | dict.fromkeys(outside, "environment"))
        self._start_project(site, progress)
        if (
            begun_here and self.owner_pid is None
        ):  # a stack that belongs to a test run goes on belonging to it
            self.supervisor.release()

    def _find(self, server: Server, engine: bool, progress: Progress) -> Run:
        if engine and server.in_container:
            return partial(container_process, server)
        program = server.obtain(lambda message: progress(server.name, message, False))

        def run(site: Site) -> Process:
            server.prepare(program, site)
            return server.process(program, site)

        return run

    def _claim_ports(self, servers: Sequence[Server], progress: Progress) -> dict[str, int]:
        running = self.supervisor.states()
        names = [name for server in servers if server.name not in running for name in server.ports]
        names += [name for p in self.processes if p.name not in running for name in p.port_names]
        return ports.claim(self.folder, names, lambda message: progress("ports", message, True))

    def _start_server(self, server: Server, run: Run, site: Site, progress: Progress) -> None:
        progress(server.name, "starting", False)
        self._start(run(site), progress, settle=lambda: server.settle(site))

    def _start(self, process: Process, progress: Progress, settle: Callable[[], None] = lambda: None) -> None:
        if self._cut_short.is_set():
            return
        progress(process.name, "waiting until it is ready", False)
        self.supervisor.launch(process, self.root)
        self.supervisor.wait_ready(process, self._cut_short)
        if not self._cut_short.is_set():
            settle()
            progress(process.name, "ready", True)

    def _start_project(self, site: Site, progress: Progress) -> None:
        for task in self.tasks:
            progress(task.name, "running", False)
            self._run_task(task)
            progress(task.name, "done", True)
        found = {key: value for p in self.processes for key, value in p.addresses(site.ports).items()}
        addresses = {**self._written(), **found}
        ready: set[str] = set()
        pending = list(self.processes)
        while pending:
            wave = [p for p in pending if ready.issuperset(p.after)]
            self._in_parallel(
                lambda p: self._start(p.process(self.root, site.ports, addresses), progress), wave
            )
            ready.update(p.name for p in wave)
            pending = [p for p in pending if p not in wave]
        self._write(found, {p.name: "process" for p in self.processes})

    def _run_task(self, task: Task) -> None:
        log = self.supervisor.log(task.name)
        with log.open("wb") as output:
            environment = {**os.environ, "PAVILION_ROOT": str(self.root)}
            result = subprocess.run(
                task.command,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=self.root,
                check=False,
            )
        if result.returncode != 0:
            lines = log.read_text(errors="replace").strip().splitlines() or ["it printed nothing"]
            raise StackError(f"{task.name} failed ({lines[-1][-200:]})", f"see {log}")

    def _in_parallel(self, action: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """The result for each item; the first failure, or Ctrl-C, cuts the others short."""
        pool = ThreadPoolExecutor(max_workers=max(1, len(items)))
        futures = [pool.submit(action, item) for item in items]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
            return [future.result() for future in futures]
        except BaseException:
            self._cut_short.set()
            tools.interrupt()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _undo(self, running: set[str]) -> None:
        """Stop what was started since `running` was noted: everything, if nothing ran then."""
        if not running:
            self._stop()
            return
        for name in set(self.supervisor.states()) - running:
            self.supervisor.halt(name)

    def _write(self, addresses: Mapping[str, str], sources: Mapping[str, str]) -> None:
        after = {**self._written(), **addresses, "sources": {**self._sources(), **sources}}
        draft = stack_file(self.root).with_suffix(".draft")
        draft.write_text(json.dumps(after, indent=2) + "\n")
        draft.replace(stack_file(self.root))

    def _written(self) -> dict[str, str]:
        return {name: value for name, value in self._read().items() if name != "sources"}

    def _sources(self) -> dict[str, str]:
        return self._read().get("sources", {})

    def _read(self) -> dict[str, Any]:
        file = stack_file(self.root)
        return json.loads(file.read_text()) if file.exists() else {}

    def addresses(self) -> Addresses:
        """Where the running servers answer, as the last `up` found it."""
        written = self._written()
        return Addresses(**{f.name: written.get(f.name) for f in fields(Addresses)})

    def status(self) -> list[ProcessStatus]:
        """How each server and process of the last `up` is doing; empty when the stack is down."""
        return process_statuses(self.supervisor, self._sources(), self.addresses())

    def restart(self, name: str) -> None:
        """Stop one process and start it again."""
        if name not in self.supervisor.states():
            raise StackError(f"no process {name} runs here", "`pavilion status` lists those that do")
        self.supervisor.halt(name)
        self.supervisor.ask("startProcess", name)

    def down(self) -> bool:
        """Stop everything; whether there was anything to stop."""
        if not self.folder.exists():
            return False
        with FileLock(self.folder / "lock"):
            return self._stop()

    def _stop(self) -> bool:
        ran = self.supervisor.pid is not None
        self.supervisor.stop()
        strays = end_strays(self.root)
        stack_file(self.root).unlink(missing_ok=True)
        return ran or strays > 0

    def reset(self) -> None:
        """Stop everything and delete its data and logs. The ports stay, so that addresses do."""
        self.down()
        if engine_answers():
            remove_volumes(self.root)
        for name in ("data", "logs", "supervisor"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
