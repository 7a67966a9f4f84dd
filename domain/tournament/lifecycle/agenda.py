"""What comes next in a tournament by itself, and when."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from domain.agenda import Due
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.phases import has_passed, settles_at
from domain.tournament.lifecycle.scheduling import BEING_PLAYED
from domain.tournament.lifecycle.settings import Deadline, Phase
from domain.tournament.lifecycle.state import EntryStatus, MatchStatus, TournamentState
from domain.tournament.lifecycle.waitlist import BEFORE_DRAW

TournamentDue = Due[c.TournamentCommand]

_COMMANDS: dict[Deadline, c.TournamentCommand] = {
    Deadline.REGISTRATION_OPENS: c.OpenRegistration(),
    Deadline.REGISTRATION_CLOSES: c.CloseRegistration(),
    Deadline.ROSTER_LOCK: c.LockRosters(),
    Deadline.CHECK_IN_CLOSES: c.CloseCheckIn(),
}
_OVER = frozenset({Phase.COMPLETED, Phase.SETTLED, Phase.ARCHIVED, Phase.CANCELLED})


class Coming(NamedTuple):
    """When something is due, what is done then, and about what (a team, a match)."""

    at: datetime
    command: c.TournamentCommand
    subject: str = ""


def agenda(state: TournamentState) -> tuple[TournamentDue, ...]:
    """What is due, in order of time. Carried out, or made needless, it is not there any more."""
    if state.settings is None:
        return ()
    dues = [
        Due(name=name, at=coming.at, subject=coming.subject, command=coming.command)
        for name, find in DUES.items()
        for coming in find(state)
    ]
    return tuple(sorted(dues, key=lambda due: (due.at, due.name, due.subject)))


def _deadline(deadline: Deadline, state: TournamentState) -> Iterator[Coming]:
    at = state.deadlines.get(deadline)
    if at is not None and not has_passed(state, deadline) and _is_possible(deadline, state):
        yield Coming(at, _COMMANDS[deadline])


def _is_possible(deadline: Deadline, state: TournamentState) -> bool:
    match deadline:
        case Deadline.REGISTRATION_OPENS:
            return state.phase is Phase.DRAFT
        case Deadline.REGISTRATION_CLOSES:
            return state.phase is Phase.REGISTRATION_OPEN
        case Deadline.ROSTER_LOCK:
            return state.phase is not Phase.DRAFT and state.phase not in _OVER
        case Deadline.CHECK_IN_CLOSES:
            return state.phase in BEFORE_DRAW and state.rules.registration.check_in_required


def _reminders(deadline: Deadline, state: TournamentState) -> Iterator[Coming]:
    falls_at = state.deadlines.get(deadline)
    if falls_at is None or state.phase in _OVER or has_passed(state, deadline):
        return
    if deadline is Deadline.CHECK_IN_CLOSES and not state.rules.registration.check_in_required:
        return
    for hours in state.rules.registration.reminder_hours:
        at = falls_at - timedelta(hours=hours)
        if (deadline, at) not in state.reminded:
            yield Coming(at, c.RemindOf(deadline=deadline, at=at))


def _offers(state: TournamentState) -> Iterator[Coming]:
    if state.phase not in BEFORE_DRAW:
        return
    for entry in state.entries.values():
        if entry.status is EntryStatus.OFFERED and entry.offer_expires_at is not None:
            yield Coming(entry.offer_expires_at, c.DeclineOffer(team=entry.team, expired=True), entry.team)


def _reservations(state: TournamentState) -> Iterator[Coming]:
    """As long as there is a draw to come; after it nobody is unpaid."""
    if state.phase not in BEFORE_DRAW:
        return
    for entry in state.entries.values():
        if entry.status is EntryStatus.PENDING_PAYMENT and entry.reserved_until is not None:
            yield Coming(entry.reserved_until, c.ReleaseReservation(team=entry.team), entry.team)


def _start(state: TournamentState) -> Iterator[Coming]:
    if state.phase is not Phase.SCHEDULED:
        return
    starts = [match.placement.starts_at for match in state.matches.values() if match.placement]
    if starts:
        yield Coming(min(starts), c.StartTournament())


def _sessions(state: TournamentState) -> Iterator[Coming]:
    """A match day begins some hours before its match, once it is known who plays."""
    if state.phase not in BEING_PLAYED:
        return
    before = timedelta(hours=state.rules.session.opens_hours_before)
    for match in state.matches.values():
        if match.status is MatchStatus.SCHEDULED and match.teams and match.placement:
            yield Coming(match.placement.starts_at - before, c.OpenSession(node=match.node), match.node)


def _settling(state: TournamentState) -> Iterator[Coming]:
    settles = settles_at(state)
    if settles is not None:
        yield Coming(settles, c.SettleTournament())


def _archiving(state: TournamentState) -> Iterator[Coming]:
    if state.phase is Phase.SETTLED and state.settled_at is not None:
        yield Coming(state.settled_at + timedelta(days=state.rules.archive_days), c.ArchiveTournament())


DUES: dict[str, Callable[[TournamentState], Iterable[Coming]]] = {
    **{deadline.value: partial(_deadline, deadline) for deadline in Deadline},
    **{f"reminder: {deadline.value}": partial(_reminders, deadline) for deadline in Deadline},
    "offer expires": _offers,
    "reservation expires": _reservations,
    "tournament starts": _start,
    "session opens": _sessions,
    "dispute window ends": _settling,
    "archived": _archiving,
}
"""Everything that can be due, by the name an operator reads: there is no other way onto the agenda."""
