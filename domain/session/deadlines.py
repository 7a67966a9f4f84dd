"""What ought to be done by when. A deadline passed is noted, and somebody is told; most change nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

from domain.session import commands as c
from domain.session import events as e
from domain.session.officials import unconfirmed_roles
from domain.session.state import BEFORE_PLAY, UNDECIDED, Phase, SessionState


def note_overdue(state: SessionState, command: c.NoteOverdue, now: datetime) -> list[e.SessionEvent]:
    """Done in the meantime, moved, or noted before: it changes nothing."""
    due_at = deadline(state, command.what)
    if due_at is None or now < due_at:
        return []
    missed = e.DeadlineMissed(what=command.what, due_at=due_at)
    if command.what == "super over":
        return [missed, e.PlayCalledOff(reason="no super over", played=True)]
    return [missed]


def deadline(state: SessionState, what: str) -> datetime | None:
    """When ``what`` is due; None if it is done, was noted as missed, or does not apply."""
    if (what, len(state.facts.innings)) in state.missed:
        return None
    return DEADLINES[what](state)


def _line_ups(state: SessionState) -> datetime | None:
    minutes = state.settings.line_ups_due_minutes_before
    return _before_start(state, minutes) if len(state.facts.line_ups) < 2 else None


def _toss(state: SessionState) -> datetime | None:
    return _before_start(state, state.settings.toss_minutes_before) if not state.facts.toss_made else None


def _officials(state: SessionState) -> datetime | None:
    return _before_start(state, state.settings.toss_minutes_before) if unconfirmed_roles(state) else None


def _start(state: SessionState) -> datetime | None:
    return _before_start(state, -state.settings.late_start_minutes)


def _before_start(state: SessionState, minutes: float) -> datetime | None:
    """Minutes before the scheduled start, as long as play has not begun."""
    if state.facts.innings or state.phase not in _WAITING:
        return None
    return state.start - timedelta(minutes=minutes)


_WAITING = BEFORE_PLAY | {Phase.POSTPONED}


def _innings_break(state: SessionState) -> datetime | None:
    return None if state.facts.level else _break_over(state, state.settings.innings_break_minutes)


def _super_over(state: SessionState) -> datetime | None:
    return _break_over(state, state.settings.super_over_minutes) if state.facts.level else None


def _break_over(state: SessionState, minutes: float) -> datetime | None:
    began = state.facts.active_at or state.phase_since
    if state.phase is not Phase.INNINGS_BREAK or began is None:
        return None
    return began + timedelta(minutes=minutes)


def _dispute_answer(state: SessionState) -> datetime | None:
    if state.dispute is None or state.dispute.answers or state.phase is not Phase.DISPUTED:
        return None
    return state.dispute.answer_by


def _cut_off(state: SessionState) -> datetime | None:
    return state.cut_off if state.phase in UNDECIDED else None


DEADLINES: dict[str, Callable[[SessionState], datetime | None]] = {
    "line-ups": _line_ups,
    "toss": _toss,
    "officials": _officials,
    "start": _start,
    "innings break": _innings_break,
    "super over": _super_over,
    "dispute answer": _dispute_answer,
    "cut-off": _cut_off,
}
"""By the names of ``NoteOverdue``, and the cut-off, by which more ends than a deadline."""
