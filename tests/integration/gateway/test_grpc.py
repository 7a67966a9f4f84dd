"""gRPC through the gateway: TLS and HTTP/2 outside, h2c to the service."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from tests.integration.gateway.conftest import Site

SERVING = health_pb2.HealthCheckResponse.SERVING


class Told(grpc.aio.ServerInterceptor):
    """Keeps the metadata of the latest call."""

    def __init__(self) -> None:
        self.metadata: dict[str, str | bytes] = {}

    async def intercept_service(self, continuation, handler_call_details):  # type: ignore[no-untyped-def]
        self.metadata = dict(handler_call_details.invocation_metadata)
        return await continuation(handler_call_details)


@pytest.fixture
async def told(site: Site) -> AsyncIterator[Told]:
    told = Told()
    server = grpc.aio.server(interceptors=[told])
    state: Any = health.aio.HealthServicer()  # pyright: ignore[reportAttributeAccessIssue]
    health_pb2_grpc.add_HealthServicer_to_server(state, server)
    await state.set("auth.AuthService", SERVING)
    server.add_insecure_port(f"127.0.0.1:{site.grpc_port}")
    await server.start()
    yield told
    await server.stop(None)


@pytest.fixture
async def channel(site: Site) -> AsyncIterator[grpc.aio.Channel]:
    trusted = grpc.ssl_channel_credentials(site.traefik.certificates.ca_file.read_bytes())
    async with grpc.aio.secure_channel(site.traefik.url.removeprefix("https://"), trusted) as channel:
        yield channel


def bearer(site: Site) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {site.token()}"), ("x-tenant-id", "forged"))


async def test_a_call_and_its_answer_come_through(site: Site, told: Told, channel: grpc.aio.Channel) -> None:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    request = health_pb2.HealthCheckRequest(service="auth.AuthService")
    answer = await stub.Check(request, metadata=bearer(site), timeout=10)
    assert answer.status == SERVING
    assert "authorization" in told.metadata
    assert "x-tenant-id" not in told.metadata


async def test_a_stream_of_answers_comes_as_it_happens(
    site: Site, told: Told, channel: grpc.aio.Channel
) -> None:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    call = stub.Watch(
        health_pb2.HealthCheckRequest(service="auth.AuthService"), metadata=bearer(site), timeout=10
    )
    assert (await call.read()).status == SERVING
    call.cancel()


async def test_an_error_of_the_service_comes_through(
    site: Site, told: Told, channel: grpc.aio.Channel
) -> None:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Check(health_pb2.HealthCheckRequest(service="nobody"), metadata=bearer(site), timeout=10)
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


async def test_the_door_stands_before_it(site: Site, told: Told, channel: grpc.aio.Channel) -> None:
    stub: Any = health_pb2_grpc.HealthStub(channel)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Check(
            health_pb2.HealthCheckRequest(), metadata=(("authorization", "Bearer bad"),), timeout=10
        )
    assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED


async def test_no_other_service_is_reached(site: Site, told: Told, channel: grpc.aio.Channel) -> None:
    call = channel.unary_unary("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call(b"", metadata=bearer(site), timeout=10)
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED
