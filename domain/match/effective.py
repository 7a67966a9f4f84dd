"""Corrections: which facts hold after a ball was corrected, removed or inserted.

The stream keeps every event. The effective facts are those the corrections leave, in their order of play.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.match import events as e
from domain.match.delivery import Delivery
from domain.match.state import MatchState
from domain.match.strike import ends_in_over

NamedFact = tuple[int, e.Fact]


def effective_facts(facts: Sequence[NamedFact], correction: e.Correction, version: int) -> list[NamedFact]:
    """``facts`` after ``correction``, itself of stream version ``version``."""
    match correction:
        case e.BallCorrected():
            return [(v, correction.recorded if v == correction.ball else fact) for v, fact in facts]
        case e.BallRemoved():
            return [(v, fact) for v, fact in facts if v != correction.ball]
        case e.FactWithdrawn():
            return [(v, fact) for v, fact in facts if v != correction.version]
        case e.BallInserted():
            place = next(i for i, (v, _) in enumerate(facts) if v == correction.before)
            return [*facts[:place], (version, correction.recorded), *facts[place:]]


def fit(state: MatchState, fact: e.Fact) -> e.Fact:
    """The fact as it stands after what now comes before it.

    A ball is a free hit if the ball before makes it one; where its ends were left to the engine, the batters
    are turned with the strike.
    """
    if not isinstance(fact, e.BallRecorded) or fact.innings > len(state.innings):
        return fact
    innings, d = state.innings[fact.innings - 1], fact.delivery
    if d.free_hit != innings.free_hit:
        d = replace(d, free_hit=innings.free_hit)
    if fact.derived and _is_turned(ends_in_over(innings, fact.over, state.rules), d):
        d = replace(d, striker=d.non_striker, non_striker=d.striker)
    return fact if d is fact.delivery else replace(fact, delivery=d)


def _is_turned(ends: tuple[str | None, str | None], d: Delivery) -> bool:
    striker, non_striker = ends
    if striker == d.striker or non_striker == d.non_striker:
        return False
    return striker == d.non_striker or non_striker == d.striker
