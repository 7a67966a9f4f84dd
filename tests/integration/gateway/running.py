"""Traefik and the door, as processes of a test."""

import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from stack import gateway
from stack.certificates import Certificates
from stack.gateway import Gateway
from tests.integration.stack.waiting import eventually

PROJECT = Path(__file__).resolve().parents[3]
GRANIAN = [
    "granian",
    "--interface",
    "asgi",
    "--loop",
    "uvloop",
    "--no-ws",
    "--workers",
    "1",
    "--host",
    "127.0.0.1",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def begin(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start a process that ends with the test run."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "stack.child", "--bound", *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            cwd=PROJECT,
        )


def end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(url: str, verify: ssl.SSLContext | bool = True) -> bool:
    try:
        return httpx.get(url, verify=verify, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@dataclass
class Gate:
    """The door's process."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def start(cls, folder: Path, environment: Mapping[str, str]) -> "Gate":
        port = free_port()
        log = folder / f"gate-{port}.log"
        command = [sys.executable, "-m", *GRANIAN, "--port", str(port), "auth.forward.app:app"]
        gate = cls(port, log, begin(command, log, environment))
        eventually(lambda: gate.process.poll() is not None or answers(f"{gate.url}/healthz"), "no door")
        assert gate.process.poll() is None, log.read_text()
        return gate


@dataclass
class Traefik:
    """Traefik's process."""

    ports: dict[str, int]
    folder: Path
    certificates: Certificates
    process: "subprocess.Popen[bytes]"

    @classmethod
    def start(
        cls,
        program: str,
        folder: Path,
        rules: Gateway,
        certificates: Certificates,
        timeout_seconds: int = gateway.TIMEOUT_SECONDS,
    ) -> "Traefik":
        folder.mkdir(parents=True, exist_ok=True)
        routes = folder / "routes"
        routes.mkdir(exist_ok=True)
        (routes / "routes.yml").write_text(json.dumps(gateway.dynamic(rules)))
        ports = {name: free_port() for name in ("gateway", "gateway-http", "gateway-admin")}
        flags = gateway.flags(
            host="127.0.0.1", ports=ports, routes=str(routes), timeout_seconds=timeout_seconds
        )
        process = begin([program, *flags], folder / "traefik.log", {})
        traefik = cls(ports, folder, certificates, process)
        ready = f"{traefik.url}/healthz"
        eventually(
            lambda: process.poll() is not None or answers(ready, traefik.trust()), "Traefik is not ready"
        )
        assert process.poll() is None, traefik.log
        return traefik

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.ports['gateway']}"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['gateway-http']}"

    @property
    def log(self) -> str:
        return (self.folder / "traefik.log").read_text()

    def trust(self) -> ssl.SSLContext:
        """What a client has that trusts this gateway's CA and no other."""
        return ssl.create_default_context(cafile=str(self.certificates.ca_file))

    def accesses(self, **fields: Any) -> list[dict[str, Any]]:
        """The lines of the access log that say this."""
        lines = [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]
        return [line for line in lines if fields.items() <= line.items()]
