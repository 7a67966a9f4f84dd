"""What happens in a session by itself, and when."""

from collections.abc import Iterator
from typing import Literal

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


def agenda(state: SessionState) -> tuple[Due[SessionCommand], ...]:
    """Everything that is due unless something happens before, in order of time; what is past is overdue."""
    if state.match is None or state.phase in FINAL:
        return ()
    return tuple(sorted(_dues(state), key=lambda due: due.at))


def _dues(state: SessionState) -> Iterator[Due[SessionCommand]]:
    for what, name in NAMES.items():
        at = deadline(state, what)
        if at is not None:
            yield Due(name=name, at=at, command=NoteOverdue(what=what))
    cut_off = deadline(state, "cut-off")
    if cut_off is not None:
        yield Due(name="cut-off", at=cut_off, command=CutOff())
    silent = expires_at(state)
    if state.lease is not None and silent is not None:
        yield Due(name="lease expires", at=silent, command=ExpireLease(), subject=state.lease.scorer)
    if state.proposal is not None and state.phase is Phase.RESULT_PROPOSED:
        yield Due(name="result official", at=state.proposal.confirm_by, command=MakeOfficial())
