"""What may happen to one ball of a T20 match: chances by phase, skill and what the batters are after.

The chances are round figures near those of professional T20 cricket; they make a believable match, not a
forecast.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from domain.match.delivery import DismissalKind

T = TypeVar("T")
Chances = dict[str, float]

POWERPLAY: Chances = {
    "dot": 42.0,
    "1": 27.0,
    "2": 4.5,
    "3": 0.6,
    "4": 16.0,
    "6": 4.8,
    "wicket": 3.4,
    "run out": 0.15,
    "wide": 3.0,
    "no ball": 0.45,
    "bye": 0.15,
    "leg bye": 1.3,
    "overthrows": 0.1,
}
MIDDLE: Chances = POWERPLAY | {
    "dot": 29.0,
    "1": 45.0,
    "2": 6.5,
    "3": 0.3,
    "4": 9.8,
    "6": 6.0,
    "wicket": 4.0,
    "run out": 0.25,
    "leg bye": 1.0,
}
DEATH: Chances = POWERPLAY | {
    "dot": 26.0,
    "1": 36.0,
    "2": 8.0,
    "3": 0.3,
    "4": 12.5,
    "6": 9.4,
    "wicket": 6.9,
    "run out": 0.9,
    "wide": 4.8,
    "no ball": 0.8,
}

HOW_OUT: dict[DismissalKind, float] = {
    DismissalKind.CAUGHT: 66.0,
    DismissalKind.BOWLED: 16.5,
    DismissalKind.LBW: 8.0,
    DismissalKind.CAUGHT_AND_BOWLED: 3.2,
    DismissalKind.STUMPED: 5.5,
    DismissalKind.HIT_WICKET: 0.4,
    DismissalKind.OBSTRUCTING_THE_FIELD: 0.1,
    DismissalKind.HIT_THE_BALL_TWICE: 0.05,
}

STROKES: dict[str, float] = {
    "straight drive": 5,
    "on drive": 335,
    "pull": 280,
    "sweep": 250,
    "glance": 210,
    "late cut": 150,
    "square cut": 95,
    "cover drive": 50,
    "lofted drive": 20,
}
"""Where each stroke of a right-hander goes, in degrees clockwise from straight down the ground."""

SCORING = ("4", "6")


def phase(over: int, overs: int) -> Chances:
    """The chances in over ``over`` (from 0) of an innings of ``overs``: the last quarter is the death."""
    if over * 20 < overs * 6:
        return POWERPLAY
    return DEATH if over * 4 >= overs * 3 else MIDDLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Batter against bowler. ``intent``: how hard the batters go for runs; 1 is the usual of the phase."""

    chances: Chances
    batting: float = 1.0
    bowling: float = 1.0
    intent: float = 1.0
    free_hit: bool = False

    def weights(self) -> Chances:
        """The chances of this ball, not adding up to anything in particular."""
        weights = dict(self.chances)
        for hit in SCORING:
            weights[hit] *= self.intent * self.batting / self.bowling
        weights["dot"] *= self.bowling / self.intent
        weights["wicket"] *= self.intent * self.bowling / self.batting**1.5
        if self.free_hit:
            weights["wicket"] = 0.0
            weights["6"] *= 1.8
        return weights


@dataclass(slots=True)
class Dice:
    """A seeded source of chance with the few questions a match asks."""

    random: Random = field(repr=False)

    @classmethod
    def seeded(cls, seed: int) -> "Dice":
        return cls(Random(seed))  # noqa: S311 - a game, and it must be the same for the same seed

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def one_of(self, choices: Mapping[T, float]) -> T:
        """A key, as often as its weight says."""
        return self.random.choices(list(choices), weights=list(choices.values()))[0]

    def pick(self, choices: Sequence[T]) -> T:
        return self.random.choice(choices)

    def between(self, low: float, high: float) -> float:
        return self.random.uniform(low, high)
