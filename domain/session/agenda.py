"""What happens in a session by itself, and when."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Literal, NamedTuple

from domain.agenda import Due
from domain.session.commands import CutOff, ExpireLease, MakeOfficial, NoteOverdue, SessionCommand
from domain.session.deadlines import deadline
from domain.session.lease import expires_at
from domain.session.state import FINAL, Phase, SessionState

What = Literal["line-ups", "toss", "officials", "start", "innings break", "super over", "dispute answer"]

NAMES: dict[What, str] = {
    "line-ups": "line-ups due",
    "toss": "toss due",
    "officials": "officials due",
    "start": "start due",
    "innings break": "innings break over",
    "super over": "super over due",
    "dispute answer": "dispute answer due",
}
"""How an operator reads a deadline."""


class Coming(NamedTuple):
    """When something is due, what is done then, and about whom."""

    at: datetime
    command: SessionCommand
    subject: str = ""


def agenda(state: SessionState) -> tuple[Due[SessionCommand], ...]:
    """Everything that is due unless something happens before, in order of time; what is past is overdue."""
    if state.match is None or state.phase in FINAL:
        return ()
    dues = [
        Due(name=name, at=coming.at, subject=coming.subject, command=coming.command)
        for name, find in DUES.items()
        if (coming := find(state)) is not None
    ]
    return tuple(sorted(dues, key=lambda due: due.at))


def _overdue(what: What, state: SessionState) -> Coming | None:
    at = deadline(state, what)
    return None if at is None else Coming(at, NoteOverdue(what=what))


def _cut_off(state: SessionState) -> Coming | None:
    at = deadline(state, "cut-off")
    return None if at is None else Coming(at, CutOff())


def _lease(state: SessionState) -> Coming | None:
    silent = expires_at(state)
    if state.lease is None or silent is None:
        return None
    return Coming(silent, ExpireLease(), state.lease.scorer)


def _official(state: SessionState) -> Coming | None:
    if state.proposal is None or state.phase is not Phase.RESULT_PROPOSED:
        return None
    return Coming(state.proposal.confirm_by, MakeOfficial())


DUES: dict[str, Callable[[SessionState], Coming | None]] = {
    **{name: partial(_overdue, what) for what, name in NAMES.items()},
    "cut-off": _cut_off,
    "lease expires": _lease,
    "result official": _official,
}
"""Everything that can be due, by the name an operator reads: there is no other way onto the agenda."""
