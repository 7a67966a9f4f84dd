"""Signing keys: the next is published before it signs, and the last until its tokens are over."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from adapters.identity import open_identity
from adapters.passwords import Argon2Passwords
from adapters.tokens.ed25519 import Ed25519KeyPairs
from api.keys import KeyRing
from api.security import TokenVerifier
from domain.identity.signing import KeyTimes
from handlers.identity import Identity, Verified
from tests.integration.identity.conftest import AUDIENCE, ISSUER, KEY, Installation, refused


@pytest.fixture
async def league(here: Installation) -> Verified:
    return await here.league("anna@example.org", "coastal")


@asynccontextmanager
async def a_process(
    here: Installation, times: KeyTimes | None = None, reload_seconds: float = 0
) -> AsyncIterator[Identity]:
    """Another process of the same installation."""
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    yield await open_identity(
        here.pool,
        keys=KEY,
        issuer=ISSUER,
        audience=AUDIENCE,
        clock=here.clock,
        passwords=passwords,
        key_times=times,
        reload_seconds=reload_seconds,
    )
    passwords.close()


@pytest.fixture
async def second(here: Installation) -> AsyncIterator[Identity]:
    async with a_process(here) as identity:
        yield identity


def kid_of(token: str) -> str:
    return jwt.get_unverified_header(token)["kid"]


async def published(identity: Identity) -> set[str]:
    return {key["kid"] for key in (await identity.signing_keys.jwks())["keys"]}


async def test_the_jwks_shows_public_halves_alone(here: Installation) -> None:
    (key,) = (await here.identity.signing_keys.jwks())["keys"]
    assert key.keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")


async def test_who_starts_together_makes_one_key(here: Installation, second: Identity) -> None:
    await asyncio.gather(*(second.signing_keys.keep() for _ in range(5)))
    assert len(await published(here.identity)) == 1
    assert len(await here.events("SigningKeyRotated")) == 1


async def test_a_token_signed_here_is_believed_there(
    here: Installation, second: Identity, league: Verified
) -> None:
    tokens = await here.login("anna@example.org")
    assert await second.sessions.validate(tokens.access_token)


async def test_the_next_key_is_published_before_it_signs(
    here: Installation, second: Identity, league: Verified
) -> None:
    old = kid_of((await here.login("anna@example.org")).access_token)
    new = await here.identity.signing_keys.rotate()
    assert await here.identity.signing_keys.rotate() == new  # one waits already
    assert await published(second) == {old, new}
    here.clock.on(minutes=14)
    assert kid_of((await here.login("anna@example.org")).access_token) == old
    here.clock.on(minutes=2)
    assert kid_of((await here.login("anna@example.org")).access_token) == new
    assert kid_of(await second.api_keys._kit.keys.sign({"sub": "x"})) == new


async def test_the_old_key_stays_until_its_last_token_is_over(here: Installation, league: Verified) -> None:
    keys = here.identity.signing_keys
    here.clock.on(minutes=-28)  # the tokens are read by the real time
    old = kid_of((await here.login("anna@example.org")).access_token)
    new = await keys.rotate()
    here.clock.on(minutes=14)
    last = await here.login("anna@example.org")
    here.clock.on(minutes=15)  # the last token of the old key has a minute left
    await keys.keep()
    assert await published(here.identity) == {old, new}
    assert await here.identity.sessions.validate(last.access_token)
    here.clock.on(minutes=7)
    assert await published(here.identity) == {new}
    await keys.keep()
    assert [row["kid"] for row in await here.sql("select kid from signing_key")] == [new]


async def test_a_key_that_got_out_is_believed_no_more_and_another_signs_at_once(
    here: Installation, second: Identity, league: Verified
) -> None:
    before = await here.login("anna@example.org")
    old = kid_of(before.access_token)
    assert await second.sessions.validate(before.access_token)
    new = await here.identity.signing_keys.replace(old)
    for process in (here.identity, second):
        assert await published(process) == {new}
        with refused("token_invalid"):
            await process.sessions.validate(before.access_token)
        after = await process.sessions.refresh(before.refresh_token) if process is second else None
        assert after is None or kid_of(after.access_token) == new
    assert kid_of((await here.login("anna@example.org")).access_token) == new
    assert [data["key_id"] for _, data in await here.events("SigningKeyRevoked")] == [old]
    with refused("signing_key_not_found"):
        await here.identity.signing_keys.replace(old)


async def test_who_hears_that_a_key_got_out_shows_the_new_one_at_once(
    here: Installation, league: Verified
) -> None:
    """And never an empty set, which would have every token refused."""
    async with a_process(here, reload_seconds=3600) as other:
        (old,) = await published(other)
        new = await here.identity.signing_keys.replace(old)
        other.signing_keys.withdraw(old)
        assert await published(other) == {new}


async def test_what_a_process_heard_of_a_key_is_not_undone_by_what_it_reads(
    here: Installation, league: Verified
) -> None:
    tokens = await here.login("anna@example.org")
    here.identity.signing_keys.withdraw(kid_of(tokens.access_token))
    with refused("token_invalid"):
        await here.identity.sessions.validate(tokens.access_token)
    assert await published(here.identity) == set()


async def test_a_key_is_replaced_when_it_is_old(here: Installation) -> None:
    keys = here.identity.signing_keys
    here.clock.on(days=29)
    await keys.keep()
    assert len(await published(here.identity)) == 1
    here.clock.on(hours=24)
    await keys.keep()
    await keys.keep()
    assert len(await published(here.identity)) == 2


async def test_tokens_are_good_all_through_rotations_under_load(here: Installation, league: Verified) -> None:
    """Two processes sign and validate each other's tokens while keys change again and again."""
    quick = KeyTimes(ahead=timedelta(milliseconds=300))
    async with a_process(here, quick) as one, a_process(here, quick) as two:
        seen: dict[int, set[str]] = {0: set(), 1: set()}
        done = asyncio.Event()

        async def work(mine: Identity, others: Identity, number: int) -> None:
            tokens = await here.login("anna@example.org")
            while not done.is_set():
                tokens = await mine.sessions.refresh(tokens.refresh_token)
                await others.sessions.validate(tokens.access_token)
                seen[number].add(kid_of(tokens.access_token))

        async def rotate() -> None:
            for _ in range(4):
                new = await one.signing_keys.rotate()
                here.clock.on(milliseconds=400)
                while not all(new in kids for kids in seen.values()):
                    await asyncio.sleep(0.01)
            done.set()

        async with asyncio.timeout(60):
            await asyncio.gather(work(one, two, 0), work(two, one, 1), rotate())
    assert len(seen[0] & seen[1]) >= 4


async def test_the_private_half_is_stored_encrypted(here: Installation) -> None:
    ((sealed, public),) = await here.sql("select sealed, public from signing_key")
    private = here.identity.signing_keys._private_half(
        next(iter(here.identity.signing_keys._loaded.rows.values()))
    )
    assert private not in sealed
    assert len(public) == len(private) == 32


async def test_the_api_believes_what_is_signed_here(
    here: Installation, league: Verified, tmp_path: Path
) -> None:
    tokens = await here.login("anna@example.org")
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(await here.identity.signing_keys.jwks()))
    verifier = TokenVerifier(KeyRing(str(file)), issuer=ISSUER, audience=AUDIENCE)
    # The API has a clock of its own, which the tests do not move.
    assert await verifier.verify(f"Bearer {tokens.access_token}") == tokens.access.principal


async def test_a_token_of_another_key_is_refused(here: Installation, league: Verified) -> None:
    pairs = Ed25519KeyPairs()
    pair = pairs.new()
    with refused("token_invalid"):
        await here.identity.sessions.validate(pairs.sign({"sub": "x"}, pair.kid, pair.private))
    (known,) = await published(here.identity)
    with refused("token_invalid"):
        await here.identity.sessions.validate(pairs.sign({"sub": "x"}, known, pair.private))
