"""The interruption clock: what a stoppage costs, and what is asked of the match for it.

Playing condition 13.7 of limited-overs cricket (ICC): time lost is turned into overs at the rate of the
league, parts of an over are ignored, and the sides are to have the same number of overs. So what is lost
before the end of the first innings is shared by both; afterwards the chase alone loses it. Nobody gets more
overs than the side batting first had, and no innings becomes too short for a result.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.match import dls
from domain.match.conditions import PlayingConditions
from domain.session import events as e
from domain.session.commands import InningsFacts, Interruption, MatchFacts
from domain.session.evolve import evolve
from domain.session.settings import SessionSettings
from domain.session.state import UNDECIDED, SessionState, TimeLost


@dataclass(frozen=True, slots=True)
class Lengths:
    """Balls that the two innings may last."""

    first: int
    second: int


def overs_lost(minutes: float, minutes_per_over: float) -> int:
    """Whole overs in the minutes lost."""
    return int(max(0.0, minutes) / minutes_per_over)


def lengths(
    rules: PlayingConditions, settings: SessionSettings, lost: TimeLost, facts: MatchFacts
) -> Lengths:
    """How long the innings of a limited-overs match are after the time lost so far."""
    full, over = rules.overs_per_innings or 0, rules.balls_per_over
    grace_left = max(0.0, settings.grace_minutes - lost.first)
    first_lost = overs_lost(lost.first - settings.grace_minutes, settings.minutes_per_over)
    second_lost = overs_lost(lost.second - grace_left, settings.minutes_per_over)
    total = max(0, 2 * full - first_lost)
    each = -(-total // 2)
    least = min(full, rules.minimum_overs_for_result or 1) * over
    first = facts.innings[0] if facts.innings else None
    if first is not None and first.closed:
        used = _used(first)
        overs = 2 * each if used <= each * over else total
        return Lengths(used, max(_whole(min(used, overs * over - used), over) - second_lost * over, least))
    bowled, share = first.bowled if first else 0, max(each * over, least)
    if bowled > share:
        return Lengths(bowled, max(_whole(total * over - bowled, over), least))
    return Lengths(share, share)


def _used(first: InningsFacts) -> int:
    """What a closed first innings took of the match: its whole length, unless it was cut short."""
    return first.bowled if first.cut_short or first.length is None else first.length


def _whole(balls: int, over: int) -> int:
    return balls // over * over


def minutes_lost(state: SessionState, stop: Interruption) -> float:
    """Minutes of play that an interruption took: not those before the start, nor those of the break."""
    if stop.since is None or stop.until is None:
        return 0.0
    begin = max(stop.since, state.start)
    if stop.between and stop.after is not None:
        begin = max(begin, stop.after + timedelta(minutes=state.settings.innings_break_minutes))
    return max(0.0, (stop.until - begin).total_seconds() / 60)


def count(state: SessionState, now: datetime) -> list[e.SessionEvent]:
    """What follows from interruptions that ended and were not counted before."""
    rules, facts = state.conditions, state.facts
    limited = rules.overs_per_innings is not None and rules.innings_per_side == 1
    if not limited or facts.over or state.phase not in UNDECIDED:
        return []
    new = [
        stop
        for stop in facts.interruptions
        if stop.until is not None and stop.version not in state.time_lost.counted and stop.innings <= 2
    ]
    found: list[e.SessionEvent] = [
        e.PlayTimeLost(
            interruption=stop.version,
            minutes=minutes_lost(state, stop),
            in_first=stop.innings == 0 or (stop.innings == 1 and not stop.between),
        )
        for stop in new
    ]
    if new and not new[-1].settled:
        for event in found:
            state = evolve(state, event)
        found += _cuts(state, new[-1])
    asked = any(isinstance(event, e.RevisedTargetAsked) for event in found)
    if facts.target_due > state.target_asked and not asked:
        found.append(e.RevisedTargetAsked(cause=facts.target_due, computed=is_computed(state)))
    return found


def _cuts(state: SessionState, stop: Interruption) -> list[e.SessionEvent]:
    """The innings that get shorter; for the chase its target comes with it."""
    facts, over = state.facts, state.conditions.balls_per_over
    left = lengths(state.conditions, state.settings, state.time_lost, facts)
    first, chase = _lengths_now(state)
    if facts.innings and facts.innings[0].closed:
        bowled = facts.innings[1].bowled if len(facts.innings) > 1 else 0
        balls = max(left.second, bowled)
        if balls >= chase or (len(facts.innings) > 1 and facts.innings[1].closed):
            return []
        cause = max(stop.version, facts.target_due)
        overs, rest = divmod(balls, over)
        return [e.RevisedTargetAsked(cause=cause, computed=is_computed(state), overs=overs, balls=rest)]
    cut: list[e.SessionEvent] = []
    if left.first < first:
        overs, rest = divmod(left.first, over)
        cut.append(e.OversCut(innings=1, overs=overs, balls=rest))
    if left.second < min(chase, left.first):
        overs, rest = divmod(left.second, over)
        cut.append(e.OversCut(innings=2, overs=overs, balls=rest))
    return cut


def _lengths_now(state: SessionState) -> tuple[int, int]:
    """Balls that the match gives both innings as it is."""
    full = (state.conditions.overs_per_innings or 0) * state.conditions.balls_per_over
    facts = state.facts
    length = facts.innings[0].length if facts.innings else facts.planned
    first = full if length is None else length
    return first, first if facts.chase is None else facts.chase


def is_computed(state: SessionState) -> bool:
    """The match finds a revised target by itself, unless somebody has set one by another method."""
    rules = state.conditions
    full = (rules.overs_per_innings or 0) * rules.balls_per_over
    by_hand = state.facts.target_method not in (None, dls.METHOD)
    return rules.rain_rule == dls.METHOD and dls.covers(full, rules.balls_per_over) and not by_hand
