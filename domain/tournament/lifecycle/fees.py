"""What the payments of entries are to know of the tournament."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from domain.match.errors import CommandRefused
from domain.payment.terms import EntryFacts, GivesBack, Standing, Terms
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import Entry, EntryStatus, TournamentState

Place = tuple[int, int]
"""Version and number of an entry: how far the movements of entries with a fee have been told."""
NOWHERE: Place = (0, 0)

_NOT_STARTED = frozenset(
    {
        Phase.DRAFT,
        Phase.REGISTRATION_OPEN,
        Phase.REGISTRATION_CLOSED,
        Phase.DRAWN,
        Phase.SCHEDULED,
        Phase.CANCELLED,
    }
)
_STANDINGS = {EntryStatus.PENDING_PAYMENT: Standing.RESERVED, EntryStatus.CONFIRMED: Standing.CONFIRMED}


def stamped(before: TournamentState, after: TournamentState) -> TournamentState:
    """``after``, with its version on the entries whose payments must hear of what happened."""
    if after.entries is before.entries and after.phase is before.phase:
        return after
    moved = {
        team: replace(entry, fee_version=after.version)
        for team, entry in after.entries.items()
        if entry.reserved_until is not None
        and _heard(before, before.entries.get(team)) != _heard(after, entry)
    }
    return replace(after, entries={**after.entries, **moved}) if moved else after


def _heard(state: TournamentState, entry: Entry | None) -> tuple[object, ...]:
    if entry is None:
        return ()
    return entry.number, _standing(state, entry), _gives_back(state, entry), _closed(state)


def moved_since(state: TournamentState, place: Place, limit: int) -> list[Entry]:
    """The entries whose payments must hear of what happened after ``place``, in order, at most ``limit``."""
    moved = (entry for entry in _with_fee(state) if place_of(entry) > place)
    return sorted(moved, key=place_of)[:limit]


def last_moved(state: TournamentState) -> Place:
    """The place of the last movement."""
    return max(map(place_of, _with_fee(state)), default=NOWHERE)


def place_of(entry: Entry) -> Place:
    return entry.fee_version, entry.number


def entry_to_pay(state: TournamentState, team: str) -> Entry:
    """The entry of a team, for which a fee is or was due. Raises CommandRefused."""
    entry = state.entry(team)
    if entry.reserved_until is None:
        raise CommandRefused(
            "payment_not_due",
            f"nothing is to be paid for {entry.name}: its entry is {entry.status}",
            detail={"status": entry.status.value},
        )
    return entry


def facts_of(state: TournamentState, number: int) -> EntryFacts:
    """Where the entry with this number stands, for its payment. Raises CommandRefused."""
    entry = entry_numbered(state, number)
    cancelled = state.phase is Phase.CANCELLED and entry.status in _STANDINGS
    return EntryFacts(
        version=state.version,
        standing=_standing(state, entry),
        reserved_until=entry.reserved_until,
        gives_back=_gives_back(state, entry),
        left_at=entry.left_at,
        reason=f"the tournament was cancelled: {state.cancelled}" if cancelled else entry.reason,
        closed=_closed(state),
    )


def terms_of(state: TournamentState, tournament_id: UUID, number: int) -> Terms:
    """What the entry with this number costs, and on which terms. Raises CommandRefused."""
    entry, registration = entry_numbered(state, number), state.rules.registration
    if entry.reserved_until is None or registration.entry_fee is None:
        raise CommandRefused("payment_not_due", f"nothing is to be paid for {entry.name}")
    return Terms(
        tournament=tournament_id,
        tournament_name=state.name,
        team=entry.team,
        team_name=entry.name,
        number=number,
        fee=registration.entry_fee,
        policy=registration.refund_policy,
        clock=state.rules.clock,
    )


def entry_numbered(state: TournamentState, number: int) -> Entry:
    """The entry with this number, also of a team that has left. Raises CommandRefused."""
    for entry in (*state.entries.values(), *state.former_entries):
        if entry.number == number:
            return entry
    raise CommandRefused("team_not_entered", f"there is no entry {number}", detail={"number": number})


def _with_fee(state: TournamentState) -> Iterable[Entry]:
    current = (entry for entry in state.entries.values() if entry.reserved_until is not None)
    return (*current, *state.former_entries)


def _standing(state: TournamentState, entry: Entry) -> Standing:
    if state.phase is Phase.CANCELLED:
        return Standing.OUT
    return _STANDINGS.get(entry.status, Standing.OUT)


def _gives_back(state: TournamentState, entry: Entry) -> GivesBack:
    """All to who never had the place for good or whose tournament is cancelled; by policy to who withdrew in
    time; nothing to who was put out."""
    if _standing(state, entry) is not Standing.OUT:
        return GivesBack.NOTHING
    if not entry.confirmed or entry.status in _STANDINGS:
        return GivesBack.ALL
    if entry.status is EntryStatus.WITHDRAWN and entry.refundable:
        return GivesBack.BY_POLICY
    return GivesBack.NOTHING


def _closed(state: TournamentState) -> bool:
    return state.phase not in _NOT_STARTED
