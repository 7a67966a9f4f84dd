"""The leaders that ClickHouse finds beside those of ``pavilion leaders``."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from domain.match.state import MatchState
from domain.tournament.leaders import BattingRecord, BowlingRecord, leaders
from domain.tournament.match_summary import MatchSummary
from projections.summary import summarise_match
from tests.integration.clickhouse.engine import ClickHouse, leaders_query

BATTING = (
    *("player", "name", "team", "matches", "innings", "not_outs", "runs", "balls", "highest"),
    *("highest_not_out", "hundreds", "fifties", "fours", "sixes"),
)
BOWLING = (
    *("player", "name", "team", "matches", "innings", "balls_per_over", "balls", "maidens", "runs"),
    *("wickets", "best_wickets", "best_runs", "four_wickets", "five_wickets", "dots"),
)
Row = tuple[Any, ...]


def summaries(states: Iterable[tuple[UUID, MatchState]]) -> list[MatchSummary]:
    """Of the matches that have a result, the earliest first."""
    found = [summarise_match(state, str(id_)) for id_, state in states if state.result is not None]
    return sorted(found, key=lambda each: (str(each.played_on), each.id))


def expected(matches: Iterable[MatchSummary]) -> tuple[list[Row], list[Row]]:
    """Batting and bowling as the domain counts them, in its order."""
    found = leaders(matches)
    return [_batter(each) for each in found.batting], [_bowler(each) for each in found.bowling]


def _batter(record: BattingRecord) -> Row:
    return tuple(getattr(record, name) for name in BATTING)


def _bowler(record: BowlingRecord) -> Row:
    wickets, runs = record.best or (0, 0)
    known = {"best_wickets": wickets, "best_runs": runs}
    return tuple(known[name] if name in known else getattr(record, name) for name in BOWLING)


def found(clickhouse: ClickHouse, tenant: UUID, tournament: str = "") -> tuple[list[Row], list[Row]]:
    """The same by the views."""
    batting, bowling = (
        clickhouse.rows(leaders_query(view, tenant, tournament))
        for view in ("batting_leaders", "bowling_leaders")
    )
    return (
        [tuple(row[name] for name in BATTING) for row in batting],
        [tuple(row[name] for name in BOWLING) for row in bowling],
    )
