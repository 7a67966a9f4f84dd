"""Correcting earlier balls: the command becomes a correction if what comes after can still be true."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.match import commands as c
from domain.match import events as e
from domain.match.ball import ball_fact
from domain.match.effective import effective_facts, fit
from domain.match.errors import CommandRefused, Violation
from domain.match.evolve import fold_facts
from domain.match.fact_rules import violations
from domain.match.facts import apply_fact
from domain.match.state import MatchState

MAX_CLASHES = 50


@dataclass(frozen=True, slots=True)
class Clash:
    """A later fact that a correction would make impossible."""

    version: int
    code: str
    message: str
    innings: int | None = None
    over: int | None = None
    position: int | None = None


def correct(state: MatchState, command: c.CorrectBall, now: datetime | None) -> e.Correction:
    place, old = _place(state, command.ball)
    ball = _like(state, place, old, command.delivery, old.at)
    correction = e.BallCorrected(
        ball=command.ball,
        recorded=ball,
        reason=command.reason,
        umpire_decision=command.umpire_decision,
    )
    return _checked(state, correction, place)


def insert(state: MatchState, command: c.InsertBall, now: datetime | None) -> e.Correction:
    place, following = _place(state, command.before)
    ball = _like(state, place, following, command.delivery, None)
    correction = e.BallInserted(
        before=command.before,
        recorded=ball,
        reason=command.reason,
        umpire_decision=command.umpire_decision,
    )
    return _checked(state, correction, place)


def remove(state: MatchState, command: c.RemoveBall, now: datetime | None) -> e.Correction:
    correction = e.BallRemoved(
        ball=command.ball, reason=command.reason, umpire_decision=command.umpire_decision
    )
    return _checked(state, correction, _place(state, command.ball)[0])


def undo(state: MatchState, command: c.Undo, now: datetime | None) -> e.Correction:
    if len(state.facts) < 2:
        raise CommandRefused("nothing_to_undo", "there is nothing to take back")
    version, fact = state.facts[-1]
    if isinstance(fact, e.BallRecorded):
        return e.BallRemoved(ball=version, reason=command.reason)
    return e.FactWithdrawn(version=version, reason=command.reason)


def _like(
    state: MatchState,
    place: int,
    model: e.BallRecorded,
    command: c.RecordBall,
    at: datetime | None,
) -> e.BallRecorded:
    """The ball of ``command`` at ``place``; batters and bowler not given are those of ``model``."""
    given = command
    if given.bowler is None:
        given = replace(given, bowler=model.delivery.bowler)
    named = given.striker is not None or given.non_striker is not None
    if not named:
        d = model.delivery
        given = replace(given, striker=d.striker, non_striker=d.non_striker)
    if given.over is None:
        given = replace(given, over=model.over)
    ball = ball_fact(fold_facts(state.facts[:place]), given, at)
    decision = command.umpire_decision or model.umpire_decision
    return replace(ball, derived=not named and model.derived, umpire_decision=decision)


def _place(state: MatchState, ball: int) -> tuple[int, e.BallRecorded]:
    for place, (version, fact) in enumerate(state.facts):
        if version == ball:
            if isinstance(fact, e.BallRecorded):
                return place, fact
            break
    raise CommandRefused("ball_not_found", f"version {ball} is no ball of this match")


def _checked(state: MatchState, correction: e.Correction, place: int) -> e.Correction:
    found = clashes(state, correction, place)
    if found:
        first = found[0]
        text = f"{len(found)} later facts could no longer be true; first: {first.message}"
        if first.version in (getattr(correction, "ball", 0), state.version + 1):
            raise CommandRefused(first.code, first.message, detail={"clashes": found})
        raise CommandRefused("correction_clashes", text, detail={"clashes": found})
    return correction


def clashes(state: MatchState, correction: e.Correction, place: int) -> list[Clash]:
    """Every fact from ``place`` on that breaks a rule after ``correction``.

    A rule that the umpires set aside when it happened stays set aside; others that they may set aside need
    the correction's own ``umpire_decision``.
    """
    facts = effective_facts(state.facts, correction, state.version + 1)
    allowed = getattr(correction, "umpire_decision", None)
    after, found = fold_facts(facts[:place]), list[Clash]()
    for version, stated in facts[place:]:
        fact = fit(after, stated)
        decision = allowed or getattr(fact, "umpire_decision", None)
        broken = [one for one in violations(after, fact) if not (one.umpires_may_allow and decision)]
        found.extend(_clash(version, fact, one) for one in broken)
        if len(found) >= MAX_CLASHES:
            break
        if all(one.umpires_may_allow for one in broken):
            apply_fact(after, version, fact)
    return found


def _clash(version: int, fact: e.Fact, one: Violation) -> Clash:
    if isinstance(fact, e.BallRecorded):
        return Clash(version, one.code, one.message, fact.innings, fact.over, fact.position)
    return Clash(version, one.code, one.message, getattr(fact, "innings", None))
