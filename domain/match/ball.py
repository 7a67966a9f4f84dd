"""From ``RecordBall`` to the fact: what the scorer left out is taken from the state."""

from datetime import datetime

from domain.match import commands as c
from domain.match import events as e
from domain.match.delivery import Called, Delivery
from domain.match.errors import CommandRefused
from domain.match.state import Innings, MatchState
from domain.match.strike import ends_in_over


def current_innings(state: MatchState) -> Innings:
    """The innings in progress; refuses the command if there is none."""
    innings = state.current
    if innings is None:
        if state.conditions is None:
            raise CommandRefused("match_not_found", "there is no such match")
        raise CommandRefused("innings_not_in_progress", "no innings is in progress", "Law 13")
    return innings


def ball_fact(state: MatchState, command: c.RecordBall, at: datetime | None) -> e.BallRecorded:
    """The ball that the command tells of, with what it left out taken from the state."""
    innings = state.innings[-1] if state.innings else current_innings(state)
    over = innings.overs if command.over is None else command.over
    reopened = innings.bowler is None and over < innings.overs
    return e.BallRecorded(
        innings=innings.number,
        over=over,
        position=_position(innings, over, reopened),
        delivery=_delivery(innings, command, reopened, ends_in_over(innings, over, state.rules)),
        derived=command.striker is None and command.non_striker is None,
        at=at,
        umpire_decision=command.umpire_decision,
    )


def _position(innings: Innings, over: int, reopened: bool) -> int:
    if reopened:
        return innings.previous_over_position + 1
    return innings.over_position + 1 if over == innings.overs else 1


def _delivery(
    innings: Innings, command: c.RecordBall, reopened: bool, ends: tuple[str | None, str | None]
) -> Delivery:
    bowler = command.bowler or innings.bowler
    if bowler is None and reopened:
        bowler = innings.previous_over_bowlers[-1]
    if bowler is None:
        raise CommandRefused("bowler_missing", "the first ball of an over names its bowler", "Law 17.6")
    striker, non_striker = _batters(ends, command)
    called = Called(command.called) if command.called else None
    if called is None and (command.wides or command.no_balls):
        called = Called.WIDE if command.wides else Called.NO_BALL
    return Delivery(
        striker=striker,
        non_striker=non_striker,
        bowler=bowler,
        bat_runs=command.bat_runs,
        wides=command.wides,
        no_balls=command.no_balls,
        byes=command.byes,
        leg_byes=command.leg_byes,
        penalty=command.penalty,
        called=called,
        boundary=command.boundary or _boundary(command),
        all_run=command.all_run,
        overthrows=command.overthrows,
        short_runs=command.short_runs,
        wickets=command.wickets,
        free_hit=innings.free_hit,
        no_ball_reason=command.no_ball_reason,
        review=command.review,
        shot=command.shot,
        commentary=command.commentary,
    )


def _batters(ends: tuple[str | None, str | None], command: c.RecordBall) -> tuple[str, str]:
    """Those named, else those at the crease; one name tells the other."""
    at_striker, at_non_striker = ends
    striker = command.striker or at_striker
    non_striker = command.non_striker or at_non_striker
    if command.striker is not None and command.non_striker is None and striker == at_non_striker:
        non_striker = at_striker
    if command.non_striker is not None and command.striker is None and non_striker == at_striker:
        striker = at_non_striker
    if striker is None or non_striker is None:
        raise CommandRefused("batter_missing", "name the batter who comes in", "Law 25.3")
    return striker, non_striker


def _boundary(command: c.RecordBall) -> str | None:
    if command.all_run:
        return None
    return {4: "four", 6: "six"}.get(command.bat_runs)
