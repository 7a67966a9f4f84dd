"""How a match ends (Law 16 and the playing conditions on limited overs).

Every function is asked only when no innings is in progress, and answers None while the match is undecided.
"""

from domain.match import dls
from domain.match.closing import is_complete
from domain.match.conditions import TieBreak
from domain.match.events import Result
from domain.match.state import Innings, MatchState
from domain.match.tally import boundaries, main_innings, super_overs, total

NO_RESULT = Result(outcome="no result")


def find_result(state: MatchState) -> Result | None:
    """The result as the facts stand."""
    if state.abandoned is not None:
        return NO_RESULT
    if state.awarded_to is not None:
        return Result(
            outcome="win", winner=state.awarded_to, method="Conceded" if state.conceded else "Awarded"
        )
    main = main_innings(state)
    if not main:
        return NO_RESULT if state.ended else None
    return (
        _one_innings_each(state, main)
        if state.rules.innings_per_side == 1
        else _two_innings_each(state, main)
    )


def _one_innings_each(state: MatchState, main: list[Innings]) -> Result | None:
    if len(main) < 2:
        return NO_RESULT if state.ended else None
    first, second = main
    if state.ended is not None and (state.ended.par is not None or not is_complete(second)):
        return _on_par(state, first, second)
    if not is_complete(second):
        return None
    target = second.target
    if target is None:
        return None
    if second.closed == "overs complete" and not _long_enough(state, second):
        return NO_RESULT
    if second.runs >= target.runs:
        return _by_wickets(second, target.method)
    if second.runs == target.runs - 1:
        return _settle_tie(state, main, target.method)
    return Result(
        outcome="win", winner=first.batting, by_runs=target.runs - 1 - second.runs, method=target.method
    )


def _by_wickets(innings: Innings, method: str | None = None) -> Result:
    left = innings.wickets_limit - innings.wickets
    return Result(outcome="win", winner=innings.batting, by_wickets=left, method=method)


def _long_enough(state: MatchState, second: Innings, balls: int | None = None) -> bool:
    """Did the side batting second have the chance to face the minimum overs (playing condition 16.3)?"""
    minimum = state.rules.minimum_overs_for_result
    available = second.length if balls is None else balls
    return minimum is None or available is None or available >= minimum * state.rules.balls_per_over


def _on_par(state: MatchState, first: Innings, second: Innings) -> Result | None:
    """Called off during the second innings: the score against par, once enough overs were bowled."""
    par, method = _par(state, first, second)
    if par is None or not _long_enough(state, second, second.progress):
        return NO_RESULT
    if second.runs == par:
        return _settle_tie(state, [first, second], method)
    winner = second.batting if second.runs > par else first.batting
    return Result(outcome="win", winner=winner, by_runs=abs(second.runs - par), method=method)


def _par(state: MatchState, first: Innings, second: Innings) -> tuple[int | None, str | None]:
    """Par as entered, else by D/L where the playing conditions say so."""
    rules, ended = state.rules, state.ended
    if ended is not None and ended.par is not None:
        return ended.par, ended.method
    revised = state.revised_targets.get(second.number)
    by_hand = state.target_awaited is not None or (revised is not None and revised.method != dls.METHOD)
    if rules.rain_rule != dls.METHOD or by_hand or second.length is None:
        return None, None
    if first.full_length is None or not dls.covers(first.full_length, rules.balls_per_over):
        return None, None
    return dls.par(first, second, rules.balls_per_over, rules.g50), dls.METHOD


def _two_innings_each(state: MatchState, main: list[Innings]) -> Result | None:
    last = main[-1]
    if not is_complete(last):
        return Result(outcome="draw") if state.ended else None
    batted = [one.batting for one in main]
    if len(main) == 3:
        once = next(team for team in state.sides if batted.count(team) == 1)
        twice = last.batting if last.batting != once else None
        if twice is not None and total(main, once) > total(main, twice):
            lead = total(main, once) - total(main, twice)
            return Result(outcome="win", winner=once, by_innings=1, by_runs=lead)
    if len(main) == 4:
        mine, theirs = total(main, last.batting), total(main, last.bowling)
        if mine > theirs:
            return _by_wickets(last)
        if mine == theirs:
            return Result(outcome="tie")
        if last.closed == "all out" or last.wickets >= last.wickets_limit:
            return Result(outcome="win", winner=last.bowling, by_runs=theirs - mine)
        return Result(outcome="draw")
    return Result(outcome="draw") if state.ended else None


def _settle_tie(state: MatchState, main: list[Innings], method: str | None) -> Result | None:
    """Try the tie-breaks of the playing conditions in order; None while one is still to be played."""
    for tie_break in state.rules.tie_breaks:
        winner = None
        match tie_break:
            case TieBreak.TIE_STANDS:
                break
            case TieBreak.FEWER_WICKETS:
                winner = _fewer_wickets(main)
                if winner is not None:
                    return Result(outcome="win", winner=winner, method="Lost fewer wickets")
            case TieBreak.BOUNDARY_COUNT:
                winner = boundary_count(state)
            case TieBreak.SUPER_OVER:
                winner, pending = _super_over(state)
                if pending and state.ended is None:
                    return None
            case TieBreak.BOWL_OUT:
                winner = _bowl_out(state)
                if winner is None and state.ended is None:
                    return None
        if winner is not None:
            return Result(outcome="tie", winner=winner, method=method, decided_by=tie_break.value)
    return Result(outcome="tie", method=method)


def _fewer_wickets(main: list[Innings]) -> str | None:
    first, second = main
    if first.wickets == second.wickets:
        return None
    return first.batting if first.wickets < second.wickets else second.batting


def _super_over(state: MatchState) -> tuple[str | None, bool]:
    """The winner of the last Super Over, and whether one is still to be played or finished."""
    rounds = super_overs(state)
    if not rounds or len(rounds) % 2 or not is_complete(rounds[-1]):
        return None, True
    first, second = rounds[-2:]
    if first.runs == second.runs:
        return None, state.rules.super_over_repeats
    return (first.batting if first.runs > second.runs else second.batting), False


def boundary_count(state: MatchState) -> str | None:
    """More boundaries in the match and its Super Over, else in the match alone, else by count-back.

    IPL and ICC playing conditions until 2019: the count-back goes from the last ball of the Super Over to
    the first and takes the first ball on which the sides scored differently.
    """
    one, other = state.sides
    for innings in (state.innings, main_innings(state)):
        ours, theirs = boundaries(innings, one), boundaries(innings, other)
        if ours != theirs:
            return one if ours > theirs else other
    rounds = super_overs(state)[-2:]
    if len(rounds) == 2:
        for a, b in zip(reversed(rounds[0].balls), reversed(rounds[1].balls), strict=False):
            if a.delivery.runs != b.delivery.runs:
                return rounds[0].batting if a.delivery.runs > b.delivery.runs else rounds[1].batting
    return None


def _bowl_out(state: MatchState) -> str | None:
    """More hits on the stumps; None while level or not held."""
    hits = {team: sum(hit for side, _, hit in state.bowl_out if side == team) for team in state.sides}
    one, other = hits
    if hits[one] == hits[other]:
        return None
    return one if hits[one] > hits[other] else other
