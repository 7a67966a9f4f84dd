"""Tournaments of every kind played to the end: whatever happens, there is one champion and nothing is left open.

Results come at random, washouts among them; teams withdraw or are disqualified, results are corrected (before
and after others rest on them), matches are played again, points are deducted.
"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random

import pytest

from domain.match.errors import CommandRefused
from domain.match.events import Result
from domain.tournament import record
from domain.tournament.fixtures.model import Placement
from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Format
from domain.tournament.format.presets import PRESETS, single_elimination, swiss
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.evolve import evolve, initial
from domain.tournament.lifecycle.known import known, record_of, table_rows, teams_of
from domain.tournament.lifecycle.scheduling import overlap
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import MatchStatus, TournamentMatch, TournamentState
from domain.tournament.match_summary import InningsSummary, MatchSummary
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    HOUR,
    T0,
    Organiser,
    enter,
    moved,
    opened,
    settings,
)

FORMATS = PRESETS | {
    "knockout with a third place": single_elimination(third_place=True),
    "swiss and a knockout": swiss(rounds=4, qualify=4),
}
ENDS = (e.ResultRecorded, e.MatchAwardedUnplayed, e.MatchCalledOff, e.MatchNotNeeded)
REFUSALS = {"later_match_begun", "no_table", "entry_over", "placed_too_early", "team_plays_twice"}
"""What a command at random may be refused for."""


def fewest_teams(format: Format) -> int:
    """As many as the format needs at least."""
    for teams in range(2, 33):
        try:
            lay_out(format, teams)
        except FormatInvalid:
            continue
        return teams
    raise AssertionError(f"{format.name} cannot be played")


@dataclass
class Season:
    """A tournament to which anything happens, as ``random`` has it."""

    organiser: Organiser
    random: Random
    versions: int = 0

    @property
    def state(self) -> TournamentState:
        return self.organiser.state

    def try_to(self, command: c.TournamentCommand) -> None:
        self.organiser.now += HOUR
        refused = ""
        try:
            self.organiser.do(command)
        except CommandRefused as refusal:
            refused = refusal.code
        assert refused in {"", *REFUSALS}, command
        if refused == "team_plays_twice":
            self.postpone_the_rest()
        assert known(self.state) == record.known(record_of(self.state)), "what is said is what follows"

    def play_out(self) -> None:
        for _ in range(2000):
            if self.state.phase is Phase.COMPLETED and self.random.random() < 0.7:
                return
            self.step()
        raise AssertionError("the tournament never ends")

    def step(self) -> None:
        event = self.random.choices(
            (self.play, self.open, self.correct, self.rule, self.lose_a_team, self.deduct, self.replay),
            (60, 30, 8, 8, 2, 1, 2),
        )[0]
        event()

    def matches(self, *statuses: MatchStatus) -> list[TournamentMatch]:
        found = [match for match in self.state.matches.values() if match.status in statuses and match.teams]
        return [self.random.choice(found)] if found else []

    def open(self) -> None:
        if self.state.phase is Phase.SCHEDULED:
            self.try_to(c.StartTournament())
        for match in self.matches(MatchStatus.SCHEDULED):
            self.try_to(c.OpenSession(node=match.node))

    def play(self) -> None:
        for match in self.matches(MatchStatus.SCHEDULED, MatchStatus.OPEN):
            summary = self.a_result(match)
            self.try_to(c.RecordResult(node=match.node, summary=summary, match_version=self.next_version()))

    def correct(self) -> None:
        if self.state.phase is Phase.SCHEDULED:
            return
        for match in self.matches(MatchStatus.OFFICIAL):
            summary = self.a_result(match)
            self.try_to(
                c.ProposeCorrection(node=match.node, summary=summary, match_version=self.next_version())
            )

    def rule(self) -> None:
        for node in tuple(self.state.held)[:1]:
            applied = self.random.random() < 0.5
            self.try_to(
                c.ApplyCorrection(node=node) if applied else c.RejectCorrection(node=node, reason="too late")
            )

    def lose_a_team(self) -> None:
        if self.state.phase is Phase.COMPLETED or len(self.state.seeds) - len(self.state.out) <= 2:
            return
        team = self.random.choice(self.state.seeds)
        self.try_to(
            self.random.choice(
                [
                    c.WithdrawEntry(team=team, reason="no players"),
                    c.DisqualifyTeam(
                        team=team,
                        reason="an ineligible player",
                        played=self.random.choice(["stand", "void"]),
                        to_come=self.random.choice(["awarded", "cancelled"]),
                    ),
                ]
            )
        )

    def deduct(self) -> None:
        team = self.random.choice(self.state.seeds)
        self.try_to(c.DeductPoints(team=team, points=self.random.choice([-1, 1, 2]), reason="over rate"))

    def replay(self) -> None:
        for match in self.matches(MatchStatus.OFFICIAL, MatchStatus.OPEN):
            assert match.placement is not None
            self.try_to(c.OrderReplay(node=match.node, placement=match.placement, reason="a ruling"))

    def postpone_the_rest(self) -> None:
        later = [
            moved(match.placement, match.placement.starts_at + 60 * DAY, hours=4)
            for match in self.state.matches.values()
            if match.status is MatchStatus.SCHEDULED and match.placement
        ]
        self.organiser.do(c.MoveFixtures(placements=tuple(later), reason="a team had two matches at once"))

    def next_version(self) -> int:
        self.versions += 1
        return self.versions

    def a_result(self, match: TournamentMatch) -> MatchSummary:
        assert match.teams is not None
        home, away = match.teams
        kind = self.random.choices(("win", "tie", "no result"), (88, 4, 8))[0]
        if kind == "no result":
            return MatchSummary(id=match.node, teams=match.teams, result=Result(outcome="no result"))
        first = self.random.randrange(60, 240)
        second = (
            first if kind == "tie" else self.random.choice([first - 1 - self.random.randrange(50), first + 3])
        )
        winner = None if kind == "tie" else home if first > second else away
        return MatchSummary(
            id=match.node,
            teams=match.teams,
            result=Result(outcome=kind, winner=winner),
            innings=(innings(home, away, first), innings(away, home, second)),
            full_quota=120,
        )


def innings(batting: str, bowling: str, runs: int) -> InningsSummary:
    return InningsSummary(batting=batting, bowling=bowling, runs=runs, wickets=5, balls=120, quota=120)


def season(format: Format, seed: str) -> Season:
    """A tournament with fixtures: the matches of a round all at once, each round on a day of its own."""
    random = Random(seed)
    fewest = fewest_teams(format)
    number = 10 if format.name == "IPL of ten teams" else max(fewest, 4) + random.randrange(3)
    teams = [f"t{team:02}" for team in range(number)]
    organiser = opened(settings(format, capacity=number))
    organiser.do(*(enter(team) for team in teams), c.CloseRegistration(), c.DrawTournament(seed=seed))
    nodes = organiser.state.drawn.nodes
    rounds = list(dict.fromkeys((node.stage, node.round) for node in nodes))
    organiser.do(
        c.SetFixtures(
            placements=tuple(
                Placement(
                    node=node.id,
                    ground=f"ground {ground}",
                    starts_at=(starts_at := T0 + (30 + rounds.index((node.stage, node.round))) * DAY),
                    ends_at=starts_at + 4 * HOUR,
                )
                for ground, node in enumerate(nodes)
            )
        )
    )
    return Season(organiser, random)


SEEDS = range(2)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FORMATS)
def test_whatever_happens_a_tournament_ends_in_one_champion(name: str, seed: int) -> None:
    played = season(FORMATS[name], f"{name} {seed}")
    played.play_out()
    state = played.state
    assert state.champion in state.seeds
    assert state.champion not in state.out
    assert state.champion == next(team for team in state.ranking if team not in state.out)
    assert len(set(state.ranking)) == len(state.ranking)
    every_match_is_over_once(played.organiser.history)
    nobody_plays_twice_at_once(state)
    tables_are_recounted(state)


def every_match_is_over_once(history: list[e.TournamentEvent]) -> None:
    """A match that is over is only opened again by name: it is needed after all, or played again."""
    state = initial()
    for event in history:
        if isinstance(event, ENDS):
            assert not state.matches[event.node].over, f"{event.node} ends again: {event}"
        state = evolve(state, event)
    assert {match.node for match in state.matches.values() if not match.over} == set()


def nobody_plays_twice_at_once(state: TournamentState) -> None:
    played = [match for match in state.matches.values() if match.begun]
    for one, other in combinations(played, 2):
        assert one.placement is not None
        assert other.placement is not None
        if set(one.teams or ()) & set(other.teams or ()):
            assert not overlap(one.placement, other.placement), f"{one.node} and {other.node}"


def tables_are_recounted(state: TournamentState) -> None:
    """The points of every table, counted from the summaries by hand."""
    for table in state.drawn.tables:
        members = {team for team in teams_of(state, table.id) if team is not None}
        nodes = [node.id for node in state.drawn.nodes if node.table in {table.id, *table.carried}]
        played, points = Counter[str](), Counter[str]()
        for match in (state.matches[node] for node in nodes):
            summary = match.summary
            if (
                match.status is not MatchStatus.OFFICIAL
                or summary is None
                or not members >= set(summary.teams)
            ):
                continue
            for team in summary.teams:
                played[team] += 1
                points[team] += {team: 2, None: 1}.get(summary.result.winner, 0)
        for (stage, _), pairs in state.pairings.items():
            for team, opponent in pairs:
                if stage == table.stage and opponent is None:
                    played[team] += 1
                    points[team] += 2
        for one in state.deductions:
            if one.table == table.id:
                points[one.team] -= one.points
        rows = table_rows(state, table)
        assert {row.team for row in rows} == members
        assert {row.team: (row.tally.played, row.points) for row in rows} == {
            team: (played[team], points[team]) for team in members
        }
        in_places = [row for row in rows if not row.disqualified]
        assert [row.points for row in in_places] == sorted((row.points for row in in_places), reverse=True)
        assert all(row.level_with_next is False for row in rows), "lots are drawn by the seed of the draw"


def test_the_seed_of_the_draw_draws_the_lots() -> None:
    """Nothing else tells teams apart that all had their matches washed out."""
    orders = {tuple(order) for order in (washed_out("one"), washed_out("two"), washed_out("three"))}
    assert len(orders) > 1
    assert washed_out("one") == washed_out("one")


def washed_out(seed: str) -> tuple[str, ...]:
    played = season(replace(PRESETS["round-robin"]), seed)
    for match in played.state.matches.values():
        assert match.teams is not None
        summary = MatchSummary(id="m", teams=match.teams, result=Result(outcome="no result"))
        played.try_to(c.RecordResult(node=match.node, summary=summary, match_version=1))
    return played.state.decided_tables["league"]
