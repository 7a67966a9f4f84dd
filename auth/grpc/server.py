"""The server of gRPC: its limits, its encryption, its health, and how it comes to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from auth.grpc import service
from auth.grpc.calls import Services

KIB = 1024
LARGEST_REQUEST_BYTES = 64 * KIB
LARGEST_ANSWER_BYTES = 1024 * KIB
LARGEST_METADATA_BYTES = 16 * KIB
MOST_CALLS = 1000
"""Calls served at once; the next are refused with RESOURCE_EXHAUSTED instead of waiting for nothing."""
GRACE_SECONDS = 10.0
MINUTE_MS = 60_000

OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_REQUEST_BYTES),
    ("grpc.max_send_message_length", LARGEST_ANSWER_BYTES),
    ("grpc.max_metadata_size", LARGEST_METADATA_BYTES),
    ("grpc.absolute_max_metadata_size", LARGEST_METADATA_BYTES),
    ("grpc.http2.min_ping_interval_without_data_ms", MINUTE_MS // 6),
    ("grpc.keepalive_time_ms", MINUTE_MS),
    ("grpc.keepalive_timeout_ms", MINUTE_MS // 3),
    # Connections end now and then, so that clients find servers that were added.
    ("grpc.max_connection_age_ms", 30 * MINUTE_MS),
    ("grpc.max_connection_age_grace_ms", MINUTE_MS // 2),
    ("grpc.so_reuseport", 0),  # two servers on one port would each have half of the calls
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What the server shows, as PEM. ``clients``: the CA of those who may connect at all (mTLS); None: anybody."""

    certificate: bytes
    key: bytes
    clients: bytes | None = None

    def credentials(self) -> grpc.ServerCredentials:
        """The same as gRPC takes it."""
        return grpc.ssl_server_credentials(
            [(self.key, self.certificate)],
            root_certificates=self.clients,
            require_client_auth=self.clients is not None,
        )


class AuthServer:
    """The running server. ``port`` is the one it was given."""

    def __init__(self, server: grpc.aio.Server, port: int, state: Any) -> None:
        self._server = server
        self._state = state
        self.port = port

    async def serves(self, well: bool) -> None:
        """Tell those who ask for its health whether calls can be answered."""
        states = health_pb2.HealthCheckResponse
        await self._state.set(service.NAME, states.SERVING if well else states.NOT_SERVING)

    async def end(self) -> None:
        """Take no more calls, and let those under way end."""
        await self._state.enter_graceful_shutdown()
        await self._server.stop(GRACE_SECONDS)


@asynccontextmanager
async def serving(services: Services, address: str, tls: Tls | None = None) -> AsyncIterator[AuthServer]:
    """The server at ``host:port`` (port 0: any), as long as what is done within. Raises RuntimeError if it is taken."""
    server = grpc.aio.server(options=OPTIONS, maximum_concurrent_rpcs=MOST_CALLS)
    server.add_generic_rpc_handlers((service.handlers(services),))
    state: Any = health.aio.HealthServicer()  # pyright: ignore[reportAttributeAccessIssue]
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    names = (service.NAME, health.SERVICE_NAME, reflection.SERVICE_NAME)
    reflection.enable_server_reflection(names, server)
    if tls is None:
        port = server.add_insecure_port(address)
    else:
        port = server.add_secure_port(address, tls.credentials())
    running = AuthServer(server, port, state)
    await running.serves(True)
    await server.start()
    try:
        yield running
    finally:
        await running.end()
