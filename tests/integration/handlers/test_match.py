"""The match handler against a real store: several processes, repeats, stale states."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from contracts import codec
from domain.match import fold
from domain.match.commands import (
    CreateMatch,
    MatchCommand,
    NameLineUp,
    Player,
    RecordBall,
    RecordToss,
    StartInnings,
    Team,
)
from domain.match.conditions import T20, PlayingConditions
from domain.match.errors import CommandRefused
from domain.match.state import MatchState
from handlers.errors import (
    KeyReused,
    MatchIdTaken,
    MatchNotFound,
    PreconditionFailed,
    VersionNotReached,
)
from handlers.match import Ack, MatchHandler

LEAGUE, OTHER = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 4, 1, 14, 0, tzinfo=UTC)
KEYS = count()
CREATE = CreateMatch(conditions=T20, teams=(Team(id="a", name="Adders"), Team(id="b", name="Boars")))
FIRST = RecordBall(striker="a1", non_striker="a2", bowler="b11")


@pytest.fixture
async def store(postgres_dsn: str) -> AsyncIterator[PostgresEventStore]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=8)
    yield PostgresEventStore(pool)
    await pool.close()


async def do(handler: MatchHandler, match: UUID, *commands: MatchCommand, **more: Any) -> Ack:
    """Carry out commands with a key of their own."""
    key = more.pop("key", None) or f"k{next(KEYS)}"
    tenant = more.pop("tenant", LEAGUE)
    return await handler.execute(tenant, match, commands, idempotency_key=key, now=NOW, **more)


async def in_play(handler: MatchHandler, conditions: PlayingConditions = T20) -> UUID:
    """A match with its first innings begun; version 5."""
    match = uuid4()
    create = replace(CREATE, conditions=conditions)
    await handler.create(LEAGUE, create, idempotency_key=f"k{next(KEYS)}", now=NOW, match_id=match)
    for team in "ab":
        players = tuple(Player(id=f"{team}{n}", name=f"{team.upper()} {n}") for n in range(1, 12))
        await do(handler, match, NameLineUp(team=team, players=players))
    await do(handler, match, RecordToss(winner="a", decision="bat"))
    await do(handler, match, StartInnings())
    return match


async def stream(store: PostgresEventStore, match: UUID) -> MatchState:
    """The state that the stored events give."""
    return fold(codec.decode(each.type, each.data) for each in await store.load(LEAGUE, match))


async def test_two_processes_score_the_same_match(store: PostgresEventStore) -> None:
    one, other = MatchHandler(store), MatchHandler(store)
    match = await in_play(one)
    await do(one, match, FIRST)
    await do(other, match, RecordBall(bat_runs=4))
    ack = await do(one, match, RecordBall(bat_runs=2))
    assert ack.version == 8
    assert ack.summary.score == "Adders 6/0 (0.3)"


async def test_a_stale_process_reads_on_before_it_refuses(store: PostgresEventStore) -> None:
    one, stale = MatchHandler(store), MatchHandler(store)
    match = uuid4()
    await one.create(LEAGUE, CREATE, idempotency_key="c", now=NOW, match_id=match)
    with pytest.raises(CommandRefused):
        await do(stale, match, StartInnings())
    for team in "ab":
        players = tuple(Player(id=f"{team}{n}", name=f"{n}") for n in range(1, 12))
        await do(one, match, NameLineUp(team=team, players=players))
    await do(one, match, RecordToss(winner="a", decision="bat"))
    assert (await do(stale, match, StartInnings())).version == 5


async def test_many_writers_and_processes_lose_and_double_nothing(store: PostgresEventStore) -> None:
    handlers = [MatchHandler(store) for _ in range(3)]
    one_bowler = replace(T20, consecutive_overs=20, overs_per_bowler=None)
    match = await in_play(handlers[0], one_bowler)
    await do(handlers[0], match, FIRST)

    async def score(writer: int) -> None:
        for number in range(5):
            ball = RecordBall(bat_runs=2, bowler="b11")
            # Each ball is sent twice, as a client does that heard no answer.
            for process in (writer, writer + 1):
                await do(handlers[process % 3], match, ball, key=f"writer-{writer}-ball-{number}")

    await asyncio.gather(*(score(writer) for writer in range(4)))
    state = await stream(store, match)
    assert [ball.delivery.bat_runs for ball in state.innings[0].balls] == [0] + [2] * 20
    for handler in handlers:
        assert await handler.read(LEAGUE, match, lambda seen: seen) == state


async def test_a_repeat_in_another_process_gets_the_first_answer(store: PostgresEventStore) -> None:
    one = MatchHandler(store)
    match = await in_play(one)
    first = await do(one, match, FIRST, key="ball")
    await do(one, match, RecordBall(bat_runs=6))
    for handler in (one, MatchHandler(store)):
        again = await do(handler, match, FIRST, key="ball")
        assert again.repeated
        assert (again.version, again.first_version, again.events, again.summary) == (
            first.version,
            first.first_version,
            first.events,
            first.summary,
        )


async def test_a_batch_repeated_gets_the_first_answer(store: PostgresEventStore) -> None:
    handler = MatchHandler(store)
    match = await in_play(handler)
    over = [FIRST, *[RecordBall(bat_runs=1)] * 4]
    first = await do(handler, match, *over, key="over")
    again = await do(MatchHandler(store), match, *over, key="over")
    assert (first.first_version, first.version) == (again.first_version, again.version) == (6, 10)
    with pytest.raises(KeyReused):
        await do(handler, match, *over[:-1], key="over")


async def test_a_refused_batch_leaves_nothing_behind(store: PostgresEventStore) -> None:
    handler = MatchHandler(store)
    match = await in_play(handler)
    with pytest.raises(CommandRefused) as refusal:
        await do(handler, match, FIRST, RecordBall(bat_runs=1), RecordBall(striker="b1"))
    assert refusal.value.detail["index"] == 2
    assert await handler.read(LEAGUE, match, lambda state: (state.version, state.innings[0].runs)) == (5, 0)
    assert len(await store.load(LEAGUE, match)) == 5


async def test_a_key_refused_may_be_used_again(store: PostgresEventStore) -> None:
    handler = MatchHandler(store)
    match = await in_play(handler)
    with pytest.raises(CommandRefused):
        await do(handler, match, RecordBall(striker="nobody", non_striker="a2", bowler="b11"), key="k")
    assert (await do(handler, match, FIRST, key="k")).version == 6


async def test_an_exact_version_is_held_even_by_a_stale_process(store: PostgresEventStore) -> None:
    one, stale = MatchHandler(store), MatchHandler(store)
    match = await in_play(one)
    await stale.read(LEAGUE, match, lambda state: None)
    await do(one, match, FIRST)
    with pytest.raises(PreconditionFailed) as failed:
        await do(stale, match, RecordBall(bat_runs=1), expected_version=5)
    assert failed.value.current == 6
    assert (await do(stale, match, RecordBall(bat_runs=1), expected_version=6)).version == 7


async def test_a_state_is_its_leagues_alone(store: PostgresEventStore) -> None:
    handler = MatchHandler(store)
    match = await in_play(handler)
    with pytest.raises(MatchNotFound):
        await do(handler, match, FIRST, tenant=OTHER)
    with pytest.raises(MatchNotFound):
        await handler.read(OTHER, match, lambda state: state.version)
    with pytest.raises(MatchIdTaken):
        await handler.create(OTHER, CREATE, idempotency_key="c", now=NOW, match_id=match)


async def test_the_state_at_a_version(store: PostgresEventStore) -> None:
    handler = MatchHandler(store)
    match = await in_play(handler)
    await do(handler, match, FIRST, RecordBall(bat_runs=4))
    assert await handler.read(LEAGUE, match, lambda state: state.innings[0].runs, 6) == 0
    assert await handler.read(LEAGUE, match, lambda state: state.innings[0].runs, 7) == 4
    with pytest.raises(VersionNotReached) as early:
        await handler.read(LEAGUE, match, lambda state: state, 8)
    assert early.value.current == 7


async def test_a_small_cache_changes_nothing(store: PostgresEventStore) -> None:
    handler = MatchHandler(store, cached_matches=2)
    matches = [await in_play(handler) for _ in range(4)]
    await asyncio.gather(*(do(handler, match, FIRST) for match in matches))
    acks = await asyncio.gather(*(do(handler, match, RecordBall(bat_runs=3)) for match in matches))
    assert [ack.summary.score for ack in acks] == ["Adders 3/0 (0.2)"] * 4


async def test_a_failed_append_is_not_believed(
    store: PostgresEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is lost after the commit: the repeat finds what was stored."""
    handler = MatchHandler(store)
    match = await in_play(handler)
    append = store.append

    async def lost(*arguments: Any) -> list[int]:
        await append(*arguments)
        raise ConnectionResetError

    monkeypatch.setattr(store, "append", lost)
    with pytest.raises(ConnectionResetError):
        await do(handler, match, FIRST, key="k")
    monkeypatch.setattr(store, "append", append)
    again = await do(handler, match, FIRST, key="k")
    assert again.repeated
    assert again.version == 6
    assert (await do(handler, match, RecordBall(bat_runs=1))).version == 7
