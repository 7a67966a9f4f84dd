"""Signing keys change while everybody logs in and is verified: nobody notices."""

import asyncio
import json
from datetime import timedelta

import jwt

from adapters.identity import open_identity
from adapters.passwords import Argon2Passwords
from adapters.postgres.pool import create_pool
from api.issuer import AUDIENCE, ISSUER
from api.keys import KeyRing
from api.security import TokenVerifier
from auth.v1 import auth_pb2 as pb
from domain.identity.signing import KeyTimes
from handlers.identity import SessionTokens
from tests.integration.auth.service import KEYS, Service, running

ROTATIONS = 4
CALLERS = 4
TIMES = KeyTimes(ahead=timedelta(milliseconds=250))


class Published:
    """The JWKS of a service, as another process reads it."""

    name = "the Auth Service"

    def __init__(self, auth: Service) -> None:
        self._auth = auth

    async def read(self) -> str:
        return (await self._auth.stub.GetJwks(pb.GetJwksRequest())).document


async def test_keys_rotate_under_load_and_no_token_is_refused(postgres_dsn: str) -> None:
    """One process issues and rotates; another answers ValidateToken and publishes; a third verifies by itself."""
    pool = await create_pool(postgres_dsn, application_name="issuer", role="pavilion_auth", max_size=8)
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    issuing = await open_identity(
        pool,
        keys=KEYS,
        issuer=ISSUER,
        audience=AUDIENCE,
        passwords=passwords,
        key_times=TIMES,
        reload_seconds=0.05,
    )
    signed_by: set[str] = set()
    stop = asyncio.Event()
    async with running(postgres_dsn) as auth:
        league = await auth.league()
        verifier = TokenVerifier(KeyRing([Published(auth)]), issuer=ISSUER, audience=AUDIENCE)
        first = await auth.login(league.user.email)

        async def check(token: str) -> None:
            signed_by.add(jwt.get_unverified_header(token)["kid"])
            caller = await verifier.verify(f"Bearer {token}")
            assert caller.subject == str(league.user.id)
            answer = await auth.valid(token, league.tenant.id)
            assert answer.valid, answer.reason

        async def call(tokens: SessionTokens) -> int:
            count = 0
            while not stop.is_set():
                await check(tokens.access_token)
                tokens = await issuing.sessions.refresh(tokens.refresh_token)
                count += 1
            return count

        async def rotate() -> None:
            for _ in range(ROTATIONS):
                kid = await issuing.signing_keys.rotate()
                async with asyncio.timeout(20):
                    while kid not in signed_by:
                        await asyncio.sleep(0.02)
            stop.set()

        sessions = [await auth.login(league.user.email) for _ in range(CALLERS)]
        counts, _ = await asyncio.gather(asyncio.gather(*map(call, sessions)), rotate())
        assert len(signed_by) > ROTATIONS
        assert min(counts) > 0
        assert await verifier.verify(f"Bearer {first.access_token}")
        published = json.loads(await Published(auth).read())["keys"]
        assert signed_by <= {key["kid"] for key in published}
    passwords.close()
    pool.terminate()
