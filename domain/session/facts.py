"""What a session needs to know of its match, read off the match's state."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from domain.clock import REAL, Clock
from domain.match import events as m
from domain.match.closing import BY_THE_LAWS
from domain.match.evolve import clone, evolve
from domain.match.innings import planned_length, second_innings
from domain.match.names import Names
from domain.match.outcome import status
from domain.match.result import NO_RESULT
from domain.match.state import Innings, MatchState
from domain.match.summary import score_line
from domain.match.tally import main_innings, super_overs
from domain.session.commands import NOTHING_KNOWN, InningsFacts, Interruption, MatchFacts

_RAN_ITS_COURSE = BY_THE_LAWS | {"conceded"}


def facts_of(state: MatchState, clock: Clock = REAL) -> MatchFacts:
    """The facts by a tournament's clock; those of a match that does not exist yet are empty."""
    if state.conditions is None:
        return NOTHING_KNOWN
    result, revised = state.result, state.revised_targets.get(2)
    over = result is not None or state.play_is_over
    return MatchFacts(
        version=state.version,
        line_ups=tuple(team for team, side in state.sides.items() if side.players),
        toss_made=state.toss_winner is not None,
        innings=tuple(_innings(state, innings) for innings in state.innings),
        interruptions=tuple(_interruptions(state, clock)),
        active_at=_here(clock, _latest_time(state)),
        level=_is_level(state),
        planned=None if state.innings else planned_length(state, 1, super_over=False),
        chase=second_innings(state).length if state.innings and _is_limited(state) else None,
        target_method=state.target_awaited or (revised.method if revised else None),
        target_due=_target_due(state),
        decided_if_ended=_is_decided_if_ended(state),
        over=over,
        outcome=(result or NO_RESULT).outcome if over else "",
        winner=result.winner if result else None,
        result_text=status(state, Names(state)) if over else "",
    )


def _here(clock: Clock, at: datetime | None) -> datetime | None:
    return None if at is None else clock.here(at)


def _innings(state: MatchState, innings: Innings) -> InningsFacts:
    return InningsFacts(
        batting=innings.batting,
        length=innings.length,
        bowled=innings.progress,
        score=score_line(state, innings),
        closed=innings.closed is not None,
        cut_short=_is_cut_short(innings),
        super_over=innings.super_over,
    )


def _is_cut_short(innings: Innings) -> bool:
    return innings.closed is not None and innings.closed not in _RAN_ITS_COURSE


def _is_limited(state: MatchState) -> bool:
    return state.rules.innings_per_side == 1 and state.rules.overs_per_innings is not None


def _latest_time(state: MatchState) -> datetime | None:
    times = (getattr(fact, "at", None) for _, fact in reversed(state.facts))
    return next((at for at in times if at is not None), None)


def _interruptions(state: MatchState, clock: Clock) -> Iterator[Interruption]:
    """Each stoppage with what surrounds it; an innings counts as in progress if it was to go on afterwards."""
    open_: Interruption | None = None
    begun, active = 0, None
    for place, (version, fact) in enumerate(state.facts):
        if isinstance(fact, m.InningsStarted | m.InningsForfeited):
            begun = fact.innings
        elif isinstance(fact, m.PlayInterrupted):
            open_ = Interruption(
                version=version,
                since=_here(clock, fact.at),
                reason=fact.reason,
                innings=begun,
                between=begun > 0 and not _goes_on(state, begun, place),
                after=_here(clock, active),
            )
        elif isinstance(fact, m.PlayResumed) and open_ is not None:
            yield replace(open_, until=_here(clock, fact.at), settled=_is_settled(state, place))
            open_ = None
        active = getattr(fact, "at", None) or active
    if open_ is not None:
        yield open_


def _goes_on(state: MatchState, number: int, place: int) -> bool:
    """Is the innings open, or was a ball of it bowled, or its end decided, after a place among the facts?"""
    if state.innings[number - 1].closed is None:
        return True
    later = (fact for _, fact in state.facts[place:] if isinstance(fact, m.BallRecorded | m.InningsEnded))
    return any(fact.innings == number for fact in later)


def _is_settled(state: MatchState, place: int) -> bool:
    """Overs or a target were stated after play went on, before it stopped again."""
    for _, fact in state.facts[place:]:
        if isinstance(fact, m.PlayInterrupted):
            return False
        if isinstance(fact, m.OversReduced | m.TargetRevised):
            return True
    return False


def _is_level(state: MatchState) -> bool:
    if state.result is not None or state.current is not None or state.target_awaited is not None:
        return False
    complete = len(main_innings(state)) == 2 * state.rules.innings_per_side
    return complete and len(super_overs(state)) % 2 == 0


def _target_due(state: MatchState) -> int:
    """The version of the latest fact that made the sides' resources differ, unless the target came after it."""
    main = main_innings(state)
    if not _is_limited(state) or not main or main[0].closed is None or state.result is not None:
        return 0
    first, second = main[0], second_innings(state)
    if second.closed is not None or state.play_is_over:
        return 0
    if not (first.stoppages or _is_cut_short(first) or second.length != first.length):
        return 0
    for version, fact in reversed(state.facts):
        if isinstance(fact, m.TargetRevised):
            return 0
        if isinstance(fact, m.OversReduced) or (isinstance(fact, m.InningsEnded) and fact.innings == 1):
            return version
    return 0


def _is_decided_if_ended(state: MatchState) -> bool:
    """What the match's own rules would say if play ended now."""
    if state.result is not None or state.play_is_over or not state.innings:
        return False
    if state.rules.innings_per_side == 1 and len(state.innings) < 2:
        return False
    ended = evolve(clone(state), m.MatchEnded(reason="time"))
    return ended.result is not None and ended.result != NO_RESULT
