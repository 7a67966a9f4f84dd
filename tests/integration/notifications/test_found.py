"""What the consumer finds in a batch of events, and keeps: nothing lost beside what cannot be read or is forgotten."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.kafka.notices import NoticeProjection
from contracts.cloudevents import Envelope, encode
from contracts.codec import MATCH, UnreadableEvent
from tests.integration.notifications.given import League, Match


@pytest.fixture
async def projection(notifier_pool: Any) -> NoticeProjection:
    return NoticeProjection(notifier_pool)


async def records(match: Match) -> list[Any]:
    """The match's events as Kafka has them."""
    rows = await match.league.owner.fetch(
        "select *, data::text as said from event where stream_id = $1 order by version", match.id
    )
    return [_record(row) for row in rows]


def _record(row: Any) -> Any:
    envelope = Envelope(
        event_id=str(row["event_id"]),
        type=row["type"],
        event_type=row["type"],
        schema_version=row["schema_version"],
        tenant_id=row["tenant_id"],
        stream_kind=MATCH,
        stream_id=row["stream_id"],
        version=row["version"],
        position=row["position"],
        recorded_at=row["recorded_at"],
    )
    return SimpleNamespace(headers=encode(envelope), value=row["said"].encode(), key=row["stream_id"].bytes)


async def put(projection: NoticeProjection, pool: Any, found: list[Any]) -> None:
    write = await projection.project(found)
    async with pool.acquire() as connection, connection.transaction():
        await write(connection)


async def subjects(league: League, match: UUID) -> list[str]:
    rows = await league.owner.fetch("select subject from notice order by subject")
    return [row["subject"].removeprefix(f"match/{match}/") for row in rows]


async def test_what_came_before_an_event_that_cannot_be_read_is_told(
    projection: NoticeProjection, notifier_pool: Any, league: League, match: Match
) -> None:
    """As the runtime does it: all of a key, and when that fails one by one."""
    await match.begin()
    await match.wicket()
    found = await records(match)
    poison = SimpleNamespace(headers=found[-1].headers, value=b"{", key=found[-1].key)
    later = [*found, _next(poison, found[-1])]
    with pytest.raises(UnreadableEvent):
        await projection.project(later)
    for each in later[:-1]:
        await put(projection, notifier_pool, [each])
    assert await subjects(league, match.id) == ["wicket/1/b1"]


def _next(record: Any, after: Any) -> Any:
    headers = [
        (name, str(int(value) + 1).encode() if name == "version" else value) for name, value in after.headers
    ]
    return SimpleNamespace(headers=headers, value=record.value, key=record.key)


async def test_what_happens_after_a_name_was_taken_out_is_told(
    projection: NoticeProjection, notifier_pool: Any, league: League, match: Match
) -> None:
    """In one batch: a wicket, the erasure, another wicket."""
    await match.begin()
    await match.wicket()
    await erased(league, match)
    await match.wicket("b3")
    await put(projection, notifier_pool, await records(match))
    assert await subjects(league, match.id) == ["wicket/1/b3"]


async def test_what_was_told_before_it_is_forgotten(
    projection: NoticeProjection, notifier_pool: Any, league: League, match: Match
) -> None:
    await match.begin()
    await match.wicket()
    await put(projection, notifier_pool, await records(match))
    assert await subjects(league, match.id) == ["wicket/1/b1"]
    await erased(league, match)
    await put(projection, notifier_pool, (await records(match))[-1:])
    assert await subjects(league, match.id) == []


async def erased(league: League, match: Match) -> None:
    version = await league.owner.fetchval("select max(version) from event where stream_id = $1", match.id)
    await league.owner.execute(
        "insert into event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)"
        " values ($1, 'match', $2, $3, $4, 'PersonErased', 1, $5, '{}')",
        *(league.id, match.id, version + 1, uuid4(), '{"person": "b1", "name": "Player 17"}'),
    )
