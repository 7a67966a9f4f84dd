"""The decision: a command against the state becomes events, or is refused and nothing has changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.match.errors import CommandRefused
from domain.session import commands as c
from domain.session import deadlines, ending, interruptions, lease, officials, result
from domain.session import events as e
from domain.session.evolve import evolve
from domain.session.refusals import refuse_if_finished, refuse_unless_before_play
from domain.session.state import FINAL, SessionState


def decide(state: SessionState, command: c.SessionCommand, now: datetime) -> list[e.SessionEvent]:
    """The events that ``command`` causes now, in the tournament's time; none if all is known or done already.

    Raises CommandRefused, with a stable code, when a rule forbids it.
    """
    kind = type(command)
    if kind is not c.OpenSession:
        state.plan  # noqa: B018 - refuses a session that is not open
        if kind not in _AT_ANY_TIME:
            refuse_if_finished(state)
    return _DECISIONS[kind](state, command, now)


def _open(state: SessionState, command: c.OpenSession, now: datetime) -> list[e.SessionEvent]:
    if state.match is not None:
        raise CommandRefused("session_exists", "the session of this match is open already")
    _refuse_early_reserve(command.starts_at, command.reserve_starts_at)
    opened = {name: getattr(command, name) for name in command.__dataclass_fields__}
    return [e.SessionOpened(**opened)]


def _reschedule(state: SessionState, command: c.RescheduleSession, now: datetime) -> list[e.SessionEvent]:
    refuse_unless_before_play(state)
    _refuse_early_reserve(command.starts_at, command.reserve_starts_at)
    moved = {name: getattr(command, name) for name in command.__dataclass_fields__}
    return [e.SessionRescheduled(**moved)]


def _refuse_early_reserve(starts_at: datetime, reserve: datetime | None) -> None:
    if reserve is not None and reserve <= starts_at:
        raise CommandRefused("reserve_too_early", "the reserve day must come after the scheduled start")


def _catch_up(state: SessionState, command: c.CatchUp, now: datetime) -> list[e.SessionEvent]:
    """Only what is newer than what is known counts."""
    if state.phase in FINAL or command.facts.version <= state.facts.version:
        return []
    followed = e.MatchFollowed(facts=command.facts, at=now)
    after = evolve(state, followed)
    return [followed, *interruptions.count(after, now), *result.follow_up(after, now)]


def _note_order(state: SessionState, command: c.NoteOrder, now: datetime) -> list[e.SessionEvent]:
    """Noted once. How the match ends may hang on it."""
    if command.order not in state.orders:
        return []
    noted: e.SessionEvent
    if command.refused is None:
        noted = e.OrderCarriedOut(order=command.order, match_version=command.match_version)
    else:
        noted = e.OrderRefused(order=command.order, code=command.refused)
    if state.ending is None or state.ending.order != command.order:
        return [noted]
    return [noted, *result.follow_up(evolve(state, noted), now)]


_DECISIONS: dict[type, Callable[[SessionState, Any, datetime], list[e.SessionEvent]]] = {
    c.OpenSession: _open,
    c.RescheduleSession: _reschedule,
    c.NameOfficials: officials.name,
    c.CatchUp: _catch_up,
    c.TakeLease: lease.take,
    c.HandOverLease: lease.hand_over,
    c.TakeOverLease: lease.take_over,
    c.ReleaseLease: lease.release,
    c.ConfirmResult: result.confirm,
    c.RaiseDispute: result.dispute,
    c.AnswerDispute: result.answer,
    c.MoveWindow: result.move_window,
    c.RuleDispute: result.rule,
    c.AbandonMatch: ending.abandon,
    c.AwardMatch: ending.award,
    c.ConcedeMatch: ending.concede,
    c.ForfeitMatch: ending.forfeit,
    c.CancelSession: ending.cancel,
    c.NoteOverdue: deadlines.note_overdue,
    c.ExpireLease: lease.expire,
    c.CutOff: ending.cut_off,
    c.MakeOfficial: result.make_official,
    c.NoteOrder: _note_order,
}
_SAID_BY_THE_CLOCK = {c.NoteOverdue, c.ExpireLease, c.CutOff, c.MakeOfficial}
_AT_ANY_TIME = {c.CatchUp, c.NoteOrder, *_SAID_BY_THE_CLOCK}
"""They come when they come; too late, they change nothing."""
