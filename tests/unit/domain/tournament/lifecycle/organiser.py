"""An organiser to write tests with: carries commands out, one state after the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.match.errors import CommandRefused
from domain.match.events import Result
from domain.tournament.fixtures.model import Placement
from domain.tournament.format.model import Format, Knockout, League, Rank
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.agenda import agenda
from domain.tournament.lifecycle.decide import FeeDue, decide
from domain.tournament.lifecycle.evolve import fold, initial
from domain.tournament.lifecycle.settings import (
    Deadline,
    RegistrationRules,
    SquadRules,
    TournamentSettings,
)
from domain.tournament.lifecycle.state import EntryStatus, TournamentMatch, TournamentState
from domain.tournament.match_summary import MatchSummary

T0 = datetime(2026, 1, 1, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LEAGUE = Format(name="League", stages=(League(name="League"),))
LEAGUE_AND_FINAL = Format(
    name="League and final",
    stages=(League(name="League"), Knockout(name="Final", entrants=(Rank("league", 1), Rank("league", 2)))),
)
SQUADS = SquadRules(minimum_players=0)


def settings(
    format: Format = LEAGUE,
    *,
    capacity: int = 4,
    squads: SquadRules = SQUADS,
    deadlines: dict[Deadline, datetime] | None = None,
    **more: Any,
) -> TournamentSettings:
    """Settings with what a test is about; the rest as it comes. Registration rules may be given by name."""
    names = set(RegistrationRules.__dataclass_fields__)
    registration = RegistrationRules(
        capacity=capacity, **{name: more.pop(name) for name in list(more) if name in names}
    )
    return TournamentSettings(
        format=format, registration=registration, squads=squads, deadlines=deadlines or {}, **more
    )


class Organiser:
    """Holds the state of one tournament and its time. ``events`` are those of the last command."""

    def __init__(self, *commands: c.TournamentCommand, fee_due: FeeDue | None = None) -> None:
        self.state: TournamentState = initial()
        self.now = T0
        self.events: list[e.TournamentEvent] = []
        self.history: list[e.TournamentEvent] = []
        self.fee_due = fee_due
        self.do(*commands)

    def do(self, *commands: c.TournamentCommand) -> "Organiser":
        for command in commands:
            self.events = decide(self.state, command, self.now, self.fee_due)
            self.state = fold(self.events, self.state)
            self.history += self.events
        return self

    def refuses(self, command: c.TournamentCommand) -> CommandRefused:
        """The refusal of a command that must be refused."""
        with pytest.raises(CommandRefused) as refused:
            decide(self.state, command, self.now, self.fee_due)
        return refused.value

    def wait(self, until: datetime) -> "Organiser":
        """Let time pass, and everything happen that is due by then."""
        for _ in range(1000):
            due = next((due for due in agenda(self.state) if due.at <= until), None)
            if due is None:
                self.now = until
                return self
            self.now = max(self.now, due.at)
            self.do(due.command)
            assert due not in agenda(self.state), f"{due.name} is carried out and still due"
        raise AssertionError("the agenda never ends")

    def said(self, kind: type[Any]) -> list[Any]:
        """The events of one kind that the last command caused."""
        return [event for event in self.events if type(event) is kind]

    def dues(self) -> dict[str, datetime]:
        """What is due, each by its name (and subject)."""
        return {f"{due.name} {due.subject}".strip(): due.at for due in agenda(self.state)}

    def status(self, team: str) -> EntryStatus:
        return self.state.entries[team].status

    def match(self, node: str) -> TournamentMatch:
        return self.state.matches[node]


def opened(settings_: TournamentSettings | None = None, **more: Any) -> Organiser:
    """A tournament whose registration is open."""
    fee_due = more.pop("fee_due", None)
    create = c.CreateTournament(name="Winter Cup", settings=settings_ or settings(**more))
    return Organiser(create, c.OpenRegistration(), fee_due=fee_due)


def enter(team: str, **more: Any) -> c.SubmitEntry:
    return c.SubmitEntry(team=team, name=more.pop("name", f"Team {team}"), **more)


def drawn(teams: str = "abcd", settings_: TournamentSettings | None = None, **more: Any) -> Organiser:
    """A tournament of teams seeded in the order of their letters."""
    organiser = opened(settings_, capacity=len(teams), **more) if settings_ is None else opened(settings_)
    organiser.do(*(enter(team) for team in teams), c.CloseRegistration())
    return organiser.do(c.DrawTournament(seeds=tuple(teams)))


def one_a_day(organiser: Organiser, first: datetime = T0 + 30 * DAY) -> tuple[Placement, ...]:
    """Every match that is not over on a day of its own, in the order of the structure."""
    return tuple(
        Placement(
            node=node.id,
            ground="oval",
            starts_at=first + number * DAY,
            ends_at=first + number * DAY + 4 * HOUR,
        )
        for number, node in enumerate(organiser.state.drawn.nodes)
        if not organiser.match(node.id).over
    )


def scheduled(teams: str = "abcd", settings_: TournamentSettings | None = None, **more: Any) -> Organiser:
    """A drawn tournament with fixtures."""
    organiser = drawn(teams, settings_, **more)
    return organiser.do(c.SetFixtures(placements=one_a_day(organiser)))


def won_by(teams: Sequence[str], winner: str | None, by_runs: int = 10) -> MatchSummary:
    """A match of ``teams`` with a result and no more."""
    outcome = "no result" if winner is None else "win"
    result = Result(outcome=outcome, winner=winner, by_runs=by_runs if winner else None)
    return MatchSummary(id="m", teams=(teams[0], teams[1]), result=result)


def play(
    organiser: Organiser, node: str, winner: str | None, *, version: int = 1, **more: Any
) -> c.RecordResult:
    """The result of a match as its session reports it."""
    teams = organiser.match(node).teams
    assert teams is not None, f"nobody knows who plays {node}"
    return c.RecordResult(node=node, summary=won_by(teams, winner), match_version=version, **more)


def play_on(organiser: Organiser, strength: str, until: str | None = None) -> Organiser:
    """Play every match in order up to ``until``; the team that stands first in ``strength`` wins."""
    for node in organiser.state.drawn.nodes:
        if node.id == until:
            break
        match = organiser.match(node.id)
        if match.over or match.teams is None:
            continue
        organiser.do(play(organiser, node.id, min(match.teams, key=strength.index)))
    return organiser


def correction(organiser: Organiser, node: str, winner: str | None, version: int = 2) -> c.ProposeCorrection:
    """The same match, which turns out to have been won by another."""
    summary = organiser.match(node).summary
    assert summary is not None, f"{node} has no result"
    return c.ProposeCorrection(node=node, summary=won_by(summary.teams, winner), match_version=version)


def moved(
    placement: Placement, starts_at: datetime, hours: float = 1, ground: str | None = None
) -> Placement:
    return replace(
        placement,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        ground=ground or placement.ground,
    )
