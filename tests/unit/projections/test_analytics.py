"""What a match contributes, written a few events at a time, is what one fold of all of them gives."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.postgres.analytics_tables import FIRST_SUM, SUMS, TABLE_OF
from benchmarks.matches import t20_match
from domain.match import commands as c
from domain.match import decide, evolve, fold, initial
from domain.match.events import BallRecorded, MatchEvent
from projections.analytics import AnalyticsFold
from projections.analytics_rows import KEYS, KINDS, Changes, InningsRow, MeetingRow, PlayerRow
from tests.unit.domain.match.game import Game, short, started

TENANT, MATCH = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)
LAST_SUM = FIRST_SUM + len(SUMS)


class Tables:
    """What stands in the tables, and the totals as they are moved: by what is new minus what stood."""

    def __init__(self) -> None:
        self.rows: dict[type[Any], dict[Any, Any]] = {kind: {} for kind in KINDS}
        self.totals: Counter[tuple[str, str]] = Counter()
        self.written = 0

    def write(self, changes: Changes) -> None:
        players = self.rows[PlayerRow]
        for row in changes.rows[PlayerRow]:
            self._move(row, players.get(row[:3]))
        for key in changes.gone.get(PlayerRow, ()):
            self._move(None, players[key])
        for kind in KINDS:
            for row in changes.rows[kind]:
                self.rows[kind][row[: KEYS[kind]]] = row
                self.written += 1
            for key in changes.gone.get(kind, ()):
                del self.rows[kind][key]

    def _move(self, new: Any, old: Any) -> None:
        for row, sign in ((new, 1), (old, -1)):
            if row is not None:
                for name, number in zip(SUMS, row[FIRST_SUM:LAST_SUM], strict=True):
                    self.totals[row.player, name] += sign * number

    def added_up(self) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for row in self.rows[PlayerRow].values():
            for name, number in zip(SUMS, row[FIRST_SUM:LAST_SUM], strict=True):
                found[row.player, name] += number
        return found


def written(events: list[MatchEvent], cuts: list[int]) -> Tables:
    """The tables after the events, written at the cuts."""
    analytics, tables = AnalyticsFold(TENANT, MATCH), Tables()
    for number, event in enumerate(events, 1):
        analytics.apply(event, NOW)
        if number in cuts or number == len(events):
            tables.write(analytics.changes())
            analytics.keep()
    return tables


@cache
def corrected(seed: int, balls: int = 60) -> list[MatchEvent]:
    """A match with balls corrected, removed and taken back while it goes on."""
    random, state, stored = Random(seed), initial(), []

    def keep(new: list[MatchEvent]) -> None:
        for event in new:
            evolve(state, event)
            stored.append(event)

    for event in t20_match(1 + seed % 8)[:balls]:
        keep([event])
        if isinstance(event, BallRecorded) and random.random() < 0.1:
            keep(decide(state, c.Undo(reason="scored twice"), NOW))
            keep([event])
    return stored


@settings(max_examples=40)
@given(st.integers(0, 15), st.lists(st.integers(1, 80), max_size=12))
def test_whatever_is_written_together_the_rows_and_the_totals_are_the_same(
    seed: int, cuts: list[int]
) -> None:
    events = corrected(seed)
    pieces, whole = written(events, cuts), written(events, [])
    assert pieces.rows == whole.rows
    assert +pieces.totals == +whole.totals == +pieces.added_up()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_whole_match_in_pieces_with_corrections(seed: int) -> None:
    events = corrected(seed, balls=400)
    cuts = [number for number in range(len(events)) if Random(number).random() < 0.1]
    assert written(events, cuts).rows == written(events, []).rows


def test_what_was_written_is_not_written_again() -> None:
    """Three balls move the rows of those who had a part in them."""
    events = list(t20_match(1))
    analytics, tables = AnalyticsFold(TENANT, MATCH), Tables()
    for number, event in enumerate(events[:103], 1):
        analytics.apply(event, NOW)
        if number in (100, 103):
            tables.written = 0
            tables.write(analytics.changes())
            analytics.keep()
    assert tables.written <= 16
    assert analytics.changes().rows[PlayerRow] == []


def test_a_fold_that_is_read_again_from_the_store_knows_what_stands() -> None:
    """As after a restart: it is kept at the version written, and goes on from there."""
    events = list(t20_match(3))
    analytics, tables = AnalyticsFold(TENANT, MATCH), written(events[:150], [])
    for event in events[:150]:
        analytics.apply(event, NOW)
    analytics.keep()
    for event in events[150:]:
        analytics.apply(event, NOW)
    tables.write(analytics.changes())
    assert tables.rows == written(events, []).rows


def test_rows_have_the_columns_of_their_tables() -> None:
    for kind, table in TABLE_OF.items():
        assert kind._fields == table.columns
        assert set(table.key) <= set(kind._fields[: KEYS[kind]])


# --- what stands in the rows -------------------------------------------------------------------------------------


def of(game: Game, player: str) -> PlayerRow:
    return written(game.events, []).rows[PlayerRow][TENANT, MATCH, player]


def test_nobody_has_played_before_play_begins() -> None:
    assert written(Game().events, []).rows[PlayerRow] == {}
    game = started()
    rows = written(game.events, []).rows[PlayerRow].values()
    assert [row.matches for row in rows] == [1] * 22


def test_a_match_called_off_without_a_ball_is_a_match_of_its_line_ups() -> None:
    game = Game()
    game.do(c.AbandonMatch(reason="rain"))
    rows = written(game.events, []).rows[PlayerRow].values()
    assert {(row.matches, row.bat_innings) for row in rows} == {(1, 0)}


def test_a_batter_and_a_bowler() -> None:
    game = started()
    game.over(4, 6, 1, 0, 2, 0)
    a1, a2, b7 = of(game, "a1"), of(game, "a2"), of(game, "b7")
    assert (a1.runs, a1.balls, a1.fours, a1.sixes, a1.rotated, a1.bat_dots) == (11, 3, 1, 1, 1, 0)
    assert (a2.runs, a2.balls, a2.bat_dots, a2.bat_innings, a2.not_outs) == (2, 3, 2, 1, 1)
    assert (b7.bowl_balls, b7.conceded, b7.bowl_dots, b7.best_wickets, b7.best_conceded) == (6, 13, 2, 0, 13)
    assert (a1.team, a1.opponent, b7.team, b7.opponent) == ("A", "B", "B", "A")
    assert (a1.highest, a1.highest_not_out, a1.best_wickets, b7.highest) == (11, True, None, None)


def test_runs_of_the_powerplay_are_those_of_its_overs() -> None:
    game = started()
    for _ in range(7):
        game.over(1)
    rows = written(game.events, []).rows[MeetingRow].values()
    phases: Counter[str] = Counter()
    for row in rows:
        phases[row.phase] += row.runs
    assert phases == {"powerplay": 6, "middle": 1}


def test_penalty_runs_go_to_an_innings_that_is_over() -> None:
    game = started(short(1))
    game.over(1)
    game.do(c.StartInnings())
    game.ball()
    before = len(game.events)
    game.do(c.AwardPenaltyRuns(team="A", runs=5, reason="a ball hit the helmet"))
    pieces, whole = written(game.events, [before]), written(game.events, [])
    assert pieces.rows == whole.rows
    assert pieces.rows[InningsRow][TENANT, MATCH, 1].runs == 6


def test_a_version_is_of_the_last_event() -> None:
    events = list(t20_match(2))
    analytics = AnalyticsFold(TENANT, MATCH)
    for event in events:
        analytics.apply(event, NOW)
    assert (analytics.version, analytics.written_version) == (len(events), 0)
    analytics.keep()
    assert analytics.written_version == len(events) == fold(events).version
