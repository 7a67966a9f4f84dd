"""The Auth Service's own process beside an API: one revokes, both refuse soon; one dies, the other goes on."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import httpx
import jwt
import pytest
from pydantic import SecretStr

from api.errors import Problem
from api.main import create_app
from api.settings import ApiSettings
from auth.grpc.service import NAME
from auth.v1 import auth_pb2 as pb
from auth.v1.auth_pb2_grpc import AuthServiceStub
from handlers.identity import OPERATOR
from stack import probes
from tests.integration.api.conftest import NOBODY_LISTENS, PAYLOAD_KEYS, WEBHOOK_SECRET, calling
from tests.integration.auth.service import KEYS, bearer, running
from tests.integration.relay.conftest import Broker

WITHIN_SECONDS = 1.0
pytestmark = pytest.mark.usefixtures("relayed")


@dataclass(slots=True)
class Process:
    """``python -m auth.main`` on the test's own database and topics."""

    environment: dict[str, str]
    port: int
    running: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until its health service says that it serves."""
        self.running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "auth.main"), env={**os.environ, **self.environment}
        )
        serves = probes.grpc_serving(self.address, NAME)
        async with asyncio.timeout(90):
            while not await asyncio.to_thread(serves):
                assert self.running.returncode is None, "it ended instead of serving"
                await asyncio.sleep(0.1)

    async def end(self, how: Callable[[asyncio.subprocess.Process], None]) -> int:
        assert self.running is not None
        how(self.running)
        return await asyncio.wait_for(self.running.wait(), 30)


@pytest.fixture
async def process(postgres_dsn: str, broker: Broker) -> AsyncIterator[Process]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    one = Process(
        {
            "PAVILION_POSTGRES_DSN": postgres_dsn,
            "PAVILION_KAFKA_BOOTSTRAP": broker.bootstrap,
            "PAVILION_KAFKA_PREFIX": broker.prefix,
            "PAVILION_AUTH_LISTEN": f"127.0.0.1:{port}",
            "PAVILION_IDENTITY_KEY": KEYS,
        },
        port,
    )
    await one.start()
    yield one
    if one.running is not None and one.running.returncode is None:
        await one.end(lambda running: running.kill())


@asynccontextmanager
async def api(dsn: str, broker: Broker, process: Process, jwks: Path) -> AsyncIterator[Any]:
    """The API, which hears of revocations and asks the process."""
    app = create_app(
        ApiSettings(
            postgres_dsn=dsn,
            temporal_address=NOBODY_LISTENS,
            jwks=str(jwks),
            kafka_bootstrap=broker.bootstrap,
            kafka_prefix=broker.prefix,
            auth_grpc=process.address,
            stripe_webhook_secrets=SecretStr(WEBHOOK_SECRET),
            payload_keys=SecretStr(PAYLOAD_KEYS),
            postgres_pool_size=4,
        )
    )
    async with app.router.lifespan_context(app):
        yield app


async def soon(said: Callable[[], Awaitable[object]], wanted: object) -> None:
    """Wait until it says what is wanted; fails if it says so late, or never."""
    begun = time.monotonic()
    await at_last(said, wanted)
    assert time.monotonic() - begun < WITHIN_SECONDS


async def at_last(said: Callable[[], Awaitable[object]], wanted: object) -> None:
    """The same where nothing was promised about when."""
    async with asyncio.timeout(15):
        while await said() != wanted:
            await asyncio.sleep(0.01)


async def test_one_revokes_and_all_refuse_and_reads_outlive_the_service(
    postgres_dsn: str, broker: Broker, process: Process, tmp_path: Path
) -> None:
    async with running(postgres_dsn) as here, grpc.aio.insecure_channel(process.address) as channel:
        stub: Any = AuthServiceStub(channel)
        league, other = await here.league(), await here.league()
        owner = await here.login(league.user.email)
        bystander = await here.login(other.user.email)
        member_id, member = await here.member(league, "scorer")
        (jwks := tmp_path / "jwks.json").write_text((await stub.GetJwks(pb.GetJwksRequest())).document)
        async with api(postgres_dsn, broker, process, jwks) as app, calling(app) as http:
            verifier = app.state.services.verifier

            async def read(token: str) -> tuple[int, str | None]:
                headers = {"authorization": f"Bearer {token}"}
                answer: httpx.Response = await http.get("/v1/matches", headers=headers)
                return answer.status_code, answer.json().get("code")

            async def reason(token: str, tenant_id: object) -> str:
                asked = pb.ValidateTokenRequest(token=token, tenant_id=str(tenant_id))
                return (await stub.ValidateToken(asked)).reason

            async def both_say(token: str, tenant_id: object, status: int, code: str) -> None:
                await asyncio.gather(
                    soon(lambda: read(token), (status, code)),
                    soon(lambda: reason(token, tenant_id), code),
                )

            for tokens in (owner, member, bystander):
                assert await read(tokens.access_token) == (200, None)

            await stub.RemoveMember(pb.RemoveMemberRequest(user_id=str(member_id)), metadata=bearer(owner))
            await both_say(member.access_token, league.tenant.id, 401, "token_revoked")
            await here.identity.tenants.suspend(league.tenant.id, "unpaid", by=OPERATOR)
            await both_say(owner.access_token, league.tenant.id, 403, "tenant_suspended")
            assert await read(bystander.access_token) == (200, None)
            assert await reason(bystander.access_token, other.tenant.id) == ""

            await verifier.verify(f"Bearer {bystander.access_token}", fresh=True)
            await process.end(lambda running: running.kill())
            assert await read(bystander.access_token) == (200, None)
            assert await read(owner.access_token) == (403, "tenant_suspended")
            await asyncio.sleep(2.1)  # so long is it believed what the service has said
            with pytest.raises(Problem) as away:
                await verifier.verify(f"Bearer {bystander.access_token}", fresh=True)
            assert (away.value.status, away.value.code) == (503, "auth_unavailable")

            await process.start()
            assert await reason(member.access_token, league.tenant.id) == "token_revoked"
            await at_last(lambda: _fresh(verifier, bystander.access_token), True)

            kid = jwt.get_unverified_header(bystander.access_token)["kid"]
            new = await here.identity.signing_keys.replace(kid)
            await both_say(bystander.access_token, other.tenant.id, 401, "token_invalid")
            jwks.write_text((await stub.GetJwks(pb.GetJwksRequest())).document)
            assert kid not in jwks.read_text()
            known = await here.login(other.user.email)
            assert jwt.get_unverified_header(known.access_token)["kid"] == new
            await at_last(lambda: read(known.access_token), (200, None))
    assert await process.end(lambda running: running.terminate()) == 0


async def _fresh(verifier: Any, token: str) -> bool:
    try:
        return bool(await verifier.verify(f"Bearer {token}", fresh=True))
    except Problem:
        return False
