"""Who is at which end: running, crossing, wickets and the end of an over (Laws 17.1, 18.11 to 18.13)."""

from domain.match.conditions import PlayingConditions
from domain.match.delivery import Delivery, DismissalKind
from domain.match.state import Innings

_CAUGHT = (DismissalKind.CAUGHT, DismissalKind.CAUGHT_AND_BOWLED)
_WHILE_RUNNING = (
    DismissalKind.RUN_OUT,
    DismissalKind.OBSTRUCTING_THE_FIELD,
    DismissalKind.HIT_THE_BALL_TWICE,
    DismissalKind.HANDLED_THE_BALL,
)


def times_run(delivery: Delivery, conditions: PlayingConditions) -> int:
    """How often the batters changed ends, as far as the runs tell: the penalty of the call is not run.

    Boundaries are even, so they need no case of their own; short runs were run though they do not count.
    """
    run = delivery.bat_runs + delivery.byes + delivery.leg_byes + delivery.short_runs
    if delivery.wides:
        run += max(0, delivery.wides - conditions.wide_runs)
    if delivery.no_balls:
        run += max(0, delivery.no_balls - conditions.no_ball_runs)
    return run


def move_batters(innings: Innings, delivery: Delivery, conditions: PlayingConditions) -> None:
    """Put the batters where they are after the delivery; dismissed ones leave their place empty."""
    swap = times_run(delivery, conditions) & 1
    innings.ends_known = True
    for wicket in delivery.wickets:
        caught = wicket.kind in _CAUGHT and not conditions.new_batter_takes_strike_when_caught
        if caught or wicket.kind in _WHILE_RUNNING:
            if wicket.crossed is None:
                innings.ends_known = False
            elif wicket.crossed:
                swap ^= 1
    if swap:
        innings.striker, innings.non_striker = innings.non_striker, innings.striker
    for wicket in delivery.wickets:
        leave(innings, wicket.player)


def leave(innings: Innings, player: str) -> None:
    """The batter's place becomes empty."""
    if innings.striker == player:
        innings.striker = None
    elif innings.non_striker == player:
        innings.non_striker = None


def change_ends(innings: Innings) -> None:
    """The next over comes from the other end: the batters stay, so the strike turns."""
    innings.striker, innings.non_striker = innings.non_striker, innings.striker


def ends_change_after(over: int, conditions: PlayingConditions) -> bool:
    """Does the bowling change ends after this over (from 0)? In The Hundred only after every second."""
    return (over + 1) % conditions.overs_per_end == 0


def ends_in_over(innings: Innings, over: int, conditions: PlayingConditions) -> tuple[str | None, str | None]:
    """Striker and non-striker for a ball of ``over``: turned if that ends an over early or goes on with one."""
    reopens = innings.bowler is None and over < innings.overs
    ends_early = innings.bowler is not None and over > innings.overs
    turning = over if reopens else innings.overs
    if (reopens or ends_early) and ends_change_after(turning, conditions):
        return innings.non_striker, innings.striker
    return innings.striker, innings.non_striker
