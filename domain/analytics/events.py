"""What analytics says to those who follow it: totals that have moved."""

from dataclasses import dataclass
from typing import Literal

from domain.analytics.points import half_points

Scope = Literal["career", "season", "tournament"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerTotalsMoved:
    """A player's totals in a scope as they stand now, whole.

    Several moves are told as one, at most about once a second, so `version` rises with gaps; the highest is what holds.
    `scope_id` is the season's or the tournament's, empty for a career. `balls` are those faced, `bowl_balls` whole
    overs × balls per over + loose balls. A correction may make any number smaller; a player whose matches were all taken
    back has zeros.
    """

    scope: Scope
    scope_id: str
    player: str
    name: str
    team: str | None = None
    balls_per_over: int | None = None
    matches: int = 0
    bat_innings: int = 0
    not_outs: int = 0
    runs: int = 0
    balls: int = 0
    fifties: int = 0
    hundreds: int = 0
    fours: int = 0
    sixes: int = 0
    bat_dots: int = 0
    rotated: int = 0
    bowl_innings: int = 0
    bowl_balls: int = 0
    maidens: int = 0
    conceded: int = 0
    wickets: int = 0
    four_wickets: int = 0
    five_wickets: int = 0
    bowl_dots: int = 0
    wides: int = 0
    no_balls: int = 0
    catches: int = 0
    stumpings: int = 0
    run_outs: int = 0
    points: float = 0.0
    """For the most valuable player."""


def points_of(sums: dict[str, int]) -> float:
    """The points of sums by name: whole or half ones."""
    return half_points(sums) / 2


EVENT_TYPES: dict[str, type[PlayerTotalsMoved]] = {PlayerTotalsMoved.__name__: PlayerTotalsMoved}
