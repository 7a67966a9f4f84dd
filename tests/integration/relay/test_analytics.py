"""Analytics on real servers: corrected, killed, rebalanced, rebuilt, and told of; nothing is counted twice."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import pytest

from activities.event_relay import Relay
from adapters.kafka.analytics_teller import AnalyticsTeller, stream_of
from adapters.kafka.topics import ensure_topics
from adapters.postgres.analytics_moves import AnalyticsMoves
from adapters.postgres.analytics_projection import ANALYTICS_MODEL, TOGETHER, write_changes
from adapters.postgres.analytics_tables import SUMS
from adapters.postgres.rebuild import Rebuild
from benchmarks.matches import store, streams, t20_match
from contracts.cloudevents import decode
from contracts.codec import ANALYTICS_EVENTS as CODEC
from contracts.topics import ANALYTICS_EVENTS
from domain.match import commands as c
from domain.match import decide, fold
from domain.match.events import BallRecorded, MatchCreated, MatchEvent
from domain.persons import PersonErased
from projections.analytics import AnalyticsFold
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.projecting import contents, dead, projected, projecting
from tests.integration.relay.test_projector import OTHER, TENANT, put
from tests.integration.relay.test_relay import Publisher, Tail, running

NOW = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)
ADDED_UP = f"""
  select p.tenant_id, s.scope, s.scope_id, p.player, {", ".join(f"sum({name})::bigint" for name in SUMS)}
  from rm_analytics_player p
  cross join lateral (values ('career', ''), ('season', p.season), ('tournament', p.tournament)) s (scope, scope_id)
  where s.scope_id is not null group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""  # noqa: S608
TOTALS = (
    f"select tenant_id, scope, scope_id, player, {', '.join(SUMS)} from analytics_total order by 1, 2, 3, 4"  # noqa: S608
)

Tables = Mapping[str, dict[tuple[Any, ...], tuple[Any, ...]]]


async def tables(owner: asyncpg.Connection) -> Tables:
    """Every row of analytics by its key; of totals without how often they moved, of matches without their version."""
    found: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {}
    for table in ANALYTICS_MODEL.tables:
        rows = await owner.fetch(f"select * from {table.name}")  # noqa: S608
        found[table.name] = {
            tuple(row[name] for name in table.key): tuple(
                row[name] for name in table.columns if name != "version"
            )
            for row in rows
        }
    found["analytics_total"] = {
        tuple(row)[:4]: tuple(row)[6:] for row in await owner.fetch("select * from analytics_total")
    }
    return found


def moved(before: Tables, after: Tables) -> dict[str, set[tuple[Any, ...]]]:
    """The keys of the rows that are not as they were, by table."""
    return {
        name: keys
        for name in before
        if (
            keys := {
                key
                for key in before[name].keys() | after[name].keys()
                if before[name].get(key) != after[name].get(key)
            }
        )
    }


async def added_up(owner: asyncpg.Connection) -> None:
    """The totals are the sums of the rows of players, no row more, none less."""
    totals = [tuple(row) for row in await owner.fetch(TOTALS)]
    assert totals == [tuple(row) for row in await owner.fetch(ADDED_UP)]


def in_a_season(number: int) -> list[MatchEvent]:
    """A match of a season and a tournament."""
    created, *others = t20_match(number)
    assert isinstance(created, MatchCreated)
    return [replace(created, season="2026", tournament="cup"), *others]


async def test_a_correction_in_an_old_match_moves_its_rows_alone_and_its_reversal_moves_them_back(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker, projector_pool: Any
) -> None:
    """A six of the first match was a four: batter, bowler, pair, stand and innings, and the totals of two players."""
    old, events = uuid4(), in_a_season(1)
    async with (
        running(Relay(tail(), publisher())),
        projecting(ANALYTICS_MODEL, projector_pool, broker, remembered=2),
    ):
        await put(owner, old, events)
        for number in range(2, 7):
            await put(owner, uuid4(), in_a_season(number))
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
        before = await tables(owner)
        version, six = next(
            (version, event)
            for version, event in enumerate(events, 1)
            if isinstance(event, BallRecorded) and event.delivery.bat_runs == 6 and event.innings == 1
        )
        d = six.delivery

        def in_truth(runs: int) -> c.CorrectBall:
            ball = c.RecordBall(striker=d.striker, non_striker=d.non_striker, bowler=d.bowler, bat_runs=runs)
            return c.CorrectBall(ball=version, delivery=ball, reason="looked at again")

        corrected = decide(fold(events), in_truth(4), NOW)
        await put(owner, old, corrected, len(events))
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
        after = await tables(owner)
        back = decide(fold([*events, *corrected]), in_truth(6), NOW)
        await put(owner, old, back, len(events) + len(corrected))
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
        again = await tables(owner)

    changed = moved(before, after)
    changed.pop("rm_analytics_match", None)  # the margin may be another
    assert changed.keys() == {
        *(f"rm_analytics_{name}" for name in ("player", "innings", "batting", "bowling", "meeting", "stand")),
        "analytics_total",
    }
    assert {key[0] for name, keys in changed.items() if name != "analytics_total" for key in keys} == {old}
    assert changed["rm_analytics_player"] == {(old, d.striker), (old, d.bowler)}
    assert changed["rm_analytics_batting"] == {(old, 1, d.striker)}
    assert changed["rm_analytics_bowling"] == {(old, 1, d.bowler)}
    assert {key[3:] for key in changed["rm_analytics_meeting"]} == {(d.striker, d.bowler)}
    assert {len(changed[f"rm_analytics_{name}"]) for name in ("innings", "stand", "meeting")} == {1}
    assert changed["analytics_total"] == {
        (TENANT, scope, scope_id, player)
        for scope, scope_id in (("career", ""), ("season", "2026"), ("tournament", "cup"))
        for player in (d.striker, d.bowler)
    }
    assert moved(before, again) == {}
    await added_up(owner)
    assert await dead(broker, ANALYTICS_MODEL) == []


async def test_rows_that_a_correction_takes_away_are_gone_from_the_totals(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker, projector_pool: Any
) -> None:
    """The whole innings is taken back, fact by fact: nobody has batted, and nobody has played."""
    match, events = uuid4(), in_a_season(3)[:12]
    async with running(Relay(tail(), publisher())), projecting(ANALYTICS_MODEL, projector_pool, broker):
        await put(owner, match, events)
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
        assert await owner.fetchval("select count(*) from rm_analytics_meeting") > 0
        stored = list(events)
        while fold(stored).innings:
            more = decide(fold(stored), c.Undo(reason="a test match"), NOW)
            await put(owner, match, more, len(stored))
            stored += more
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
    left = {name: len(rows) for name, rows in (await tables(owner)).items() if rows}
    assert left.keys() == {"rm_analytics_match", "analytics_total"}
    sums = await owner.fetch(f"select {', '.join(f'sum({name})' for name in SUMS)} from analytics_total")  # noqa: S608
    assert set(sums[0]) == {0}


async def test_one_killed_after_each_commit_counts_nothing_twice(
    owner: asyncpg.Connection,
    owner_pool: Any,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    postgres_dsn: str,
) -> None:
    """Kafka never hears of what was committed, so all of it is fetched again each time."""
    await ensure_topics(broker.bootstrap, replication=1, prefix=broker.prefix)
    rows = list(streams(6, TENANT, interleaved=True))
    module = "tests.integration.relay.dying_analytics"
    command = (sys.executable, "-m", module, postgres_dsn, broker.bootstrap, broker.prefix)
    codes: list[int] = []
    async with running(Relay(tail(), publisher())):
        for start in range(0, len(rows), 400):
            await store(owner, rows[start : start + 400])
            process = await asyncio.create_subprocess_exec(*command)
            codes.append(await asyncio.wait_for(process.wait(), 60))
        while not await projected(owner, ANALYTICS_MODEL):
            process = await asyncio.create_subprocess_exec(*command)
            codes.append(await asyncio.wait_for(process.wait(), 60))
    assert set(codes) == {-9}
    await added_up(owner)
    before = await tables(owner)
    report = await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    assert (report.differences, report.compared) == ([], 6)
    assert await tables(owner) == before


async def test_rebalances_and_a_rebuild_while_balls_are_bowled(
    owner: asyncpg.Connection,
    owner_pool: Any,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
) -> None:
    """Matches of the same players, on all partitions, with consumers that come and go: they wait for each other."""
    rows, random = list(streams(16, TENANT, interleaved=True)), Random(5)
    over = asyncio.Event()

    async def comes_and_goes() -> None:
        while not over.is_set():
            async with projecting(ANALYTICS_MODEL, projector_pool, broker, remembered=4):
                await asyncio.sleep(0.3 + random.random())

    async with (
        running(Relay(tail(), publisher(), chunk=150)),
        projecting(ANALYTICS_MODEL, projector_pool, broker),
    ):
        guest = asyncio.create_task(comes_and_goes())
        for start in range(0, len(rows), 600):
            await store(owner, rows[start : start + 600])
            await asyncio.sleep(0.3)
        report = await Rebuild(ANALYTICS_MODEL, owner_pool).run()
        over.set()
        await guest
        await eventually(lambda: projected(owner, ANALYTICS_MODEL), seconds=60)
    assert (report.swapped, report.differences) == (True, [])
    await added_up(owner)
    assert (await Rebuild(ANALYTICS_MODEL, owner_pool).run(swap=False)).differences == []
    assert await dead(broker, ANALYTICS_MODEL) == []


async def test_a_match_that_cannot_be_worked_out_leaves_nothing_of_those_written_before_it(
    owner: asyncpg.Connection, projector_pool: Any
) -> None:
    """Rows go to the server while the next ones are worked out; the connection is free again, and all is taken back."""
    sound, unsound = (
        [AnalyticsFold(TENANT, uuid4()) for _ in range(TOGETHER + 2)],
        AnalyticsFold(TENANT, uuid4()),
    )
    for each in sound:
        for event in in_a_season(1)[:40]:
            each.apply(event, NOW)
    async with projector_pool.acquire() as connection:
        with pytest.raises(ValueError, match="MatchCreated"):
            async with connection.transaction():
                await write_changes(connection, (each.changes() for each in [*sound, unsound]))
        assert {name for name, rows in (await tables(owner)).items() if rows} == set()
        async with connection.transaction():
            await write_changes(connection, (each.changes() for each in sound))
    await added_up(owner)
    assert await owner.fetchval("select min(matches) from analytics_total") == len(sound)


async def test_a_match_written_record_by_record_in_one_transaction_counts_once(
    owner: asyncpg.Connection, projector_pool: Any
) -> None:
    """As the consumer does with the neighbours of a dead letter: what was staged for one write is not there for the next."""
    analytics = AnalyticsFold(TENANT, uuid4())
    async with projector_pool.acquire() as connection, connection.transaction():
        for number, event in enumerate(in_a_season(1)[:60]):
            analytics.apply(event, NOW)
            if number % 20 == 19:
                async with connection.transaction():
                    await write_changes(connection, [analytics.changes()])
                analytics.keep()
    await added_up(owner)
    assert await owner.fetchval("select min(matches) = 1 and max(matches) = 1 from analytics_total")


async def test_leagues_are_apart(owner: asyncpg.Connection, owner_pool: Any, postgres_dsn: str) -> None:
    """The same players play in both; each league has its own totals and sees no others."""
    await store(owner, [*streams(2, TENANT), *streams(1, OTHER)])
    await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    await added_up(owner)
    app = await asyncpg.connect(postgres_dsn, user="pavilion_app")
    for tenant, matches in ((TENANT, 2), (OTHER, 1), (UUID(int=3), None)):
        found = await app.fetch(
            "select document::text from analytics_batting($1, '{}', '', null, 100)", tenant
        )
        assert {msgspec.json.decode(row[0])["matches"] for row in found} == ({matches} if matches else set())
    assert await app.fetchval("select count(*) from analytics_total") == 0
    await app.close()


async def test_a_person_who_is_forgotten_is_called_otherwise_everywhere(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker, projector_pool: Any
) -> None:
    match, events = uuid4(), in_a_season(1)
    async with running(Relay(tail(), publisher())), projecting(ANALYTICS_MODEL, projector_pool, broker):
        await put(owner, match, events)
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
        before = await tables(owner)
        await put(owner, match, [PersonErased(person="home-1", name="Player 17")], len(events))
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
    after = await tables(owner)
    assert moved(before, after) == {
        "rm_analytics_player": {(match, "home-1")},
        "analytics_total": {
            (TENANT, scope, scope_id, "home-1")
            for scope, scope_id in (("career", ""), ("season", "2026"), ("tournament", "cup"))
        },
    }
    assert "Home Player 1'" not in repr(after)
    assert {row[0] for key, row in after["analytics_total"].items() if key[3] == "home-1"} == {"Player 17"}


async def test_totals_that_moved_are_told_once_they_rest(
    owner: asyncpg.Connection,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
) -> None:
    """Each with its newest version; what did not move is not told again."""
    await ensure_topics(broker.bootstrap, replication=1, prefix=broker.prefix)
    match, events = uuid4(), in_a_season(2)
    tells = publisher()
    await tells.open()
    teller = AnalyticsTeller(projector_pool, tells)
    async with running(Relay(tail(), publisher())), projecting(ANALYTICS_MODEL, projector_pool, broker):
        await put(owner, match, events[:60])
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
        first = await teller.tell_once()
        assert (first, await teller.tell_once()) == (22 * 3, 0)
        await put(owner, match, events[60:], 60)
        await eventually(lambda: projected(owner, ANALYTICS_MODEL))
        await teller.tell_once()
        assert await teller.tell_once() == 0
    said: dict[str, tuple[int, Any]] = {}
    for record in await broker.read(ANALYTICS_EVENTS):
        envelope = decode(record.headers)
        total = CODEC.decode(envelope.type, record.value or b"", envelope.schema_version)
        key = str(stream_of(TENANT, total.scope, total.scope_id, total.player))
        assert ((record.key or b"").decode(), envelope.tenant_id) == (key, TENANT)
        assert envelope.version > said.get(key, (0,))[0]
        said[key] = (envelope.version, total)
    rows = await owner.fetch("select * from analytics_total")
    assert len(rows) == len(said)
    for row in rows:
        version, total = said[str(stream_of(TENANT, row["scope"], row["scope_id"], row["player"]))]
        assert (version, total.name) == (row["version"], row["name"])
        assert [getattr(total, name) for name in SUMS] == [row[name] for name in SUMS]


async def test_what_has_moved_while_it_was_told_is_told_again(
    owner: asyncpg.Connection, owner_pool: Any, projector_pool: Any
) -> None:
    await store(owner, list(streams(1, TENANT)))
    await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    moves = AnalyticsMoves(projector_pool)
    waiting = await moves.waiting(100)
    await owner.execute("update analytics_total set version = version + 1 where player = 'home-1'")
    await moves.told(waiting)
    assert [move.total.player for move in await moves.waiting(100)] == ["home-1"]


async def test_contents_are_rebuilt_row_by_row(owner: asyncpg.Connection, owner_pool: Any) -> None:
    """A total that was spoiled is mended by a rebuild, and no other is touched."""
    await store(owner, list(streams(4, TENANT)))
    await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    whole, before = await contents(owner, ANALYTICS_MODEL), await owner.fetch(TOTALS)
    versions = "select player, version from analytics_total order by player"
    written = {row["player"]: row["version"] for row in await owner.fetch(versions)}
    await owner.execute("update analytics_total set runs = runs + 1 where player = 'away-1'")
    await owner.execute("delete from analytics_total where player = 'away-2'")
    await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    assert await contents(owner, ANALYTICS_MODEL) == whole
    assert await owner.fetch(TOTALS) == before
    now = {row["player"]: row["version"] for row in await owner.fetch(versions)}
    assert {player for player in now if now[player] != written[player]} <= {"away-1", "away-2"}
