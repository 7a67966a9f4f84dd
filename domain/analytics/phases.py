"""Which phase of an innings an over belongs to.

In an innings of limited overs the mandatory powerplay of the playing conditions comes first, in proportion where the
innings began shorter (T20I playing condition 28.7), to the nearest over; the death overs are the last fifth, to the
nearest over (17 to 20 of 20, 41 to 50 of 50); what is between is the middle. An innings keeps the phases it began
with, whatever rain takes later. One without limit has no phases.
"""

from domain.match.conditions import PlayingConditions
from domain.match.state import Innings

POWERPLAY, MIDDLE, DEATH, WHOLE = "powerplay", "middle", "death", "whole"
PHASES = (POWERPLAY, MIDDLE, DEATH, WHOLE)
"""``WHOLE`` stands for all of an innings without limit."""
DEATH_SHARE = 5


def phase_bounds(innings: Innings, conditions: PlayingConditions) -> tuple[int, int] | None:
    """The first over after the powerplay and the first of the death overs, from 0; None without limit."""
    if innings.full_length is None or not conditions.overs_per_innings:
        return None
    overs = -(-innings.full_length // innings.balls_per_over)
    restricted = next((p.last_over for p in conditions.powerplays if p.first_over == 1), 0)
    powerplay = _nearest(restricted * overs, conditions.overs_per_innings)
    return powerplay, max(powerplay, overs - _nearest(overs, DEATH_SHARE))


def phase_of(over: int, bounds: tuple[int, int] | None) -> str:
    """The phase of an over, counted from 0."""
    if bounds is None:
        return WHOLE
    powerplay, death = bounds
    return POWERPLAY if over < powerplay else MIDDLE if over < death else DEATH


def _nearest(number: int, divisor: int) -> int:
    """The nearest whole number, half up."""
    return (2 * number + divisor) // (2 * divisor)
