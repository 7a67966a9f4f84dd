"""From the event store through Kafka into the read models, and the read models made anew."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest
from aiokafka import AIOKafkaProducer

from activities.event_relay import Relay
from adapters.postgres.event_reader import read_tails
from adapters.postgres.match_projection import MATCH_MODEL
from adapters.postgres.match_tables import TABLES
from adapters.postgres.rebuild import Rebuild, RebuildRunning, UnreadableStream
from benchmarks.matches import store, streams, t20_match
from contracts import codec
from contracts.cloudevents import Envelope, encode
from contracts.codec import decode
from contracts.codec import encode as encode_event
from contracts.topics import BALL_EVENTS
from domain.match import commands as c
from domain.match import decide, fold
from domain.match.card import scorecard
from domain.match.events import MatchEvent
from tests.integration.relay.command import asked, pavilion_for
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.projecting import contents, dead, projected, projecting
from tests.integration.relay.test_relay import Publisher, Tail, running
from tests.older_toss import OlderToss, as_before

TENANT, OTHER = UUID(int=1), UUID(int=2)


async def put(owner: asyncpg.Connection, match: UUID, events: list[MatchEvent], after: int = 0) -> None:
    """Store events of a match from version ``after + 1`` on."""
    rows: list[tuple[Any, ...]] = [
        (TENANT, "match", match, n, uuid4(), type(event).__name__, 1, encode_event(event).decode(), "{}")
        for n, event in enumerate(events, after + 1)
    ]
    await store(owner, rows)


async def send(
    owner: asyncpg.Connection,
    broker: Broker,
    match: UUID,
    version: int,
    event: MatchEvent,
    value: bytes | None = None,
) -> None:
    """Put a record on the ball topic past the relay."""
    stored_at = await owner.fetchval(
        "select recorded_at from event where stream_id = $1 and version = $2", match, version
    )
    envelope = Envelope(
        event_id=str(uuid4()),
        type=type(event).__name__,
        event_type="X",
        schema_version=1,
        tenant_id=TENANT,
        stream_kind="match",
        stream_id=match,
        version=version,
        position=0,
        recorded_at=stored_at or datetime(2026, 1, 1, tzinfo=UTC),
    )
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
    await producer.start()
    await producer.send_and_wait(
        broker.prefix + BALL_EVENTS.name,
        key=str(match).encode(),
        value=value if value is not None else encode_event(event),
        headers=encode(envelope),
    )
    await producer.stop()


async def test_the_card_that_comes_out_is_the_one_of_the_stream(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker, projector_pool: Any
) -> None:
    events = list(t20_match(1))
    corrected = decide(fold(events), c.Undo(reason="dead ball"), None)
    match = uuid4()
    async with running(Relay(tail(), publisher())), projecting(MATCH_MODEL, projector_pool, broker):
        for start in range(0, len(events), 40):
            await put(owner, match, events[start : start + 40], start)
        await put(owner, match, corrected, len(events))
        await eventually(lambda: projected(owner, MATCH_MODEL))
    state = fold([*events, *corrected])
    card = await owner.fetchval("select card from rm_match_card where match_id = $1", match)
    assert json.loads(card) == json.loads(msgspec.json.encode(scorecard(state)))
    balls = await owner.fetchval("select count(*) from rm_ball where match_id = $1", match)
    assert balls == sum(len(innings.balls) for innings in state.innings)


async def test_events_of_an_older_form_are_projected_and_rebuilt_as_those_of_today(
    owner: asyncpg.Connection,
    owner_pool: Any,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
    older_toss: OlderToss,
) -> None:
    rows: list[tuple[Any, ...]] = [
        (*row[:7], json.dumps(as_before(json.loads(row[7]))), row[8]) if row[5] == "TossMade" else row
        for row in streams(1, TENANT)
    ]
    async with running(Relay(tail(), publisher())), projecting(MATCH_MODEL, projector_pool, broker):
        await store(owner, rows)
        await eventually(lambda: projected(owner, MATCH_MODEL))
    assert (await Rebuild(MATCH_MODEL, owner_pool).run(swap=False)).differences == []
    events = [decode(row[5], row[7], row[6]) for row in rows]
    card = await owner.fetchval("select card from rm_match_card where match_id = $1", rows[0][2])
    assert json.loads(card) == json.loads(msgspec.json.encode(scorecard(fold(events))))
    assert json.loads(card)["toss"]
    assert await dead(broker, MATCH_MODEL) == []


async def test_many_matches_at_once_with_few_remembered_equal_a_rebuild(
    owner: asyncpg.Connection,
    owner_pool: Any,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
) -> None:
    rows = list(streams(12, TENANT, interleaved=True))
    async with (
        running(Relay(tail(), publisher(), chunk=100)),
        projecting(MATCH_MODEL, projector_pool, broker, remembered=3),
    ):
        for start in range(0, len(rows), 500):
            await store(owner, rows[start : start + 500])
        await eventually(lambda: projected(owner, MATCH_MODEL), seconds=60)
    report = await Rebuild(MATCH_MODEL, owner_pool).run()
    assert (report.differences, report.compared, report.events) == ([], 12, len(rows))
    assert await dead(broker, MATCH_MODEL) == []


async def test_versions_that_come_again_or_were_missed_do_no_harm(
    owner: asyncpg.Connection, owner_pool: Any, broker: Broker, projector_pool: Any
) -> None:
    events, match = list(t20_match(2)), uuid4()
    await put(owner, match, events)
    async with projecting(MATCH_MODEL, projector_pool, broker):
        for version in (1, 2, 3, 2, 3, 9, 4, 5, 10, len(events)):
            await send(owner, broker, match, version, events[version - 1])
        await eventually(lambda: projected(owner, MATCH_MODEL))
    assert (await Rebuild(MATCH_MODEL, owner_pool).run(swap=False)).differences == []
    assert await dead(broker, MATCH_MODEL) == []


async def test_a_spoiled_record_is_put_aside_and_its_match_is_healed_from_the_store(
    owner: asyncpg.Connection, owner_pool: Any, broker: Broker, projector_pool: Any
) -> None:
    events, spoiled, healthy = list(t20_match(3)), uuid4(), uuid4()
    await put(owner, spoiled, events[:8])
    await put(owner, healthy, events[:8])
    async with projecting(MATCH_MODEL, projector_pool, broker):
        for version in range(1, 9):
            value = b'{"winner": ' if version == 1 else None
            await send(owner, broker, spoiled, version, events[version - 1], value)
            await send(owner, broker, healthy, version, events[version - 1])
        await eventually(lambda: projected(owner, MATCH_MODEL))
    assert (await Rebuild(MATCH_MODEL, owner_pool).run(swap=False)).differences == []
    assert await dead(broker, MATCH_MODEL) == ["UnreadableEvent"]


async def test_what_comes_with_an_unreadable_event_and_before_it_is_applied(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the match is read from the store, for its projector does not remember it."""
    events, match = list(t20_match(3)), uuid4()
    monkeypatch.delitem(codec._decoders, "InningsStarted")

    async def at(version: int, letters: int) -> bool:
        now = await owner.fetchval("select version from rm_match where match_id = $1", match)
        return now == version and await put_aside(owner, letters)

    await put(owner, match, events[:5])
    for version in (1, 2, 3):
        await send(owner, broker, match, version, events[version - 1])
    async with projecting(MATCH_MODEL, projector_pool, broker):
        await eventually(lambda: at(3, 0))
    for version in (4, 5):
        await send(owner, broker, match, version, events[version - 1])
    async with projecting(MATCH_MODEL, projector_pool, broker):
        await eventually(lambda: put_aside(owner, 1))
        assert await at(4, 1)
    assert await dead(broker, MATCH_MODEL) == ["UnreadableEvent"]


async def put_aside(owner: asyncpg.Connection, letters: int) -> bool:
    return await owner.fetchval("select count(*) from dead_letter") == letters


async def test_a_match_with_an_unreadable_event_stops_alone_and_is_whole_after_a_release_that_reads_it(
    owner: asyncpg.Connection,
    owner_pool: Any,
    broker: Broker,
    projector_pool: Any,
    postgres_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pavilion = pavilion_for(monkeypatch, broker, postgres_dsn)
    events, spoiled, sound = list(t20_match(3)), uuid4(), uuid4()
    reads_it, read = codec._decoders["InningsStarted"], set[UUID]()
    monkeypatch.delitem(codec._decoders, "InningsStarted")

    async def reading(connection: Any, after: dict[UUID, int], until: dict[UUID, int]) -> Any:
        read.update(after)
        return await read_tails(connection, after, until)

    async def played(match: UUID, first: int, last: int) -> None:
        await put(owner, match, events[first - 1 : last], first - 1)
        for version in range(first, last + 1):
            await send(owner, broker, match, version, events[version - 1])

    async def at(match: UUID, version: int, letters: int) -> bool:
        now = await owner.fetchval("select version from rm_match where match_id = $1", match)
        return (now, await owner.fetchval("select count(*) from dead_letter")) == (version, letters)

    async with projecting(MATCH_MODEL, projector_pool, broker):
        await played(sound, 1, 1)
        await played(spoiled, 1, 5)
        await eventually(lambda: at(spoiled, 4, 1))
        await played(sound, 2, 2)
        await eventually(lambda: at(sound, 2, 1))
        monkeypatch.setattr("adapters.postgres.stream_projection.read_tails", reading)
        monkeypatch.setattr("adapters.kafka.consumer.RETRY_SECONDS", 60)
        await played(spoiled, 6, 8)
        await eventually(lambda: at(spoiled, 4, 4))
        await played(sound, 3, 4)
        await eventually(lambda: at(sound, 4, 4))
        assert read == {spoiled}, "the other is remembered all the while"

        monkeypatch.setitem(codec._decoders, "InningsStarted", reads_it)
        _, letters = await asked(pavilion, "dlq", "replay", "--all", "projector")
        assert [(letter["status"], letter["error_type"]) for letter in letters] == [
            ("replayed", "UnreadableEvent")
        ] * 4
        await played(spoiled, 9, 9)
        await eventually(lambda: projected(owner, MATCH_MODEL))
    assert (await Rebuild(MATCH_MODEL, owner_pool).run(swap=False)).differences == []
    assert await owner.fetchval("select count(*) from dead_letter where status <> 'replayed'") == 0


async def test_an_event_whose_stream_is_unknown_is_put_aside(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any
) -> None:
    events, lost, known = list(t20_match(3)), uuid4(), uuid4()
    await put(owner, known, events[:2])
    async with projecting(MATCH_MODEL, projector_pool, broker):
        await send(owner, broker, lost, 7, events[6])
        await send(owner, broker, known, 1, events[0])
        await send(owner, broker, known, 2, events[1])
        await eventually(lambda: projected(owner, MATCH_MODEL))
        await eventually(lambda: put_aside(owner, 1))
    assert await dead(broker, MATCH_MODEL) == ["IncompleteStream"]


async def test_read_models_are_exchanged_while_the_projector_goes_on(
    owner: asyncpg.Connection,
    owner_pool: Any,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
) -> None:
    rows = list(streams(30, TENANT, interleaved=True))
    reports = []
    async with (
        running(Relay(tail(), publisher(), chunk=200)),
        projecting(MATCH_MODEL, projector_pool, broker),
    ):
        for start in range(0, len(rows), 1_500):
            await store(owner, rows[start : start + 1_500])
            reports.append(await Rebuild(MATCH_MODEL, owner_pool).run())
        await eventually(lambda: projected(owner, MATCH_MODEL), seconds=60)
    assert all(report.swapped and report.differences == [] for report in reports)
    assert (await Rebuild(MATCH_MODEL, owner_pool).run()).compared == 30
    assert await dead(broker, MATCH_MODEL) == []


async def test_a_rebuild_tells_what_differed_and_mends_it(owner: asyncpg.Connection, owner_pool: Any) -> None:
    await store(owner, list(streams(5, TENANT)))
    await Rebuild(MATCH_MODEL, owner_pool).run()
    whole = await contents(owner, MATCH_MODEL)
    indexes = await owner.fetch(
        "select indexdef from pg_indexes where tablename like 'rm%' order by indexdef"
    )
    wrong, gone = sorted(row[1] for row in whole["rm_match"])[:2]
    await owner.execute("update rm_over set runs = runs + 1 where match_id = $1 and over = 2", wrong)
    await owner.execute("delete from rm_ball where match_id = $1 and sequence > 5", gone)
    checked = await Rebuild(MATCH_MODEL, owner_pool).run(swap=False)
    assert {each.table: each.examples for each in checked.differences} == {
        "rm_over": [wrong],
        "rm_ball": [gone],
    }
    assert await contents(owner, MATCH_MODEL) != whole
    assert (await Rebuild(MATCH_MODEL, owner_pool).run()).swapped
    assert await contents(owner, MATCH_MODEL) == whole
    assert indexes == await owner.fetch(
        "select indexdef from pg_indexes where tablename like 'rm%' order by indexdef"
    )


async def test_a_rebuild_that_cannot_read_a_match_leaves_everything_as_it_is(
    owner: asyncpg.Connection, owner_pool: Any
) -> None:
    await store(owner, list(streams(2, TENANT)))
    await Rebuild(MATCH_MODEL, owner_pool).run()
    before, match = await contents(owner, MATCH_MODEL), uuid4()
    await store(owner, [(TENANT, "match", match, 1, uuid4(), "NeverHeardOf", 1, "{}", "{}")])
    with pytest.raises(UnreadableStream, match=f"{match} can't be folded at version 1"):
        await Rebuild(MATCH_MODEL, owner_pool).run()
    assert await contents(owner, MATCH_MODEL) == before


async def test_one_rebuild_at_a_time(owner: asyncpg.Connection, owner_pool: Any) -> None:
    await store(owner, list(streams(3, TENANT)))
    results = await asyncio.gather(
        *(Rebuild(MATCH_MODEL, owner_pool).run() for _ in range(2)), return_exceptions=True
    )
    assert [type(each) for each in results if isinstance(each, Exception)] == [RebuildRunning]


async def test_a_tenant_sees_its_own_rows_alone(
    owner: asyncpg.Connection, owner_pool: Any, postgres_dsn: str
) -> None:
    await store(owner, [*streams(2, TENANT), *streams(1, OTHER)])
    await Rebuild(MATCH_MODEL, owner_pool).run()
    app = await asyncpg.connect(postgres_dsn, user="pavilion_app")
    for table in TABLES:
        counts = []
        for tenant in (TENANT, OTHER, UUID(int=3)):
            async with app.transaction():
                await app.execute("select set_config('app.tenant_id', $1, true)", str(tenant))
                counts.append(await app.fetchval(f"select count(distinct match_id) from {table.name}"))  # noqa: S608
        assert counts == [2, 1, 0], table.name
        assert await app.fetchval(f"select count(*) from {table.name}") == 0  # noqa: S608
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(f"delete from {table.name}")  # noqa: S608
    await app.close()
