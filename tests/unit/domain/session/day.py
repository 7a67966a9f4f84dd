"""A match day to write rules about: Avon play Barrow at two o'clock, in a session and in a real match.

Times are minutes from the scheduled start; the match is the engine's own, told what the session orders.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.agenda import Due
from domain.match import commands as m
from domain.match import decide as decide_match
from domain.match import evolve as evolve_match
from domain.match import initial as no_match
from domain.match.conditions import T20, PlayingConditions
from domain.match.errors import CommandRefused
from domain.match.state import MatchState
from domain.session import commands as c
from domain.session.agenda import agenda
from domain.session.decide import decide
from domain.session.events import SessionEvent
from domain.session.evolve import evolve, initial
from domain.session.facts import facts_of
from domain.session.orders import order_of
from domain.session.settings import SessionSettings
from domain.session.state import Phase, SessionState

TWO_O_CLOCK = datetime(2026, 5, 2, 14, tzinfo=UTC)
TEAMS = (m.Team(id="A", name="Avon"), m.Team(id="B", name="Barrow"))
CAPTAINS = (("A", "ann"), ("B", "bea"))
REFEREE = c.Official(person="ref", name="R. Referee", role="referee", confirmed=True)
SHORT = replace(T20, overs_per_innings=2, overs_per_bowler=2, minimum_overs_for_result=1)


def at(minutes: float) -> datetime:
    return TWO_O_CLOCK + timedelta(minutes=minutes)


class Day:
    """The session, its match, and the time. What is done on the ground reaches the session at once."""

    def __init__(
        self,
        conditions: PlayingConditions = SHORT,
        settings: SessionSettings | None = None,
        **opening: Any,
    ) -> None:
        self.session: SessionState = initial()
        self.events: list[SessionEvent] = []
        self.match: MatchState = no_match()
        self.now = at(-120)
        plan = m.CreateMatch(conditions=conditions, teams=TEAMS)
        opening = {"starts_at": TWO_O_CLOCK, "captains": CAPTAINS, "officials": (REFEREE,)} | opening
        self.do(c.OpenSession(match=plan, settings=settings or SessionSettings(), **opening))
        self._play(plan)

    def to(self, minutes: float) -> "Day":
        """It is so many minutes after the scheduled start."""
        self.now = at(minutes)
        return self

    def do(self, command: c.SessionCommand) -> list[SessionEvent]:
        """The events that the command caused, in the session."""
        events = decide(self.session, command, self.now)
        for event in events:
            self.session = evolve(self.session, event)
        self.events += events
        return events

    def refusal(self, command: c.SessionCommand) -> str:
        """The code for which the session refuses the command."""
        try:
            decide(self.session, command, self.now)
        except CommandRefused as refused:
            return refused.code
        return "accepted"

    def _play(self, command: m.MatchCommand) -> None:
        for event in decide_match(self.match, command, self.now):
            self.match = evolve_match(self.match, event)

    def ground(self, *commands: m.MatchCommand) -> list[SessionEvent]:
        """Something is recorded at the ground, and the session follows."""
        for command in commands:
            self._play(command)
        return self.follow()

    def follow(self) -> list[SessionEvent]:
        return self.do(c.CatchUp(facts=facts_of(self.match)))

    def carry_out(self) -> list[str]:
        """Put every order to the match; the commands that were, or the codes they were refused for."""
        said: list[str] = []
        while self.session.orders:
            version = self.session.orders[0]
            order = order_of(self.events[version - 1])
            assert order is not None
            try:
                self._play(order)
                said.append(type(order).__name__)
                self.do(c.NoteOrder(order=version, match_version=self.match.version))
            except CommandRefused as refused:
                said.append(refused.code)
                self.do(c.NoteOrder(order=version, refused=refused.code))
            self.follow()
        return said

    # --- what a day is made of --------------------------------------------------------------------------

    def line_ups(self) -> "Day":
        for side in "ab":
            players = tuple(m.Player(id=f"{side}{n}", name=f"{side.upper()} {n}") for n in range(1, 12))
            self.ground(m.NameLineUp(team=side.upper(), players=players))
        return self

    def toss(self) -> "Day":
        self.line_ups().ground(m.RecordToss(winner="A", decision="bat"))
        return self

    def started(self) -> "Day":
        """Avon are batting, and it is two o'clock."""
        self.to(-25).toss().to(0).ground(m.StartInnings())
        return self

    def balls(self, *runs: int, minutes: float = 0.5) -> "Day":
        """Balls of so many runs off the bat, each taking half a minute."""
        for one in runs:
            innings = self.match.innings[-1]
            who: dict[str, Any] = (
                {} if innings.balls else {"striker": _first(innings, 1), "non_striker": _first(innings, 2)}
            )
            if innings.bowler is None:
                bowlers = self.match.sides[innings.bowling].players[-5:]
                who["bowler"] = bowlers[innings.overs % 5]
            self.now += timedelta(minutes=minutes)
            self._play(m.RecordBall(bat_runs=one, **who))
        self.follow()
        return self

    def innings_of(self, runs: int) -> "Day":
        """The rest of the innings: ``runs`` off its next ball but one... in ones and sixes, then dots."""
        innings = self.match.innings[-1]
        while innings.closed is None:
            left = runs - innings.runs
            self.balls(6 if left >= 6 else max(0, left))
        return self

    def played(self, first: int = 12, second: int = 6) -> "Day":
        """A whole match: Avon make ``first``, Barrow ``second``."""
        self.started().innings_of(first)
        self.ground(m.StartInnings())
        return self.innings_of(second)

    # --- what one asks of it ----------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        return self.session.phase

    def due(self, name: str) -> Due[c.SessionCommand] | None:
        """What is due under this name."""
        return next((due for due in agenda(self.session) if due.name == name), None)

    def minutes_of(self, name: str) -> float | None:
        """When it is due, in minutes from the scheduled start as it was first."""
        due = self.due(name)
        return None if due is None else (due.at - TWO_O_CLOCK).total_seconds() / 60

    def comes_due(self, name: str) -> list[SessionEvent]:
        """Time passes until it is due, and it is carried out."""
        due = self.due(name)
        assert due is not None, f"{name} is not due; {[each.name for each in agenda(self.session)]} are"
        self.now = max(self.now, due.at)
        return self.do(due.command)


def _first(innings: Any, number: int) -> str:
    return f"{innings.batting.lower()}{number}"


def names(events: list[SessionEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


Step = Callable[[Day], object]


# --- a result ----------------------------------------------------------------------------------------------

ANN_CONFIRMS = c.ConfirmResult(person="ann", team="A")
BEA_CONFIRMS = c.ConfirmResult(person="bea", team="B")
DISPUTE = c.RaiseDispute(person="bea", team="B", reason="the last ball was a wide")


def proposed() -> Day:
    """Avon won by six runs."""
    return Day().played(12, 6)


def disputed() -> Day:
    day = proposed()
    day.do(DISPUTE)
    return day


def ruling(how: str, to: str | None = None) -> c.RuleDispute:
    return c.RuleDispute(person="ref", ruling=how, reason="as the film shows", to=to)  # type: ignore[arg-type]
