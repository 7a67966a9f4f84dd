"""One scorer at a time, whichever process is asked; and a session kept beside its match."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from contracts import codec
from contracts.work import session_stream_id
from domain.match.commands import AppointScorer, NameLineUp, Player, RecordBall
from domain.match.errors import CommandRefused
from domain.session import commands as c
from domain.session.facts import facts_of
from domain.session.orders import order_of
from domain.session.settings import DEFAULTS
from domain.session.state import Phase, SessionState
from handlers.errors import SessionNotFound
from handlers.match import MatchHandler
from handlers.request import Caller
from handlers.session import SessionHandler
from tests.integration.handlers.test_match import CREATE, FIRST, LEAGUE, NOW, do, in_play

SAM, TIM = Caller(subject="sam"), Caller(subject="tim")
UMPIRE = Caller(subject="una", may_override=True)


@pytest.fixture
async def store(postgres_dsn: str) -> AsyncIterator[PostgresEventStore]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=4)
    yield PostgresEventStore(pool)
    await pool.close()


async def test_only_the_appointed_scorer_and_those_above_score(store: PostgresEventStore) -> None:
    handler = MatchHandler(store)
    match = await in_play(handler)
    await do(handler, match, AppointScorer(scorer="sam"), caller=UMPIRE)
    await do(handler, match, FIRST, caller=SAM)
    for other in (TIM, Caller()):
        with pytest.raises(CommandRefused) as refused:
            await do(handler, match, RecordBall(bat_runs=1), caller=other)
        assert (refused.value.code, refused.value.detail) == ("not_the_scorer", {"scorer": "sam"})
    assert (await do(handler, match, RecordBall(bat_runs=1), caller=UMPIRE)).version == 8


async def test_a_process_that_has_not_heard_of_the_appointment_holds_to_it(store: PostgresEventStore) -> None:
    one, stale = MatchHandler(store), MatchHandler(store)
    match = await in_play(one)
    await do(stale, match, FIRST, caller=TIM)
    await do(one, match, AppointScorer(scorer="sam"), caller=UMPIRE)
    with pytest.raises(CommandRefused) as refused:
        await do(stale, match, RecordBall(bat_runs=1), caller=TIM)
    assert refused.value.code == "not_the_scorer"
    await do(one, match, AppointScorer(scorer="tim"), caller=UMPIRE)
    await do(stale, match, RecordBall(bat_runs=1), caller=TIM)


async def test_a_captain_names_the_side_while_another_scores(store: PostgresEventStore) -> None:
    handler, match = MatchHandler(store), uuid4()
    await handler.create(LEAGUE, CREATE, idempotency_key="c", now=NOW, match_id=match)
    await do(handler, match, AppointScorer(scorer="sam"), caller=UMPIRE)
    players = tuple(Player(id=f"a{n}", name=f"A {n}") for n in range(1, 12))
    assert (await do(handler, match, NameLineUp(team="a", players=players), caller=TIM)).version == 3


async def test_a_session_and_its_match_go_together(store: PostgresEventStore) -> None:
    """Opened, scored, ordered and seen again by another process, each step twice: nothing is doubled."""
    sessions, matches = SessionHandler(store), MatchHandler(store)
    match = await in_play(matches)
    stream = session_stream_id(match)
    steps: list[c.SessionCommand] = [
        c.OpenSession(match=CREATE, starts_at=NOW, settings=DEFAULTS),
        c.TakeLease(scorer="sam"),
        c.CatchUp(facts=await matches.read(LEAGUE, match, facts_of)),
    ]
    with pytest.raises(SessionNotFound):
        await sessions.execute(LEAGUE, stream, steps[1:2], idempotency_key="early", now=NOW)
    for number, step in enumerate(steps):
        for _ in range(2):
            await sessions.execute(LEAGUE, stream, (step,), idempotency_key=f"s{number}", now=NOW)
    again = await sessions.execute(LEAGUE, stream, steps[2:], idempotency_key="again", now=NOW)
    assert (again.events, again.version, again.summary) == ((), 3, Phase.IN_PLAY)

    def whole(state: SessionState) -> SessionState:
        return state

    elsewhere = SessionHandler(store)
    state = await elsewhere.read(LEAGUE, stream, whole)
    assert state == await sessions.read(LEAGUE, stream, whole)
    assert state.orders == (2,)
    lease = (await store.load(LEAGUE, stream))[1]
    order = order_of(codec.SESSION_EVENTS.decode(lease.type, lease.data, lease.schema_version))
    assert order is not None
    acks = [
        await matches.execute(LEAGUE, match, (order,), idempotency_key=f"{stream}:2", now=NOW)
        for _ in range(2)
    ]
    assert [ack.version for ack in acks] == [6, 6]
    noted = c.NoteOrder(order=2, match_version=acks[0].version)
    later = NOW + timedelta(seconds=1)
    await elsewhere.execute(LEAGUE, stream, (noted,), idempotency_key="n", now=later)
    assert (await sessions.read(LEAGUE, stream, whole)).orders == ()
    assert (await matches.read(LEAGUE, match, lambda state: state.scorer)) == "sam"
