"""The Auth Service goes away and comes back: what goes on without it, and what waits for it."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.auth.verifying import Trust, Verifying, verifying
from api import security
from api.errors import Problem
from api.issuer import AUDIENCE, ISSUER, DevelopmentIssuer
from auth.v1 import auth_pb2 as pb
from handlers.identity import SessionTokens, Verified
from tests.integration.auth.service import Service, bearer, running


@pytest.fixture(autouse=True)
def asks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "FRESH_SECONDS", 0.0)


@asynccontextmanager
async def asking(auth: Service, folder: Path, issuer: DevelopmentIssuer) -> AsyncIterator[Verifying]:
    """An API that knows the service's keys and the development issuer's."""
    document = await auth.stub.GetJwks(pb.GetJwksRequest())
    file = folder / "auth.json"
    file.write_text(document.document)
    trust = Trust(jwks=f"{file},{issuer.jwks_file}", issuer=ISSUER, audience=AUDIENCE, auth_grpc=auth.address)
    async with verifying(trust) as one:
        yield one


async def refusal(one: Verifying, token: str, *, fresh: bool) -> tuple[int, str] | None:
    try:
        await one.verifier.verify(f"Bearer {token}", fresh=fresh)
    except Problem as problem:
        return problem.status, problem.code
    return None


async def test_what_matters_asks_the_service_and_waits_for_it(
    postgres_dsn: str, tmp_path: Path, issuer: DevelopmentIssuer
) -> None:
    async with running(postgres_dsn) as auth, asking(auth, tmp_path, issuer) as api:
        league: Verified = await auth.league()
        kept: SessionTokens = await auth.login(league.user.email)
        ended: SessionTokens = await auth.login(league.user.email)
        for tokens in (kept, ended):
            assert await refusal(api, tokens.access_token, fresh=True) is None
        await auth.stub.RevokeSession(
            pb.RevokeSessionRequest(session_id=str(ended.session.id)), metadata=bearer(kept)
        )
        async with asyncio.timeout(10):
            while (said := await refusal(api, ended.access_token, fresh=True)) is None:
                await asyncio.sleep(0.05)
        assert said == (401, "token_revoked")
        # This process hears of nothing, so where it does not ask it goes on believing until the token expires.
        assert await refusal(api, ended.access_token, fresh=False) is None

        await auth.server.end()
        begun = time.monotonic()
        assert await refusal(api, kept.access_token, fresh=True) == (503, "auth_unavailable")
        assert time.monotonic() - begun < 4
        assert await refusal(api, kept.access_token, fresh=False) is None
        development = issuer.token(now=kept.session.created_at, roles=["owner"])
        assert await refusal(api, development, fresh=True) is None, "nothing is stored about it"


async def test_where_it_matters_a_role_counts_that_is_held_now(
    postgres_dsn: str, tmp_path: Path, issuer: DevelopmentIssuer
) -> None:
    """A treasurer is made a viewer, and nobody has heard of it: not the API, nor the Auth Service."""
    async with running(postgres_dsn) as auth, asking(auth, tmp_path, issuer) as api:
        league = await auth.league()
        member_id, tokens = await auth.member(league, "treasurer")
        token = f"Bearer {tokens.access_token}"
        assert (await api.verifier.verify(token, fresh=True)).roles == {"treasurer"}
        owner = bearer(await auth.login(league.user.email))
        asked = pb.ChangeMemberRequest(user_id=str(member_id), roles=["viewer"])
        await auth.stub.ChangeMember(asked, metadata=owner)
        async with asyncio.timeout(3):
            while (await api.verifier.verify(token, fresh=True)).roles != {"viewer"}:
                await asyncio.sleep(0.05)


async def test_without_a_service_to_ask_what_matters_is_refused(
    postgres_dsn: str, tmp_path: Path, issuer: DevelopmentIssuer
) -> None:
    async with running(postgres_dsn) as auth, asking(auth, tmp_path, issuer):
        league = await auth.league()
        tokens = await auth.login(league.user.email)
        trust = Trust(jwks=str(tmp_path / "auth.json"), issuer=ISSUER, audience=AUDIENCE)
        async with verifying(trust) as alone:
            assert await refusal(alone, tokens.access_token, fresh=False) is None
            assert await refusal(alone, tokens.access_token, fresh=True) == (503, "auth_unavailable")


async def test_a_service_that_hangs_is_not_waited_for(tmp_path: Path, postgres_dsn: str) -> None:
    """Somebody listens and never answers."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        async with running(postgres_dsn) as auth:
            league = await auth.league()
            tokens = await auth.login(league.user.email)
            document = await auth.stub.GetJwks(pb.GetJwksRequest())
        (file := tmp_path / "auth.json").write_text(document.document)
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        trust = Trust(jwks=str(file), issuer=ISSUER, audience=AUDIENCE, auth_grpc=address)
        async with verifying(trust) as api:
            begun = time.monotonic()
            assert await refusal(api, tokens.access_token, fresh=True) == (503, "auth_unavailable")
            assert time.monotonic() - begun < 4


async def test_the_service_comes_back(postgres_dsn: str, tmp_path: Path, issuer: DevelopmentIssuer) -> None:
    async with running(postgres_dsn) as auth, asking(auth, tmp_path, issuer) as api:
        league = await auth.league()
        tokens = await auth.login(league.user.email)
        port = auth.server.port
        await auth.server.end()
        assert await refusal(api, tokens.access_token, fresh=True) == (503, "auth_unavailable")
        async with running(postgres_dsn, port=port), asyncio.timeout(20):
            while await refusal(api, tokens.access_token, fresh=True) is not None:
                await asyncio.sleep(0.05)
