"""The inbox on a real Postgres: what is in it stays until it is handled, and the application cannot read it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from adapters.postgres.pool import create_pool
from adapters.postgres.webhook_inbox import PostgresWebhookInbox, PostgresWebhookWork
from contracts.webhooks import WebhookEvent

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
LONG, OVER = timedelta(minutes=10), timedelta(0)


@pytest.fixture
async def app_pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=4)
    yield pool
    await pool.close()


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_webhooks", max_size=4)
    yield pool
    await pool.close()


@pytest.fixture
def inbox(app_pool: "asyncpg.Pool[Any]") -> PostgresWebhookInbox:
    return PostgresWebhookInbox(app_pool)


@pytest.fixture
def work(pool: "asyncpg.Pool[Any]") -> PostgresWebhookWork:
    return PostgresWebhookWork(pool)


def event(id_: str = "evt_1") -> WebhookEvent:
    return WebhookEvent(
        id=id_,
        type="charge.refunded",
        created_at=NOW,
        live=True,
        object_id="ch_1",
        object_type="charge",
        intent="pi_1",
        account="acct_1",
        metadata={"tenant": "t", "payment": "p"},
    )


async def test_an_event_is_kept_once(inbox: PostgresWebhookInbox, work: PostgresWebhookWork) -> None:
    assert await inbox.store(event())
    assert not await inbox.store(event())
    (waiting,) = await work.claim(10, LONG)
    assert (waiting.event, waiting.attempts) == (event(), 1)


async def test_many_that_bring_the_same_event_at_once_keep_it_once(inbox: PostgresWebhookInbox) -> None:
    kept = await asyncio.gather(*(inbox.store(event()) for _ in range(20)))
    assert sorted(kept) == [False] * 19 + [True]


async def test_nobody_else_gets_what_one_has_taken(
    inbox: PostgresWebhookInbox, work: PostgresWebhookWork
) -> None:
    ids = {f"evt_{number}" for number in range(50)}
    await asyncio.gather(*(inbox.store(event(id_)) for id_ in ids))
    taken = await asyncio.gather(*(work.claim(10, LONG) for _ in range(8)))
    got = [waiting.event.id for batch in taken for waiting in batch]
    assert len(got) == len(set(got))
    rest = [waiting.event.id for waiting in await work.claim(50, LONG)]
    assert sorted([*got, *rest]) == sorted(ids)


async def test_what_is_locked_by_another_is_passed_over(
    inbox: PostgresWebhookInbox, work: PostgresWebhookWork, pool: "asyncpg.Pool[Any]"
) -> None:
    await inbox.store(event("evt_1"))
    await inbox.store(event("evt_2"))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select from webhook_event where event_id = 'evt_1' for update")
        assert [waiting.event.id for waiting in await work.claim(10, LONG)] == ["evt_2"]
    assert [waiting.event.id for waiting in await work.claim(10, LONG)] == ["evt_1"]


async def test_one_that_was_taken_and_never_ended_is_offered_again(
    inbox: PostgresWebhookInbox, work: PostgresWebhookWork
) -> None:
    await inbox.store(event())
    await work.claim(10, OVER)  # and whoever took it was killed
    (again,) = await work.claim(10, LONG)
    assert again.attempts == 2
    assert await work.claim(10, LONG) == []


async def test_one_that_failed_comes_again_after_its_pause(
    inbox: PostgresWebhookInbox, work: PostgresWebhookWork
) -> None:
    await inbox.store(event("evt_1"))
    await inbox.store(event("evt_2"))
    await work.claim(10, LONG)
    await work.failed("evt_1", "away", OVER)
    await work.failed("evt_2", "away", LONG)
    (again,) = await work.claim(10, LONG)
    assert (again.event.id, again.attempts, again.last_error) == ("evt_1", 2, "away")


async def test_what_is_handled_stays_but_is_never_offered_again(
    inbox: PostgresWebhookInbox, work: PostgresWebhookWork, pool: "asyncpg.Pool[Any]"
) -> None:
    await inbox.store(event("evt_1"))
    await inbox.store(event("evt_2"))
    await work.claim(10, OVER)
    await work.handled({"evt_1": "told", "evt_2": "unknown"})
    await work.failed("evt_1", "too late to say so", OVER)
    assert await work.claim(10, LONG) == []
    assert not await inbox.store(event("evt_1"))
    rows = await pool.fetch(
        "select event_id, outcome, handled_at is not null, last_error from webhook_event order by 1"
    )
    assert [tuple(row) for row in rows] == [("evt_1", "told", True, None), ("evt_2", "unknown", True, None)]


async def test_the_inbox_says_how_it_stands(inbox: PostgresWebhookInbox, work: PostgresWebhookWork) -> None:
    empty = await work.standing()
    assert (empty.waiting, empty.failing, empty.oldest_received_at) == (0, 0, None)
    for id_ in ("evt_1", "evt_2", "evt_3"):
        await inbox.store(event(id_))
    (first, *_) = await work.claim(10, OVER)
    await work.handled({"evt_3": "told"})
    await work.failed("evt_2", "away", OVER)
    standing = await work.standing()
    assert (standing.waiting, standing.failing) == (2, 1)
    assert standing.oldest_received_at == first.received_at


async def test_only_what_was_handled_long_ago_is_forgotten(
    inbox: PostgresWebhookInbox, work: PostgresWebhookWork, pool: "asyncpg.Pool[Any]", postgres_dsn: str
) -> None:
    for id_ in ("evt_old", "evt_older", "evt_new", "evt_waiting"):
        await inbox.store(event(id_))
    await work.handled({"evt_old": "told", "evt_older": "unknown", "evt_new": "told"})
    owner = await asyncpg.connect(postgres_dsn)
    await owner.execute(
        "update webhook_event set received_at = now() - interval '90 days',"
        " handled_at = handled_at - case event_id when 'evt_old' then interval '31 days'"
        " when 'evt_older' then interval '40 days' else interval '29 days' end"
    )
    assert [await work.forget(1), await work.forget(10), await work.forget(10)] == [1, 1, 0]
    # Not even by mistake.
    await pool.execute("delete from webhook_event")
    left = await owner.fetch("select event_id from webhook_event order by 1")
    await owner.close()
    assert [row["event_id"] for row in left] == ["evt_new", "evt_waiting"]


@pytest.mark.parametrize(
    "statement",
    [
        "select * from webhook_event",
        "select outcome from webhook_event",
        "update webhook_event set outcome = 'told', handled_at = now()",
        "delete from webhook_event",
        "truncate webhook_event",
        "insert into webhook_event (event_id, type, created_at, live, metadata, handled_at, outcome) "
        "values ('e', 't', now(), false, '{}', now(), 'told')",
    ],
)
async def test_the_application_adds_to_it_and_sees_only_what_fails(
    app_pool: "asyncpg.Pool[Any]", statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app_pool.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "truncate webhook_event",
        "update webhook_event set metadata = '{}'",
        "insert into webhook_event (event_id, type, created_at, live, metadata) values ('e', 't', now(), false, '{}')",
        "select 1 from event",
    ],
)
async def test_who_works_it_off_only_marks_what_is_in_it(pool: "asyncpg.Pool[Any]", statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)
