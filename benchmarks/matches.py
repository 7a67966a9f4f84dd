"""Matches to measure with: a seeded T20, played through the engine, and streams of it for the event store."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any
from uuid import UUID, uuid4

from contracts.codec import MATCH, encode
from domain.match import commands as c
from domain.match import decide, evolve, initial
from domain.match.conditions import T20
from domain.match.delivery import DismissalKind, Wicket
from domain.match.events import MatchEvent
from domain.match.state import Innings, MatchState

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
TEAMS = (c.Team(id="home", name="Home"), c.Team(id="away", name="Away"))
EVENT_COLUMNS = (
    "tenant_id",
    "stream_kind",
    "stream_id",
    "version",
    "event_id",
    "type",
    "schema_version",
    "data",
    "metadata",
)


@cache
def t20_match(seed: int = 1) -> tuple[MatchEvent, ...]:
    """The events of a whole T20, about 260 of them."""
    random, state = Random(seed), initial()  # noqa: S311
    events: list[MatchEvent] = []

    def do(command: Any) -> None:
        for event in decide(state, command, NOW):
            evolve(state, event)
            events.append(event)

    do(c.CreateMatch(conditions=T20, teams=TEAMS))
    for team in TEAMS:
        do(c.NameLineUp(team=team.id, players=_players(team.id)))
    do(c.RecordToss(winner="home", decision="bat"))
    for _ in range(2):
        do(c.StartInnings())
        while state.current is not None:
            do(_ball(state, state.current, random))
    return tuple(events)


def streams(count: int, tenant_id: UUID, *, interleaved: bool = False) -> Iterator[tuple[Any, ...]]:
    """Rows for the event table: ``count`` matches, one after the other or all at the same time."""
    matches = [(uuid4(), _rows(1 + index % 8)) for index in range(count)]
    if interleaved:
        longest = max(len(rows) for _, rows in matches)
        order = ((match, rows, i) for i in range(longest) for match, rows in matches if i < len(rows))
    else:
        order = ((match, rows, i) for match, rows in matches for i in range(len(rows)))
    for match, rows, index in order:
        yield (tenant_id, MATCH, match, index + 1, uuid4(), *rows[index], "{}")


async def store(connection: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    """Put rows into the event store in bulk, as its owner."""
    await connection.copy_records_to_table("event", records=rows, columns=EVENT_COLUMNS)


@cache
def _rows(seed: int) -> tuple[tuple[str, int, str], ...]:
    return tuple((type(event).__name__, 1, encode(event).decode()) for event in t20_match(seed))


def _players(team: str) -> tuple[c.Player, ...]:
    return tuple(c.Player(id=f"{team}-{n}", name=f"{team.title()} Player {n}") for n in range(1, 12))


def _ball(state: MatchState, innings: Innings, random: Random) -> c.RecordBall:
    to_come = iter(f"{innings.batting}-{n}" for n in range(len(innings.batters) + 1, 12))
    striker = innings.striker or next(to_come)
    non_striker = innings.non_striker or next(to_come)
    outcome = random.random()
    out = outcome < 0.05 and not innings.free_hit
    wide = 0.05 <= outcome < 0.08
    return c.RecordBall(
        striker=striker,
        non_striker=non_striker,
        bowler=innings.bowler or f"{innings.bowling}-{7 + innings.overs % 5}",
        bat_runs=0 if out or wide else random.choice((0, 0, 0, 1, 1, 1, 1, 2, 4, 6)),
        wides=int(wide),
        wickets=(Wicket(player=striker, kind=DismissalKind.BOWLED),) if out else (),
    )
