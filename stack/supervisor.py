"""The supervisor of one checkout: starts, restarts and stops its processes, and answers how they are."""

import contextlib
import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xmlrpc.client
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from stack.errors import StackError
from stack.process import Process
from stack.strays import MARK, mark

GUARD = "guard"
UNPROBED_SECONDS = 3  # how long a process nobody can ask must stay up to count as running
LONGEST_SOCKET_PATH = 90  # the system allows about 104 bytes


class Supervisor:
    """Supervisord with its configuration, socket and logs under one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "supervisor"
        self.logs = folder / "logs"
        self.pidfile = self.folder / "supervisord.pid"
        self.configuration = self.folder / "supervisord.ini"
        self.socket = self._socket_path()
        self._adding = threading.Lock()

    def _socket_path(self) -> Path:
        inside = self.folder / "supervisor.sock"
        if len(str(inside)) <= LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir(), f"pavilion-{os.getuid()}-{digest}.sock")

    @property
    def pid(self) -> int | None:
        """The process id of the running supervisor, or None."""
        try:
            process = psutil.Process(int(self.pidfile.read_text()))
            # Its number may belong to somebody else by now, so it must also work in our folder.
            ours = (
                "supervisor.supervisord" in process.cmdline() and Path(process.cwd()) == self.folder.resolve()
            )
            return process.pid if ours and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, psutil.Error):
            return None

    def start(self, owner_pid: int) -> None:
        """Start supervisord, with a guard that ends everything if `owner_pid` ends."""
        programs = self.folder / "programs"
        programs.mkdir(parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        for old in programs.iterdir():
            old.unlink()
        guard = [sys.executable, "-m", "stack.guard", str(owner_pid)]
        self.configuration.write_text(self._configuration(guard))
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", self.configuration.name]
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        if result.returncode != 0:
            raise StackError(
                f"the supervisor did not start ({(result.stderr or result.stdout).strip()[-200:]})",
                f"see {self.logs / 'supervisor.log'}",
            )
        _until(lambda: self.pid is not None, seconds=10, what="the supervisor did not start")

    def _configuration(self, guard: list[str]) -> str:
        """What supervisord is told. It works in our folder, and paths are given from there: it would take signs
        in the names of folders above for its own syntax, and unescapes some values once and some twice."""
        user = "user=root\n" if os.getuid() == 0 else ""
        return (
            f"[supervisord]\n{user}logfile=../logs/supervisor.log\npidfile={self.pidfile.name}\n"
            f"[unix_http_server]\nfile={_ini(self.socket)}\nchmod=0700\n"
            "[rpcinterface:supervisor]\n"
            "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
            f"[program:{GUARD}]\ncommand={_ini(shlex.join(guard))}\nstartsecs=0\nautorestart=false\n"
            f"redirect_stderr=true\nstdout_logfile=../logs/{GUARD}.log\npriority=1\n"
        )

    def ask(self, method: str, *arguments: object) -> Any:
        """Call a method of supervisord's XML-RPC interface (https://supervisord.org/api.html)."""
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        try:
            # Over a socket file of ours, to a process of ours: nothing hostile to parse.
            proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
            return getattr(proxy.supervisor, method)(*arguments)
        finally:
            transport.close()

    def states(self) -> dict[str, dict[str, Any]]:
        """What supervisord knows of each process: statename, pid, start, now, spawnerr."""
        if self.pid is None:
            return {}
        try:
            return {info["name"]: info for info in self.ask("getAllProcessInfo") if info["name"] != GUARD}
        except (OSError, xmlrpc.client.Error):
            return {}

    def launch(self, process: Process, root: Path) -> None:
        """Run `process`, leaving it alone if it already runs as specified."""
        if self._configure(process, root) or self._state(process.name) not in ("RUNNING", "STARTING"):
            self.halt(process.name)
            with contextlib.suppress(xmlrpc.client.Fault):  # how it went is asked by wait_ready
                self.ask("startProcess", process.name, False)

    def _configure(self, process: Process, root: Path) -> bool:
        """Write the specification and make supervisord know it; whether it changed."""
        specification = self.folder / "programs" / f"{process.name}.json"
        text = json.dumps(
            {
                "name": process.name,
                "root": str(root),
                "command": process.command,
                "env": {**process.env, "PAVILION_ROOT": str(root), MARK: mark(root, process.name)},
                "directory": str(process.directory or root),
                "stop_signal": process.stop_signal,
                "supervisor": str(self.pidfile),
            },
            indent=2,
        )
        known = process.name in self.states()
        if known and specification.exists() and specification.read_text() == text:
            return False
        specification.write_text(text)
        if not known:
            with self._adding, self.configuration.open("a") as file:
                file.write(self._program(process, specification))
            self.ask("reloadConfig")
            self.ask("addProcessGroup", process.name)
        return True

    def _program(self, process: Process, specification: Path) -> str:
        child = (sys.executable, "-m", "stack.child", f"programs/{specification.name}")
        return (
            f"[program:{process.name}]\ncommand={_ini(shlex.join(child))}\nautostart=false\nautorestart=true\n"
            f"startsecs={1 if process.ready else UNPROBED_SECONDS}\nstartretries=3\n"
            f"stopsignal={process.stop_signal}\nstopwaitsecs={process.stop_seconds}\nkillasgroup=true\n"
            f"priority={process.priority}\nredirect_stderr=true\nstdout_logfile=../logs/{process.name}.log\n"
            "stdout_logfile_maxbytes=10MB\nstdout_logfile_backups=1\n"
        )

    def log(self, name: str) -> Path:
        """The file with everything the process printed."""
        return self.logs / f"{name}.log"

    def wait_ready(self, process: Process, stopped: Any) -> None:
        """Wait until the process is ready. Raises StackError with its last words if it gives up or is late.

        `stopped` is a threading.Event that ends the wait early.
        """
        deadline = time.monotonic() + process.ready_seconds
        while not stopped.is_set():
            state = self._state(process.name)
            if state in ("FATAL", "EXITED", "STOPPED", "UNKNOWN"):
                raise StackError(
                    f"{process.name} stopped ({self._last_words(process.name)})", self._see(process)
                )
            if state == "RUNNING" and (process.ready is None or process.ready()):
                return
            if time.monotonic() > deadline:
                problem = f"{process.name} was not ready after {process.ready_seconds:.0f} s"
                raise StackError(f"{problem} ({self._last_words(process.name)})", self._see(process))
            stopped.wait(0.05)

    def _see(self, process: Process) -> str:
        return f"see {self.log(process.name)}{process.advice}"

    def _last_words(self, name: str) -> str:
        try:
            lines = self.log(name).read_text(errors="replace").strip().splitlines()
        except OSError:
            lines = []
        return lines[-1][-200:] if lines else "it printed nothing"

    def _state(self, name: str) -> str | None:
        state = self.states().get(name)
        return state["statename"] if state else None

    def halt(self, name: str) -> None:
        """Stop one process and wait for its end; nothing happens if it does not run."""
        with contextlib.suppress(xmlrpc.client.Fault):
            self.ask("stopProcess", name)

    def release(self) -> None:
        """Let the stack live on when the process that started it ends."""
        self.halt(GUARD)

    def stop(self) -> None:
        """Stop every process and the supervisor, and wait for their end."""
        pid = self.pid
        if pid is not None:
            process = psutil.Process(pid)
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=60)
                except psutil.TimeoutExpired:
                    process.kill()  # its children then get their own signal
        self.pidfile.unlink(missing_ok=True)


def _ini(value: object) -> str:
    """A value in supervisord's configuration, where a percent sign starts an expansion."""
    return str(value).replace("%", "%%")


def _until(condition: Any, *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise StackError(what, "run it again; if it stays so, run `pavilion reset`")
        time.sleep(0.02)
