"""Corrections: which facts hold after a ball was corrected, removed or inserted.

The stream keeps every event. The effective facts are those the corrections leave, in their order of play.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.match import events as e
from domain.match.state import MatchState

NamedFact = tuple[int, e.Fact]


def effective_facts(
    facts: Sequence[NamedFact], correction: e.Correction, version: int
) -> list[NamedFact]:
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


def fit_ends(state: MatchState, fact: e.Fact) -> e.Fact:
    """A ball whose ends were left to the engine, turned where a correction turned the strike."""
    if not isinstance(fact, e.BallRecorded) or not fact.derived or fact.innings > len(state.innings):
        return fact
    innings, d = state.innings[fact.innings - 1], fact.delivery
    if innings.striker == d.striker or innings.non_striker == d.non_striker:
        return fact
    if innings.striker == d.non_striker or innings.non_striker == d.striker:
        turned = replace(d, striker=d.non_striker, non_striker=d.striker)
        return replace(fact, delivery=turned)
    return fact
