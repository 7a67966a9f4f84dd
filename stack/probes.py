"""Ways to ask a process whether it is ready. Each answers within a second and never raises."""

import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from stack.process import Probe

HOST = "127.0.0.1"


def tcp(port: int, host: str = HOST) -> Probe:
    """Something listens on the port."""

    def ready() -> bool:
        with socket.socket() as connection:
            connection.settimeout(1)
            return connection.connect_ex((host, port)) == 0

    return ready


def http(url: str) -> Probe:
    """A GET of the URL answers with a status below 400."""

    def ready() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310  (an address of our own)
                return True
        except (OSError, urllib.error.URLError, ValueError):
            return False

    return ready


def grpc_serving(address: str, service: str) -> Probe:
    """The health service of gRPC at host:port says that the service is served."""

    def ready() -> bool:
        # A tenth of a second to import, which commands that start nothing need not wait for.
        import grpc
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        with grpc.insecure_channel(address) as channel:
            try:
                asked = health_pb2.HealthCheckRequest(service=service)
                health: Any = health_pb2_grpc.HealthStub(channel)
                answer = health.Check(asked, timeout=1)
            except grpc.RpcError:
                return False
            return answer.status == health_pb2.HealthCheckResponse.SERVING

    return ready


def succeeds(command: Sequence[str]) -> Probe:
    """The command ends with exit code 0."""

    def ready() -> bool:
        try:
            return subprocess.run(command, capture_output=True, timeout=5, check=False).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            return False

    return ready


def replies(port: int, request: bytes, answer: bytes) -> Probe:
    """The port answers `request` with bytes that begin with `answer`."""

    def ready() -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                connection.sendall(request)
                return connection.recv(len(answer)) == answer
        except OSError:
            return False

    return ready
