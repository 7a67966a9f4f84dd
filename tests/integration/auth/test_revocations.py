"""From the commit to every process that verifies tokens: store, relay, Kafka, followers, verifiers. All real."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.auth.verifying import Trust, Verifying, verifying
from adapters.kafka.match_ends import MatchEnds
from adapters.postgres.tenants import erase_tenant
from api.errors import Problem
from api.issuer import AUDIENCE, ISSUER, DevelopmentIssuer, key_id
from contracts import identity_events as events
from contracts.identity_events import PLATFORM_TENANT
from tests.integration.auth.conftest import APPEND, LEAGUE, Happen, token
from tests.integration.relay.conftest import Broker

WITHIN_SECONDS = 1.0
pytestmark = pytest.mark.usefixtures("relayed")


def trust(issuer: DevelopmentIssuer, broker: Broker) -> Trust:
    return Trust(
        jwks=str(issuer.jwks_file),
        issuer=ISSUER,
        audience=AUDIENCE,
        kafka_bootstrap=broker.bootstrap,
        kafka_prefix=broker.prefix,
    )


@pytest.fixture
async def processes(issuer: DevelopmentIssuer, broker: Broker) -> AsyncIterator[list[Verifying]]:
    """Three processes' worth of verifiers."""
    async with AsyncExitStack() as running:
        yield [await running.enter_async_context(verifying(trust(issuer, broker))) for _ in range(3)]


async def refusal(one: Verifying, bearer: str) -> str | None:
    try:
        await one.verifier.verify(f"Bearer {bearer}")
    except Problem as problem:
        return problem.code
    return None


async def seconds_until(processes: list[Verifying], bearer: str, code: str | None) -> float:
    """How long it takes until every process says this of the token."""
    begun = time.monotonic()
    async with asyncio.timeout(10):
        while any([await refusal(each, bearer) != code for each in processes]):
            await asyncio.sleep(0.005)
    return time.monotonic() - begun


async def everywhere(processes: list[Verifying], bearer: str) -> set[str | None]:
    return {await refusal(each, bearer) for each in processes}


async def test_what_is_revoked_stops_working_everywhere_within_a_second(
    processes: list[Verifying], issuer: DevelopmentIssuer, happens: Happen
) -> None:
    """Logged out, removed, suspended, locked, a key: each with a bystander whom it does not concern."""
    now = datetime.now(UTC) - timedelta(seconds=5)
    ana, ben, eve, session, key, link = (uuid4() for _ in range(6))
    one = token(issuer, now=now, subject=str(ben), session_id=str(uuid4()))
    elsewhere = token(issuer, now=now, subject=str(ana), session_id=str(uuid4()), tenant_id=UUID(int=12))
    member = token(issuer, now=now, subject=str(ana), session_id=str(uuid4()))
    gone = token(issuer, now=now, subject=str(eve), session_id=str(uuid4()))
    revoked: list[tuple[events.IdentityEvent, str]] = [
        (
            events.SessionRevoked(
                session_id=session, kind="user", user_id=ana, reason="logged_out", at=datetime.now(UTC)
            ),
            token(issuer, now=now, subject=str(ana), session_id=str(session)),
        ),
        (
            events.ApiKeyRevoked(key_id=key, at=datetime.now(UTC)),
            token(issuer, now=now, subject=str(key), session_id=str(key), kind="api_key"),
        ),
        (
            events.ShareLinkRevoked(link_id=link, match_id=uuid4(), reason="revoked", at=datetime.now(UTC)),
            token(issuer, now=now, subject=str(link), session_id=str(link), kind="share_link"),
        ),
        (events.MemberRemoved(user_id=ana, at=datetime.now(UTC)), member),
        (events.AccountDisabled(user_id=ana, reason="abuse", at=datetime.now(UTC)), elsewhere),
        (events.AccountErased(user_id=eve, at=datetime.now(UTC)), gone),
    ]
    for event, bearer in revoked:
        assert await everywhere(processes, bearer) == {None}
        await happens(event)
        took = await seconds_until(processes, bearer, "token_revoked")
        assert took < WITHIN_SECONDS, f"{type(event).__name__} took {took:.2f} s"
        assert await everywhere(processes, one) == {None}


async def test_a_suspended_league_is_out_within_a_second_and_back_when_it_is_resumed(
    processes: list[Verifying], issuer: DevelopmentIssuer, happens: Happen
) -> None:
    now = datetime.now(UTC)
    bearer = token(issuer, now=now, session_id="s")
    other = token(issuer, now=now, session_id="o", tenant_id=UUID(int=12))
    await happens(events.TenantSuspended(reason="unpaid", at=now))
    assert await seconds_until(processes, bearer, "tenant_suspended") < WITHIN_SECONDS
    assert await everywhere(processes, other) == {None}
    await happens(events.TenantResumed(at=now))
    assert await seconds_until(processes, bearer, None) < WITHIN_SECONDS


async def test_a_league_that_is_erased_is_out_within_a_second(
    processes: list[Verifying], issuer: DevelopmentIssuer, postgres_dsn: str
) -> None:
    now = datetime.now(UTC)
    bearer = token(issuer, now=now, session_id="s")
    other = token(issuer, now=now, session_id="o", tenant_id=UUID(int=12))
    assert await everywhere(processes, bearer) == {None}
    connection = await asyncpg.connect(postgres_dsn)
    await erase_tenant(connection, LEAGUE, by="the operator")
    await connection.close()
    assert await seconds_until(processes, bearer, "tenant_suspended") < WITHIN_SECONDS
    assert await everywhere(processes, other) == {None}


async def test_a_signing_key_that_got_out_is_believed_nowhere_after_a_second(
    processes: list[Verifying], issuer: DevelopmentIssuer, happens: Happen
) -> None:
    """The JWKS still has it, as what was kept of one might; a token says that it was issued later."""
    bearer = token(issuer, now=datetime.now(UTC), session_id="s")
    assert await everywhere(processes, bearer) == {None}
    await happens(
        events.SigningKeyRevoked(key_id=key_id(issuer.ensure()), at=datetime.now(UTC)), PLATFORM_TENANT
    )
    assert await seconds_until(processes, bearer, "token_invalid") < WITHIN_SECONDS
    later = token(issuer, now=datetime.now(UTC) + timedelta(seconds=1), session_id="t")
    assert await everywhere(processes, later) == {"token_invalid"}
    for each in processes:
        await each.keys.reload()
    assert await everywhere(processes, later) == {"token_invalid"}


async def test_who_is_granted_something_else_goes_on_with_a_new_token(
    processes: list[Verifying], issuer: DevelopmentIssuer, happens: Happen
) -> None:
    ana, now = uuid4(), datetime.now(UTC)
    before = token(issuer, now=now - timedelta(seconds=2), subject=str(ana), session_id="s")
    await happens(events.MemberGrantsChanged(user_id=ana, grants=("viewer",), at=now))
    assert await seconds_until(processes, before, "token_revoked") < WITHIN_SECONDS
    after = token(issuer, now=now + timedelta(milliseconds=2), subject=str(ana), session_id="s")
    assert await everywhere(processes, after) == {None}


async def test_a_process_that_starts_later_knows_what_was_revoked_before(
    processes: list[Verifying], issuer: DevelopmentIssuer, broker: Broker, happens: Happen
) -> None:
    session = uuid4()
    bearer = token(issuer, now=datetime.now(UTC), session_id=str(session))
    family = events.SessionFamilyRevoked(session_id=session, kind="user", user_id=None, at=datetime.now(UTC))
    await happens(family)
    await seconds_until(processes, bearer, "token_revoked")
    async with verifying(trust(issuer, broker)) as late:
        assert await refusal(late, bearer) == "token_revoked"


async def test_tokens_are_verified_while_kafka_is_away(
    issuer: DevelopmentIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = Trust(jwks=str(issuer.jwks_file), issuer=ISSUER, audience=AUDIENCE, kafka_bootstrap="127.0.0.1:1")
    monkeypatch.setattr("adapters.kafka.revocations.WAIT_SECONDS", 0.3)
    async with verifying(alone) as one:
        assert await refusal(one, token(issuer, now=datetime.now(UTC), session_id="s")) is None


async def test_an_event_that_cannot_be_read_holds_nobody_up(
    processes: list[Verifying], issuer: DevelopmentIssuer, happens: Happen, postgres_dsn: str
) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    await connection.execute(
        APPEND, LEAGUE, "identity", uuid4(), [uuid4()], ["MemberRemoved"], ['{"user_id": 7}']
    )
    await connection.close()
    session = uuid4()
    bearer = token(issuer, now=datetime.now(UTC), session_id=str(session))
    await happens(
        events.SessionRevoked(
            session_id=session, kind="user", user_id=None, reason="logged_out", at=datetime.now(UTC)
        )
    )
    assert await seconds_until(processes, bearer, "token_revoked") < WITHIN_SECONDS


async def test_the_end_of_a_match_is_passed_on_however_it_comes(broker: Broker, postgres_dsn: str) -> None:
    """Each at least once, and again after a failure; balls are nobody's end."""
    told: list[tuple[UUID, UUID]] = []
    failures = [ConnectionError("the store is away")]

    async def ended(tenant_id: UUID, match_id: UUID) -> None:
        if failures:
            raise failures.pop()
        told.append((tenant_id, match_id))

    matches = [uuid4() for _ in range(4)]
    connection = await asyncpg.connect(postgres_dsn)
    for match, name in zip(
        matches, ("ResultReached", "MatchAbandoned", "TossMade", "MatchAwarded"), strict=True
    ):
        await connection.execute(APPEND, LEAGUE, "match", match, [uuid4()], [name], ["{}"])
    await connection.close()

    async def again_and_again() -> None:
        while True:
            try:
                await MatchEnds(ended, bootstrap=broker.bootstrap, prefix=broker.prefix).run()
            except ConnectionError:
                continue

    task = asyncio.create_task(again_and_again())
    over = {(LEAGUE, match) for match in (matches[0], matches[1], matches[3])}
    async with asyncio.timeout(30):
        while not over <= set(told):
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert set(told) == over
