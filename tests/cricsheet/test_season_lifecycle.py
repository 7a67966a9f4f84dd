"""Real seasons through the tournament's own decisions: entered, drawn, placed, every result recorded as it came.

What the tournament comes to by itself, with no server, is what really happened: every table in every column,
who met whom in the playoffs, the champion.
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from adapters.cricsheet.season import SeasonPlan
from cli.standings import row_fields
from domain.match.events import Result
from domain.tournament import record
from domain.tournament.fixtures.model import FixtureRules
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.corrections import preview_held
from domain.tournament.lifecycle.decide import decide
from domain.tournament.lifecycle.evolve import fold, initial
from domain.tournament.lifecycle.known import known, record_of, table_rows
from domain.tournament.lifecycle.settings import Phase, RegistrationRules, TournamentSettings
from domain.tournament.lifecycle.state import MatchStatus, TournamentState
from domain.tournament.match_summary import abandoned_without_a_ball
from tests.cricsheet.test_season import ABANDONED, CHAMPIONS, season, seasons
from tests.cricsheet.test_standings import COMPETITIONS, Competition, compare

pytestmark = pytest.mark.cricsheet

BEFORE = datetime(2019, 1, 1, tzinfo=UTC)


@cache
def played(folder: str) -> TournamentState:
    """The tournament after its last match."""
    _, plan = season(folder)
    return played_until(plan, plan.structure.final)


def played_until(plan: SeasonPlan, last: str | None) -> TournamentState:
    """Every match in the order of play, the ``last`` among them."""
    state = drawn(plan)
    for placement in sorted(plan.placements, key=lambda one: (one.starts_at, one.node)):
        node, match = placement.node, plan.files.get(placement.node)
        teams = state.match(node).teams
        assert teams is not None, f"{node} is due and nobody knows who plays it"
        summary = match.summary if match else abandoned_without_a_ball(teams, id=node)
        state = do(state, c.OpenSession(node=node), placement.starts_at)
        state = do(state, c.RecordResult(node=node, summary=summary, match_version=1), placement.ends_at)
        if node == last:
            break
    return state


def do(state: TournamentState, command: c.TournamentCommand, now: datetime) -> TournamentState:
    return fold(decide(state, command, now), state)


def drawn(plan: SeasonPlan) -> TournamentState:
    settings = TournamentSettings(
        format=plan.format,
        conditions=plan.conditions,
        table_rules=plan.table_rules,
        registration=RegistrationRules(capacity=len(plan.seeds), minimum_teams=len(plan.seeds)),
        fixtures=FixtureRules(venues=plan.venues),
    )
    state = initial()
    for command in (
        c.CreateTournament(name=plan.name, season=plan.season, settings=settings),
        c.OpenRegistration(),
        *(c.SubmitEntry(team=team, name=team, players=plan.squads[team]) for team in plan.seeds),
        c.CloseRegistration(),
        c.LockRosters(),
        c.DrawTournament(seeds=plan.seeds),
        c.SetFixtures(placements=plan.placements),
        c.StartTournament(),
    ):
        state = do(state, command, BEFORE)
    return state


@seasons
def test_it_ends_with_the_real_champion(folder: str) -> None:
    state = played(folder)
    assert state.phase is Phase.COMPLETED
    assert state.champion == CHAMPIONS[folder]
    assert state.ranking[0] == CHAMPIONS[folder]
    assert {match.status for match in state.matches.values()} == {MatchStatus.OFFICIAL}


@seasons
def test_who_met_in_the_playoffs_follows_from_the_tables(folder: str) -> None:
    _, plan = season(folder)
    state = played(folder)
    assert {node: state.match(node).teams for node in plan.files} == {
        node: match.summary.teams for node, match in plan.files.items()
    }
    assert known(state) == record.known(record_of(state))


@seasons
def test_its_tables_are_those_of_the_files(folder: str) -> None:
    _, plan = season(folder)
    state = played(folder)
    specs = {table.id: table for table in state.drawn.tables}
    for table in plan.tables:
        assert tuple(table_rows(state, specs[table.id])) == table.rows


@pytest.mark.parametrize("competition", COMPETITIONS, ids=lambda c: f"{c.folder}-{c.group}")
def test_its_tables_are_the_official_ones(competition: Competition) -> None:
    _, plan = season(competition.folder)
    state = played(competition.folder)
    (found,) = [table for table in plan.tables if table.group == competition.group]
    (spec,) = [table for table in state.drawn.tables if table.id == found.id]
    compare([row_fields(row, competition.group, 6) for row in table_rows(state, spec)], competition)


def test_abandoned_matches_without_a_file_count_as_played() -> None:
    for folder, abandoned in ABANDONED.items():
        without_play = [m for m in played(folder).matches.values() if m.summary and not m.summary.innings]
        assert len(without_play) >= len(abandoned)


# --- Royal Challengers v Gujarat Titans, the last league match of 2023 --------------------------------------


def last_league_match(plan: SeasonPlan) -> str:
    """Gujarat won it, so Mumbai were fourth; Royal Challengers would have been, by net run rate."""
    league = [placement for placement in plan.placements if placement.node.startswith("league-")]
    return max(league, key=lambda one: one.starts_at).node


def won_by_the_royal_challengers(state: TournamentState, node: str) -> c.ProposeCorrection:
    summary = state.match(node).summary
    assert summary is not None
    assert set(summary.teams) == {"Royal Challengers Bangalore", "Gujarat Titans"}
    corrected = replace(
        summary, result=Result(outcome="win", winner="Royal Challengers Bangalore", by_runs=1)
    )
    return c.ProposeCorrection(node=node, summary=corrected, match_version=2)


def test_a_corrected_last_match_sends_another_to_the_eliminator() -> None:
    _, plan = season("ipl-2023")
    node = last_league_match(plan)
    state = played_until(plan, node)
    assert state.match("eliminator").teams == ("Mumbai Indians", "Lucknow Super Giants")
    state = do(state, won_by_the_royal_challengers(state, node), BEFORE)
    assert state.match("eliminator").teams == ("Royal Challengers Bangalore", "Lucknow Super Giants")
    assert state.held == {}


def test_once_the_eliminator_is_played_the_correction_is_held() -> None:
    _, plan = season("ipl-2023")
    node = last_league_match(plan)
    state = played_until(plan, "eliminator")
    state = do(state, won_by_the_royal_challengers(state, node), BEFORE)
    assert state.held[node].nodes == ("eliminator",)
    assert state.match("qualifier-2").teams == ("Gujarat Titans", "Mumbai Indians")
    found = preview_held(state, node, BEFORE)
    assert [(change.goes_on_before[3], change.goes_on_after[3]) for change in found.tables] == [
        ("Mumbai Indians", "Royal Challengers Bangalore")
    ]
