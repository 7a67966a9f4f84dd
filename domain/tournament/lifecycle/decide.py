"""From a command to events, or to a refusal with a code."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.tournament.lifecycle import (
    commands as c,
)
from domain.tournament.lifecycle import (
    corrections,
    drawing,
    officials,
    phases,
    registration,
    results,
    scheduling,
    squads,
)
from domain.tournament.lifecycle import (
    events as e,
)
from domain.tournament.lifecycle.consequences import with_consequences
from domain.tournament.lifecycle.state import TournamentState

Decision = Callable[[TournamentState, Any, datetime], list[e.TournamentEvent]]
FeeDue = Callable[[str], bool]
"""Has this team something to pay before its entry is confirmed?"""

_DECISIONS: dict[type[c.TournamentCommand], Decision] = {
    c.CreateTournament: phases.create,
    c.ChangeSettings: phases.change_settings,
    c.MoveDeadline: phases.move_deadline,
    c.MoveDisputeWindow: phases.move_dispute_window,
    c.OpenRegistration: phases.open_registration,
    c.CloseRegistration: phases.close_registration,
    c.RemindOf: phases.remind,
    c.CancelTournament: phases.cancel,
    c.StartTournament: phases.start,
    c.SettleTournament: phases.settle,
    c.ArchiveTournament: phases.archive,
    c.SubmitEntry: registration.submit,
    c.SubmitEntries: registration.submit_all,
    c.ConfirmEntry: registration.confirm,
    c.ReleaseReservation: registration.release,
    c.AcceptOffer: registration.accept_offer,
    c.DeclineOffer: registration.decline_offer,
    c.CheckIn: registration.check_in,
    c.CloseCheckIn: registration.close_check_in,
    c.WithdrawEntry: registration.withdraw,
    c.DisqualifyTeam: registration.disqualify,
    c.InviteCaptain: squads.invite,
    c.AcceptInvitation: squads.accept_invitation,
    c.NameSquad: squads.name_squad,
    c.TransferPlayer: squads.transfer,
    c.GrantPermit: squads.permit,
    c.LockRosters: squads.lock,
    c.DrawTournament: drawing.draw_tournament,
    c.SetFixtures: scheduling.set_fixtures,
    c.MoveFixtures: scheduling.move_fixtures,
    c.AssignOfficial: officials.assign,
    c.ConfirmOfficial: officials.confirm,
    c.RemoveOfficial: officials.remove,
    c.OpenSession: results.open_session,
    c.RecordResult: results.record,
    c.OrderReplay: results.order_replay,
    c.DeductPoints: results.deduct,
    c.ProposeCorrection: corrections.propose,
    c.ApplyCorrection: corrections.apply,
    c.RejectCorrection: corrections.reject,
}


def decide(
    state: TournamentState, command: c.TournamentCommand, now: datetime, fee_due: FeeDue | None = None
) -> list[e.TournamentEvent]:
    """What ``command`` causes at ``now``, the tournament's time; an empty list where it changes nothing.

    ``fee_due`` in place of what the tournament's settings say.

    Raises CommandRefused.
    """
    events = _DECISIONS[type(command)](state, command, now)
    confirmed = [e.EntryConfirmed(team=team) for team in _placed(events) if not _due(state, team, fee_due)]
    return with_consequences(state, [*events, *confirmed], now)


def _due(state: TournamentState, team: str, fee_due: FeeDue | None) -> bool:
    return fee_due(team) if fee_due else state.rules.registration.entry_fee is not None


def _placed(events: list[e.TournamentEvent]) -> list[str]:
    """The teams that come to have a place and now only have to pay for it."""
    return [
        event.team
        for event in events
        if isinstance(event, e.OfferAccepted) or (isinstance(event, e.EntrySubmitted) and not event.waits)
    ]
