"""An Auth Service on a real Postgres, asked over real gRPC."""

import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import grpc

from adapters.identity import open_identity
from adapters.passwords import Argon2Passwords
from adapters.postgres.pool import create_pool
from api.issuer import AUDIENCE, ISSUER
from auth.addresses import TrustedProxies
from auth.grpc.answers import Answers
from auth.grpc.calls import Services
from auth.grpc.server import AuthServer, Tls, serving
from auth.v1 import auth_pb2 as pb
from auth.v1.auth_pb2_grpc import AuthServiceStub
from auth.validation import Validator
from contracts.identity import Grant
from contracts.revocations import REMEMBERED_SECONDS
from domain.identity.revocations import Revocations
from handlers.identity import Actor, Identity, SessionTokens, Verified

KEYS = f"k1:{base64.b64encode(bytes(32)).decode()}"
PASSWORD = "seven purple wickets by the lake"
HERE = "192.0.2.1"


@dataclass(slots=True)
class Service:
    """The service, what is behind it, and a client of it."""

    identity: Identity
    revocations: Revocations
    server: AuthServer
    pool: Any
    stub: Any
    channel: grpc.aio.Channel

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    async def league(self) -> Verified:
        """A new league and its owner, whose password is PASSWORD."""
        name = f"l{uuid4().hex[:10]}"
        return await self.identity.accounts.provision(
            email=f"owner@{name}.example",
            password=PASSWORD,
            name="Olive Owner",
            tenant_id=uuid4(),
            tenant_name=f"League {name}",
            tenant_slug=name,
        )

    async def login(self, email: str, tenant: UUID | None = None) -> SessionTokens:
        return await self.identity.sessions.create(
            email=email, password=PASSWORD, address=HERE, user_agent="tests", tenant=tenant
        )

    async def member(self, league: Verified, *grants: str) -> tuple[UUID, SessionTokens]:
        """Somebody new in the league, logged in."""
        email = f"m{uuid4().hex[:10]}@example.test"
        by = Actor(subject=str(league.user.id), grants=league.user.grants)
        await self.identity.members.invite(
            league.tenant.id, email=email, grants=map(Grant.parse, grants), by=by
        )
        mails = [mail for mail in await self.identity.mails.due(1000) if mail.to == email]
        user = await self.identity.members.accept(mails[-1].token or "", name="Mia Member", password=PASSWORD)
        return user.id, await self.login(email)

    async def valid(self, token: str, tenant_id: UUID | str) -> pb.ValidateTokenResponse:
        """What ValidateToken answers."""
        asked = pb.ValidateTokenRequest(token=token, tenant_id=str(tenant_id))
        return await self.stub.ValidateToken(asked, timeout=10)


def bearer(tokens: SessionTokens | str, *more: tuple[str, str]) -> Sequence[tuple[str, str]]:
    """The metadata of a caller with this token."""
    token = tokens if isinstance(tokens, str) else tokens.access_token
    return (("authorization", f"Bearer {token}"), *more)


@asynccontextmanager
async def running(
    dsn: str,
    *,
    port: int = 0,
    tls: Tls | None = None,
    operators: str = "",
    credentials: grpc.ChannelCredentials | None = None,
) -> AsyncIterator[Service]:
    """The service as long as a test needs it; with cheap hashes."""
    pool = await create_pool(dsn, application_name="auth", role="pavilion_auth", max_size=8)
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    identity = await open_identity(
        pool, keys=KEYS, issuer=ISSUER, audience=AUDIENCE, passwords=passwords, reload_seconds=0.05
    )
    revocations = Revocations(REMEMBERED_SECONDS)
    services = Services(
        identity=identity,
        validator=(validator := Validator(identity.sessions, revocations)),
        answers=Answers(validator),
        proxies=TrustedProxies("127.0.0.0/8"),
        operators=frozenset(filter(None, [operators])),
    )
    async with serving(services, f"127.0.0.1:{port}", tls) as server:
        address = f"localhost:{server.port}"
        if credentials is None:
            channel = grpc.aio.insecure_channel(address)
        else:
            channel = grpc.aio.secure_channel(address, credentials)
        async with channel:
            yield Service(identity, revocations, server, pool, AuthServiceStub(channel), channel)
    passwords.close()
    pool.terminate()


async def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    """The status and the stable code that a call is refused with."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        trailers = dict(error.trailing_metadata() or ())
        return error.code(), str(trailers.get("pavilion-code"))
    raise AssertionError("the call was not refused")
