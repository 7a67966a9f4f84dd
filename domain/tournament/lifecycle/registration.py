"""Entries: who takes part, who waits, who leaves."""

from datetime import datetime, timedelta

from domain.lines import Refusals
from domain.match.errors import CommandRefused
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.evolve import evolve
from domain.tournament.lifecycle.phases import require_phase
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.squads import check_squad
from domain.tournament.lifecycle.state import Entry, EntryStatus, TournamentState
from domain.tournament.lifecycle.waitlist import BEFORE_DRAW, places_left, with_offers

Events = list[e.TournamentEvent]


def submit(state: TournamentState, command: c.SubmitEntry, now: datetime) -> Events:
    """A team enters: it has a place, or stands at the end of the waitlist."""
    _check_open(state, late=command.late)
    _check_name(state, command)
    if command.team == state.rules.organiser:
        raise CommandRefused(
            "organiser_is_a_team", f"{command.team} is the payee of the organiser, and no team"
        )
    if command.players:
        check_squad(state, command.team, command.players, now)
    waits = bool(state.waiting()) or places_left(state) < 1
    if waits and not state.rules.registration.waitlist:
        capacity = state.rules.registration.capacity
        raise CommandRefused(
            "tournament_full",
            f"all {capacity} places are taken, and there is no waitlist",
            detail={"capacity": capacity},
        )
    return [
        e.EntrySubmitted(
            team=command.team,
            name=" ".join(command.name.split()),
            at=now,
            waits=waits,
            short_name=command.short_name,
            home_grounds=command.home_grounds,
            players=command.players,
            late=state.phase is Phase.REGISTRATION_CLOSED,
            reserved_until=None if waits else _reserved_until(state, now),
        )
    ]


def _reserved_until(state: TournamentState, now: datetime) -> datetime | None:
    """How long a place is kept unpaid; None where it costs nothing."""
    registration = state.rules.registration
    return now + timedelta(minutes=registration.reserve_minutes) if registration.entry_fee else None


def submit_all(state: TournamentState, command: c.SubmitEntries, now: datetime) -> Events:
    """Many entries, all or none; each that cannot be taken is named."""
    if not command.entries:
        raise CommandRefused("no_entries", "there is no entry among what was sent")
    _check_open(state, late=any(entry.late for entry in command.entries))
    events: Events = []
    refused = Refusals()
    for index, entry in enumerate(command.entries):
        try:
            submitted = submit(state, entry, now)
        except CommandRefused as refusal:
            refused.add(refusal, (index, entry.team))
            continue
        for event in submitted:
            state = evolve(state, event)
        events += submitted
    refused.check()
    return events


def confirm(state: TournamentState, command: c.ConfirmEntry, now: datetime) -> Events:
    """What the entry waited for is there."""
    entry = _numbered(state.entry(command.team), command.number)
    if entry.status is EntryStatus.CONFIRMED:
        return []
    if entry.status is not EntryStatus.PENDING_PAYMENT:
        raise CommandRefused(
            "entry_not_pending",
            f"the entry of {entry.name} is {entry.status}: there is nothing to confirm",
            detail={"status": entry.status.value},
        )
    if state.phase is Phase.CANCELLED:
        raise CommandRefused("tournament_over", f"the tournament was cancelled: {state.cancelled}")
    return [e.EntryConfirmed(team=command.team)]


def release(state: TournamentState, command: c.ReleaseReservation, now: datetime) -> Events:
    """The next on the waitlist is offered the place that was not paid for in time."""
    entry = state.entry(command.team)
    if entry.status is not EntryStatus.PENDING_PAYMENT or entry.reserved_until is None:
        return []
    if now < entry.reserved_until:
        raise CommandRefused(
            "reservation_open",
            f"the place of {entry.name} is kept until {entry.reserved_until:%Y-%m-%d %H:%M}",
            detail={"reserved_until": entry.reserved_until.isoformat()},
        )
    return with_offers(state, [e.ReservationExpired(team=command.team)], now)


def accept_offer(state: TournamentState, command: c.AcceptOffer, now: datetime) -> Events:
    """A waiting team takes the place it was offered."""
    entry = _offered(state, command.team)
    if entry.offer_expires_at is not None and now > entry.offer_expires_at:
        raise CommandRefused(
            "offer_expired",
            f"the offer to {entry.name} ended at {entry.offer_expires_at:%Y-%m-%d %H:%M}",
            detail={"expired_at": entry.offer_expires_at.isoformat()},
        )
    return [e.OfferAccepted(team=command.team, reserved_until=_reserved_until(state, now))]


def decline_offer(state: TournamentState, command: c.DeclineOffer, now: datetime) -> Events:
    """The team does not want the place, or the deadline of the offer has passed: the next is offered it."""
    entry = _offered(state, command.team)
    if command.expired and entry.offer_expires_at is not None and now < entry.offer_expires_at:
        raise CommandRefused(
            "offer_open",
            f"the offer to {entry.name} is open until {entry.offer_expires_at:%Y-%m-%d %H:%M}",
            detail={"expires_at": entry.offer_expires_at.isoformat()},
        )
    return with_offers(state, [e.OfferDeclined(team=command.team, expired=command.expired)], now)


def check_in(state: TournamentState, command: c.CheckIn, now: datetime) -> Events:
    """The team says that it is there."""
    entry = state.entry(command.team)
    require_phase(state, BEFORE_DRAW, "check-in is before the draw")
    if state.check_in_closed:
        raise CommandRefused("check_in_over", "check-in has closed; ask the organiser")
    if entry.status is not EntryStatus.CONFIRMED:
        raise CommandRefused(
            "entry_not_confirmed",
            f"the entry of {entry.name} is {entry.status}; only confirmed entries check in",
            detail={"status": entry.status.value},
        )
    return [] if entry.checked_in else [e.TeamCheckedIn(team=command.team)]


def close_check_in(state: TournamentState, command: c.CloseCheckIn, now: datetime) -> Events:
    """Those confirmed who did not check in lose their place; it is offered to those who wait."""
    require_phase(state, BEFORE_DRAW, "check-in is before the draw")
    if not state.rules.registration.check_in_required:
        raise CommandRefused("no_check_in", "this tournament has no check-in")
    if state.check_in_closed:
        raise CommandRefused("check_in_over", "check-in has closed already")
    missing = tuple(
        entry.team
        for entry in state.entries.values()
        if entry.status is EntryStatus.CONFIRMED and not entry.checked_in
    )
    return with_offers(state, [e.CheckInClosed(missing=missing)], now)


def withdraw(state: TournamentState, command: c.WithdrawEntry, now: datetime) -> Events:
    """Before the draw the next on the waitlist is offered the place; after it the opponents get the points."""
    entry = _numbered(_live(state, command.team), command.number)
    _check_not_over(state)
    drawn = command.team in state.seeds
    refundable = not drawn and entry.status in (EntryStatus.CONFIRMED, EntryStatus.PENDING_PAYMENT)
    event = e.EntryWithdrawn(team=command.team, reason=command.reason, refundable=refundable, at=now)
    return with_offers(state, [event], now)


def disqualify(state: TournamentState, command: c.DisqualifyTeam, now: datetime) -> Events:
    """The team is out. What it played stands or is void, what was to come is awarded or cancelled."""
    _live(state, command.team)
    _check_not_over(state)
    if not command.reason.strip():
        raise CommandRefused("reason_missing", "a team is disqualified for a reason; give it")
    event = e.TeamDisqualified(
        team=command.team, reason=command.reason, played=command.played, to_come=command.to_come
    )
    return [*with_offers(state, [event], now), *_voided(state, command)]


def _voided(state: TournamentState, command: c.DisqualifyTeam) -> Events:
    """Results in tables can be taken out; who went through in a knockout went through."""
    if command.played == "stand" or state.structure is None:
        return []
    counted = {node.id for node in state.structure.nodes if node.table is not None}
    return [
        e.ResultVoided(node=match.node, reason=f"{state.name_of(command.team)} was disqualified")
        for match in state.matches.values()
        if match.node in counted and match.summary is not None and command.team in match.summary.teams
    ]


def _check_open(state: TournamentState, *, late: bool) -> None:
    if state.phase is Phase.REGISTRATION_OPEN or (late and state.phase is Phase.REGISTRATION_CLOSED):
        return
    if state.phase is Phase.REGISTRATION_CLOSED:
        raise CommandRefused(
            "registration_closed", "registration has closed; the organiser can enter a team late"
        )
    if state.phase is Phase.DRAFT:
        raise CommandRefused("registration_not_open", "registration has not opened yet")
    raise CommandRefused(
        "too_late_to_enter",
        f"the tournament is {state.phase}; no team can enter any more",
        detail={"phase": state.phase.value},
    )


def _check_name(state: TournamentState, command: c.SubmitEntry) -> None:
    if not command.team.strip() or not command.name.strip():
        raise CommandRefused("team_name_missing", "a team needs an id and a name")
    former = state.entries.get(command.team)
    if former is not None and former.live:
        raise CommandRefused("team_entered_already", f"{former.name} has entered already")
    if former is not None and former.status is EntryStatus.DISQUALIFIED:
        raise CommandRefused("team_disqualified", f"{former.name} was disqualified: {former.reason}")
    for entry in state.entries.values():
        if entry.live and same_name(entry.name) == same_name(command.name):
            raise CommandRefused(
                "team_name_taken",
                f"a team named {entry.name} has entered already; choose another name",
                detail={"team": entry.team},
            )


def same_name(name: str) -> str:
    """Equal for names that differ only in case and spaces."""
    return "".join(name.split()).casefold()


def _offered(state: TournamentState, team: str) -> Entry:
    entry = state.entry(team)
    if entry.status is not EntryStatus.OFFERED:
        raise CommandRefused(
            "no_offer",
            f"no place is offered to {entry.name}: its entry is {entry.status}",
            detail={"status": entry.status.value},
        )
    return entry


def _live(state: TournamentState, team: str) -> Entry:
    entry = state.entry(team)
    if not entry.live:
        raise CommandRefused(
            "entry_over",
            f"the entry of {entry.name} is {entry.status} already",
            detail={"status": entry.status.value},
        )
    return entry


def _numbered(entry: Entry, number: int | None) -> Entry:
    """The entry, if it is the one that is meant."""
    if number not in (None, entry.number):
        raise CommandRefused(
            "entry_over",
            f"{entry.name} left and has entered anew since",
            detail={"number": entry.number},
        )
    return entry


def _check_not_over(state: TournamentState) -> None:
    if state.phase in (Phase.COMPLETED, Phase.SETTLED, Phase.ARCHIVED, Phase.CANCELLED):
        raise CommandRefused(
            "tournament_over", f"the tournament is {state.phase}", detail={"phase": state.phase.value}
        )
