"""What each event of the entries, the squads and the check-in does to the state."""

from dataclasses import replace

from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.effects.changes import Effects, change_entry, with_
from domain.tournament.lifecycle.state import Entry, EntryStatus, Invitation, Out, TournamentState


def _submitted(state: TournamentState, event: e.EntrySubmitted) -> TournamentState:
    number = state.entries_made + 1
    entry = Entry(
        team=event.team,
        name=event.name,
        number=number,
        status=EntryStatus.WAITING if event.waits else EntryStatus.PENDING_PAYMENT,
        submitted_at=event.at,
        short_name=event.short_name,
        home_grounds=event.home_grounds,
        players=event.players,
        late=event.late,
        # Whoever comes in when check-in is over is there.
        checked_in=state.check_in_closed,
        reserved_until=event.reserved_until,
    )
    before = state.entries.get(event.team)
    former = (before,) if before is not None and before.reserved_until is not None else ()
    return replace(
        state,
        entries=with_(state.entries, event.team, entry),
        entries_made=number,
        former_entries=(*state.former_entries, *former),
    )


def _offered(state: TournamentState, event: e.PlaceOffered) -> TournamentState:
    return change_entry(state, event.team, status=EntryStatus.OFFERED, offer_expires_at=event.expires_at)


def _accepted(state: TournamentState, event: e.OfferAccepted) -> TournamentState:
    return change_entry(
        state,
        event.team,
        status=EntryStatus.PENDING_PAYMENT,
        offer_expires_at=None,
        checked_in=state.check_in_closed,
        reserved_until=event.reserved_until,
    )


def _expired(state: TournamentState, event: e.ReservationExpired) -> TournamentState:
    reason = "the fee was not paid in time"
    return change_entry(state, event.team, status=EntryStatus.PLACE_LOST, reason=reason)


def _confirmed(state: TournamentState, event: e.EntryConfirmed) -> TournamentState:
    return change_entry(state, event.team, status=EntryStatus.CONFIRMED, confirmed=True)


def _declined(state: TournamentState, event: e.OfferDeclined) -> TournamentState:
    reason = "the offer was not taken up in time" if event.expired else "the offer was declined"
    return change_entry(state, event.team, status=EntryStatus.DECLINED, offer_expires_at=None, reason=reason)


def _invited(state: TournamentState, event: e.CaptainInvited) -> TournamentState:
    invitation = Invitation(email=event.email, token_hash=event.token_hash, expires_at=event.expires_at)
    return change_entry(state, event.team, invitation=invitation)


def _captain(state: TournamentState, event: e.CaptainAppointed) -> TournamentState:
    invitation = state.entries[event.team].invitation
    used = replace(invitation, used=True) if invitation else None
    return change_entry(state, event.team, captain=event.captain, invitation=used)


def _transferred(state: TournamentState, event: e.PlayerTransferred) -> TournamentState:
    giving, taking = state.entries[event.from_team], state.entries[event.to_team]
    player = next(one for one in giving.players if one.id == event.player)
    state = change_entry(
        state, event.from_team, players=tuple(p for p in giving.players if p.id != event.player)
    )
    return change_entry(
        state,
        event.to_team,
        players=(*taking.players, player),
        transfers=taking.transfers + event.counts,
    )


def _permitted(state: TournamentState, event: e.PermitGranted) -> TournamentState:
    return replace(state, permits=with_(state.permits, event.player, event.reason))


def _check_in_closed(state: TournamentState, event: e.CheckInClosed) -> TournamentState:
    for team in event.missing:
        state = change_entry(
            state, team, status=EntryStatus.PLACE_LOST, reason="did not check in", refundable=False
        )
    return replace(state, check_in_closed=True)


def _withdrawn(state: TournamentState, event: e.EntryWithdrawn) -> TournamentState:
    state = change_entry(
        state,
        event.team,
        status=EntryStatus.WITHDRAWN,
        reason=event.reason,
        refundable=event.refundable,
        offer_expires_at=None,
        left_at=event.at,
    )
    if event.team not in state.seeds:
        return state
    out = Out(to_come="awarded", reason=f"{state.name_of(event.team)} withdrew")
    return replace(state, out=with_(state.out, event.team, out))


def _disqualified(state: TournamentState, event: e.TeamDisqualified) -> TournamentState:
    state = change_entry(
        state,
        event.team,
        status=EntryStatus.DISQUALIFIED,
        reason=event.reason,
        offer_expires_at=None,
    )
    if event.team not in state.seeds:
        return state
    out = Out(to_come=event.to_come, reason=f"{state.name_of(event.team)} was disqualified")
    return replace(state, out=with_(state.out, event.team, out))


EFFECTS: Effects = {
    e.EntrySubmitted: _submitted,
    e.EntryConfirmed: _confirmed,
    e.ReservationExpired: _expired,
    e.PlaceOffered: _offered,
    e.OfferAccepted: _accepted,
    e.OfferDeclined: _declined,
    e.CaptainInvited: _invited,
    e.CaptainAppointed: _captain,
    e.SquadNamed: lambda state, event: change_entry(state, event.team, players=event.players),
    e.PlayerTransferred: _transferred,
    e.PermitGranted: _permitted,
    e.RostersLocked: lambda state, _: replace(state, rosters_locked=True),
    e.TeamCheckedIn: lambda state, event: change_entry(state, event.team, checked_in=True),
    e.CheckInClosed: _check_in_closed,
    e.EntryWithdrawn: _withdrawn,
    e.TeamDisqualified: _disqualified,
}
