"""A match to write rules about: two sides of eleven, ``a1`` to ``a11`` and ``b1`` to ``b11``."""

from dataclasses import replace
from typing import Any

from domain.match import CommandRefused, MatchState, decide, evolve, initial
from domain.match.card import InningsCard, scorecard
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
from domain.match.delivery import DismissalKind, Wicket
from domain.match.events import MatchEvent
from domain.match.state import Innings


class Game:
    """Plays commands against a state and keeps the events, as the store would."""

    def __init__(self, conditions: PlayingConditions = T20, players: int = 11, substitutes: int = 0) -> None:
        self.state: MatchState = initial()
        self.events: list[MatchEvent] = []
        teams = (Team(id="A", name="Avon"), Team(id="B", name="Barrow"))
        self.do(CreateMatch(conditions=conditions, teams=teams))
        for side in "ab":
            named = tuple(Player(id=f"{side}{n}", name=f"{side.upper()} {n}") for n in range(1, players + 1))
            extra = tuple(Player(id=f"{side}s{n}", name=f"{side} sub {n}") for n in range(1, substitutes + 1))
            self.do(NameLineUp(team=side.upper(), players=named, substitutes=extra))

    def do(self, command: MatchCommand) -> list[MatchEvent]:
        """The events that the command caused."""
        events = decide(self.state, command, None)
        for event in events:
            evolve(self.state, event)
        self.events += events
        return events

    def refusal(self, command: MatchCommand) -> str:
        """The code for which the command is refused; the state must be as before."""
        version = self.state.version
        try:
            decide(self.state, command, None)
        except CommandRefused as refused:
            assert self.state.version == version
            return refused.code
        return "accepted"

    @property
    def innings(self) -> Innings:
        return self.state.innings[-1]

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """Striker and non-striker."""
        return self.innings.striker, self.innings.non_striker

    def bowler(self, over: int) -> str:
        attack = self.state.sides[self.innings.bowling].players[-5:]
        return attack[over % len(attack)]

    def ball(self, **what: Any) -> list[MatchEvent]:
        """One ball; bowlers 7 to 11 take turns, and the next batter in the order comes in when needed."""
        innings = self.innings
        if innings.bowler is None and "bowler" not in what and "over" not in what:
            what["bowler"] = self.bowler(innings.overs)
        if None in self.ends and "striker" not in what:
            what.update(self.next_pair())
        return self.do(RecordBall(**what))

    def next_pair(self) -> dict[str, str]:
        side = self.innings.batting.lower()
        order = [f"{side}{n}" for n in range(1, 12)]
        waiting = [player for player in order if player not in self.innings.batters]
        striker, non_striker = self.ends
        return {"striker": striker or waiting.pop(0), "non_striker": non_striker or waiting.pop(0)}

    def over(self, *runs: int) -> None:
        """Six balls, of ``runs`` off the bat where given."""
        for n in range(self.state.rules.balls_per_over):
            self.ball(bat_runs=runs[n] if n < len(runs) else 0)
            if self.state.current is None:
                return

    def wicket(self, kind: str = "bowled", player: str | None = None, **what: Any) -> list[MatchEvent]:
        """A ball on which ``player`` (the striker) is out."""
        if None in self.ends:
            pair = self.next_pair()
            what.update(pair)
            player = player or pair["striker"]
        out = player or self.innings.striker or ""
        fallen = Wicket(player=out, kind=DismissalKind(kind), crossed=what.pop("crossed", None))
        return self.ball(wickets=(fallen,), **what)

    def bowl_out_side(self, limit: int = 10) -> None:
        """Wickets until the innings closes."""
        for _ in range(limit):
            self.wicket()

    def innings_of(self, runs: int) -> None:
        """A whole innings of exactly ``runs``: sixes and singles first, then dot balls until it is over."""
        while self.state.current is not None and self.state.current.number == self.innings.number:
            left = runs - self.innings.runs
            self.ball(bat_runs=6 if left >= 6 else left)
            if self.state.current is None or (self.innings.length is None and self.innings.runs == runs):
                return


def started(conditions: PlayingConditions = T20, **more: Any) -> Game:
    """Avon bat first, and their first innings has begun."""
    game = Game(conditions, **more)
    game.do(RecordToss(winner="A", decision="bat"))
    game.do(StartInnings())
    return game


def short(overs: int = 2, **changes: Any) -> PlayingConditions:
    """A T20 of few overs, so that whole matches fit in a test."""
    return replace(
        T20, overs_per_innings=overs, overs_per_bowler=overs, minimum_overs_for_result=1, **changes
    )


def card_of(game: Game) -> InningsCard:
    """The latest innings as the scorecard has it."""
    return scorecard(game.state).innings[-1]
