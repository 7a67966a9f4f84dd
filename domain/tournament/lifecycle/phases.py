"""The phases of a tournament and the deadlines between them."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from itertools import pairwise

from domain.match.errors import CommandRefused
from domain.money.money import refuse_unless_chargeable
from domain.money.prizes import refuse_if_invalid as refuse_prizes_if_invalid
from domain.money.refund_policy import refuse_if_invalid as refuse_policy_if_invalid
from domain.tournament.fixtures.calendar import is_time_zone
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.settings import Deadline, Deadlines, Phase, TournamentSettings
from domain.tournament.lifecycle.size import structure_of
from domain.tournament.lifecycle.state import EntryStatus, MatchStatus, TournamentState

Events = list[e.TournamentEvent]

ORDER = (
    Deadline.REGISTRATION_OPENS,
    Deadline.REGISTRATION_CLOSES,
    Deadline.CHECK_IN_CLOSES,
)
"""Deadlines that follow each other. The rosters may lock at any time once registration is open."""


def require_phase(state: TournamentState, phases: AbstractSet[Phase], why: str) -> None:
    """Raise CommandRefused unless the tournament is in one of ``phases``."""
    state.rules  # noqa: B018 - refuses a tournament that does not exist
    if state.phase not in phases:
        raise CommandRefused(
            "wrong_phase",
            f"the tournament is {state.phase}: {why}",
            detail={"phase": state.phase.value, "phases": [one.value for one in Phase if one in phases]},
        )


def create(state: TournamentState, command: c.CreateTournament, now: datetime) -> Events:
    if state.version:
        raise CommandRefused("tournament_exists", "the tournament exists already")
    name = _name(command.name)
    check_settings(command.settings)
    return [e.TournamentCreated(name=name, settings=command.settings, season=command.season)]


def change_settings(state: TournamentState, command: c.ChangeSettings, now: datetime) -> Events:
    require_phase(state, {Phase.DRAFT}, "its settings can be changed in draft only")
    settings = command.settings or state.rules
    check_settings(settings)
    name = state.name if command.name is None else _name(command.name)
    if (name, settings) == (state.name, state.rules):
        return []
    return [e.SettingsChanged(name=name, settings=settings)]


def open_registration(state: TournamentState, command: c.OpenRegistration, now: datetime) -> Events:
    require_phase(state, {Phase.DRAFT}, "registration opens once, from draft")
    return [e.RegistrationOpened()]


def close_registration(state: TournamentState, command: c.CloseRegistration, now: datetime) -> Events:
    require_phase(state, {Phase.REGISTRATION_OPEN}, "registration is not open")
    return [e.RegistrationClosed()]


def move_deadline(state: TournamentState, command: c.MoveDeadline, now: datetime) -> Events:
    """A deadline that has not passed gets another time, or none: it then waits for the organiser."""
    if has_passed(state, command.deadline):
        raise CommandRefused(
            "deadline_passed",
            f"{command.deadline} has happened already; it cannot be moved",
            detail={"deadline": command.deadline.value},
        )
    if command.at is not None and command.at <= now:
        raise CommandRefused(
            "deadline_in_past", "a deadline is moved to a time to come; to let it happen now, say so itself"
        )
    if command.at == state.deadlines.get(command.deadline):
        return []
    moved = {name: at for name, at in state.deadlines.items() if not has_passed(state, name)}
    moved.pop(command.deadline, None)
    if command.at is not None:
        moved[command.deadline] = command.at
    check_deadlines(moved)
    return [e.DeadlineMoved(deadline=command.deadline, at=command.at, reason=command.reason)]


def move_dispute_window(state: TournamentState, command: c.MoveDisputeWindow, now: datetime) -> Events:
    """It is open as long as the tournament is completed and not settled."""
    require_phase(state, {Phase.COMPLETED}, "its window for disputes opens with the last result")
    if command.ends_at <= now:
        raise CommandRefused(
            "deadline_in_past", "the window is moved to a time to come; to end it now, settle the tournament"
        )
    if command.ends_at == (state.settles_on or settles_at(state)):
        return []
    return [e.DisputeWindowMoved(ends_at=command.ends_at, reason=command.reason)]


def remind(state: TournamentState, command: c.RemindOf, now: datetime) -> Events:
    """Tell those concerned that a deadline comes near. ``at`` is when the reminder was due."""
    falls_at = state.deadlines.get(command.deadline)
    if falls_at is None or has_passed(state, command.deadline):
        return []
    if (command.deadline, command.at) in state.reminded:
        return []
    teams = _concerned(state, command.deadline)
    return [e.DeadlineApproached(deadline=command.deadline, at=command.at, falls_at=falls_at, teams=teams)]


def _concerned(state: TournamentState, deadline: Deadline) -> tuple[str, ...]:
    """Who has still to do something before a deadline."""
    match deadline:
        case Deadline.REGISTRATION_OPENS:
            return ()
        case Deadline.REGISTRATION_CLOSES:
            unsettled = (EntryStatus.PENDING_PAYMENT, EntryStatus.OFFERED)
            return tuple(entry.team for entry in state.entries.values() if entry.status in unsettled)
        case Deadline.ROSTER_LOCK:
            minimum = state.rules.squads.minimum_players
            return tuple(entry.team for entry in state.holding() if len(entry.players) < minimum)
        case Deadline.CHECK_IN_CLOSES:
            return tuple(entry.team for entry in state.holding() if not entry.checked_in)


def cancel(state: TournamentState, command: c.CancelTournament, now: datetime) -> Events:
    """From anywhere before it is settled: open sessions are cancelled, entries are to be refunded."""
    before_settled = frozenset(Phase) - {Phase.SETTLED, Phase.ARCHIVED, Phase.CANCELLED}
    require_phase(state, before_settled, "it can be cancelled until it is settled")
    if not command.reason.strip():
        raise CommandRefused("reason_missing", "a tournament is cancelled for a reason; give it")
    paying = (EntryStatus.PENDING_PAYMENT, EntryStatus.CONFIRMED)
    return [
        e.TournamentCancelled(
            reason=command.reason,
            sessions=tuple(m.node for m in state.matches.values() if m.status is MatchStatus.OPEN),
            refundable=tuple(one.team for one in state.entries.values() if one.status in paying),
        )
    ]


def start(state: TournamentState, command: c.StartTournament, now: datetime) -> Events:
    require_phase(state, {Phase.SCHEDULED}, "it starts when its fixtures are set, and once")
    return [e.TournamentStarted()]


def settle(state: TournamentState, command: c.SettleTournament, now: datetime) -> Events:
    """The results are final: nothing can be corrected or disputed any more."""
    require_phase(state, {Phase.COMPLETED}, "it is settled when the champion is known")
    if state.held:
        raise CommandRefused(
            "correction_held",
            "a correction waits for a ruling; apply or reject it first",
            detail={"nodes": sorted(state.held)},
        )
    return [e.TournamentSettled(at=now, champion=state.champion)]


def archive(state: TournamentState, command: c.ArchiveTournament, now: datetime) -> Events:
    require_phase(state, {Phase.SETTLED}, "it is archived when it is settled")
    return [e.TournamentArchived()]


# --- settings and deadlines --------------------------------------------------------------------------------


def check_settings(settings: TournamentSettings) -> None:
    """Raise CommandRefused if a tournament could not be run by these settings."""
    registration, squads = settings.registration, settings.squads
    if not 2 <= registration.minimum_teams <= registration.capacity:
        raise CommandRefused(
            "capacity_invalid", "minimum_teams is at least 2, and capacity no less than that"
        )
    if registration.offer_hours <= 0 or any(hours <= 0 for hours in registration.reminder_hours):
        raise CommandRefused("hours_invalid", "offer_hours and reminder_hours are more than 0")
    _check_money(settings)
    if settings.dispute_hours < 0 or settings.archive_days < 0:
        raise CommandRefused("hours_invalid", "dispute_hours and archive_days are not negative")
    if not 0 <= squads.minimum_players <= squads.maximum_players:
        raise CommandRefused("squad_rules_invalid", "minimum_players is at most maximum_players")
    if squads.youngest is not None and squads.oldest is not None and squads.youngest > squads.oldest:
        raise CommandRefused("squad_rules_invalid", "youngest is at most oldest")
    if settings.clock.speed <= 0:
        raise CommandRefused("clock_invalid", "the clock of a tournament goes forward: speed is more than 0")
    for venue in settings.fixtures.venues:
        if not is_time_zone(venue.time_zone):
            raise CommandRefused(
                "time_zone_unknown",
                f"{venue.name} is in the time zone {venue.time_zone!r}, which is unknown",
                detail={"venue": venue.id},
            )
    structure_of(settings.format, registration.capacity)
    check_deadlines(settings.deadlines)


def _check_money(settings: TournamentSettings) -> None:
    registration, prizes = settings.registration, settings.prizes
    if registration.reserve_minutes <= 0:
        raise CommandRefused("hours_invalid", "reserve_minutes is more than 0")
    refuse_policy_if_invalid(registration.refund_policy)
    if registration.entry_fee is not None:
        refuse_unless_chargeable(registration.entry_fee)
    sums = (registration.entry_fee, prizes.pool, *(prize.fixed for prize in prizes.prizes))
    currency = next((money.currency for money in sums if money is not None), None)
    if currency is not None:
        refuse_prizes_if_invalid(prizes, currency)


def check_deadlines(deadlines: Deadlines) -> None:
    """Raise CommandRefused if deadlines do not follow each other as they must."""
    for earlier, later in pairwise(one for one in ORDER if one in deadlines):
        if deadlines[earlier] >= deadlines[later]:
            raise CommandRefused(
                "deadlines_out_of_order",
                f"{earlier} is before {later}",
                detail={"earlier": earlier.value, "later": later.value},
            )


def has_passed(state: TournamentState, deadline: Deadline) -> bool:
    """Has what the deadline is about happened, by the clock or by the organiser?"""
    match deadline:
        case Deadline.REGISTRATION_OPENS:
            return state.phase is not Phase.DRAFT
        case Deadline.REGISTRATION_CLOSES:
            return state.phase not in (Phase.DRAFT, Phase.REGISTRATION_OPEN)
        case Deadline.ROSTER_LOCK:
            return state.rosters_locked
        case Deadline.CHECK_IN_CLOSES:
            return state.check_in_closed or state.structure is not None


def settles_at(state: TournamentState) -> datetime | None:
    """When the window for disputes ends; None as long as it has not begun, or a correction waits."""
    if state.phase is not Phase.COMPLETED or state.held or state.completed_at is None:
        return None
    if state.settles_on is not None:
        return state.settles_on
    last = max(state.completed_at, state.last_official_at or state.completed_at)
    return last + timedelta(hours=state.rules.dispute_hours)


def _name(name: str) -> str:
    if not name.strip():
        raise CommandRefused("tournament_name_missing", "a tournament needs a name")
    return " ".join(name.split())
