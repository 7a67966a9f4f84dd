"""What comes next in a tournament by itself, and when."""

from collections.abc import Iterator
from datetime import timedelta

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


def agenda(state: TournamentState) -> tuple[TournamentDue, ...]:
    """What is due, in order of time. Carried out, or made needless, it is not there any more."""
    if state.settings is None:
        return ()
    dues = [
        *_deadlines(state),
        *_reminders(state),
        *_offers(state),
        *_reservations(state),
        *_start(state),
        *_sessions(state),
        *_end(state),
    ]
    return tuple(sorted(dues, key=lambda due: (due.at, due.name, due.subject)))


def _deadlines(state: TournamentState) -> Iterator[TournamentDue]:
    possible = {
        Deadline.REGISTRATION_OPENS: state.phase is Phase.DRAFT,
        Deadline.REGISTRATION_CLOSES: state.phase is Phase.REGISTRATION_OPEN,
        Deadline.ROSTER_LOCK: state.phase is not Phase.DRAFT and state.phase not in _OVER,
        Deadline.CHECK_IN_CLOSES: state.phase in BEFORE_DRAW and state.rules.registration.check_in_required,
    }
    for deadline, at in state.deadlines.items():
        if possible[deadline] and not has_passed(state, deadline):
            yield Due(name=deadline.value, at=at, command=_COMMANDS[deadline])


def _reminders(state: TournamentState) -> Iterator[TournamentDue]:
    if state.phase in _OVER:
        return
    for deadline, falls_at in state.deadlines.items():
        if has_passed(state, deadline) or _without_check_in(state, deadline):
            continue
        for hours in state.rules.registration.reminder_hours:
            at = falls_at - timedelta(hours=hours)
            if (deadline, at) not in state.reminded:
                yield Due(
                    name=f"reminder: {deadline.value}", at=at, command=c.RemindOf(deadline=deadline, at=at)
                )


def _without_check_in(state: TournamentState, deadline: Deadline) -> bool:
    return deadline is Deadline.CHECK_IN_CLOSES and not state.rules.registration.check_in_required


def _offers(state: TournamentState) -> Iterator[TournamentDue]:
    if state.phase not in BEFORE_DRAW:
        return
    for entry in state.entries.values():
        if entry.status is EntryStatus.OFFERED and entry.offer_expires_at is not None:
            yield Due(
                name="offer expires",
                at=entry.offer_expires_at,
                subject=entry.team,
                command=c.DeclineOffer(team=entry.team, expired=True),
            )


def _reservations(state: TournamentState) -> Iterator[TournamentDue]:
    """As long as there is a draw to come; after it nobody is unpaid."""
    if state.phase not in BEFORE_DRAW:
        return
    for entry in state.entries.values():
        if entry.status is EntryStatus.PENDING_PAYMENT and entry.reserved_until is not None:
            yield Due(
                name="reservation expires",
                at=entry.reserved_until,
                subject=entry.team,
                command=c.ReleaseReservation(team=entry.team),
            )


def _start(state: TournamentState) -> Iterator[TournamentDue]:
    if state.phase is not Phase.SCHEDULED:
        return
    starts = [match.placement.starts_at for match in state.matches.values() if match.placement]
    if starts:
        yield Due(name="tournament starts", at=min(starts), command=c.StartTournament())


def _sessions(state: TournamentState) -> Iterator[TournamentDue]:
    """A match day begins some hours before its match, once it is known who plays."""
    if state.phase not in BEING_PLAYED:
        return
    before = timedelta(hours=state.rules.session.opens_hours_before)
    for match in state.matches.values():
        if match.status is MatchStatus.SCHEDULED and match.teams and match.placement:
            yield Due(
                name="session opens",
                at=match.placement.starts_at - before,
                subject=match.node,
                command=c.OpenSession(node=match.node),
            )


def _end(state: TournamentState) -> Iterator[TournamentDue]:
    settles = settles_at(state)
    if settles is not None:
        yield Due(name="dispute window ends", at=settles, command=c.SettleTournament())
    if state.phase is Phase.SETTLED and state.settled_at is not None:
        yield Due(
            name="archived",
            at=state.settled_at + timedelta(days=state.rules.archive_days),
            command=c.ArchiveTournament(),
        )
