"""The commands of a tournament as operations: one row each.

A command of the domain needs its row here and its roles in ``api/permissions.py``, or is served by an endpoint
of its own (OWN), or stands in BY_ITSELF.
"""

from typing import Any

from api.strict import STRING
from api.tournament.bodies import SETTINGS, token_hash, with_whole_settings
from api.wire import WireRow
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import Deadline

BY_ITSELF = frozenset({c.RemindOf, c.ReleaseReservation, c.OpenSession, c.RecordResult, c.ProposeCorrection})
"""What follows from matches or the clock; nobody sends it."""
OWN = frozenset({c.CreateTournament, c.SubmitEntries, c.SetFixtures, c.InviteCaptain})
"""Served by an endpoint of their own, since they are more than their fields (see ``writes`` and ``lines``)."""

DEADLINES = {deadline.value.replace(" ", "-"): deadline.value for deadline in Deadline}
LARGE = 1024 * 1024
PLACEMENT = {
    "node": "league-R1-1",
    "ground": "chinnaswamy",
    "starts_at": "2026-04-01T14:00:00Z",
    "ends_at": "2026-04-01T17:30:00Z",
}
PLAYERS = [{"id": "v-kohli", "name": "V Kohli", "born": "1988-11-05"}]


def _hashed(_: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {"token_hash": token_hash(data["token"])}


COMMANDS: tuple[WireRow, ...] = (
    # the tournament
    WireRow(
        operation="change_settings",
        command=c.ChangeSettings,
        method="PATCH",
        path="",
        summary="Change a draft's name or settings",
        example={"name": "Premier League 2027"},
        instead={"settings": SETTINGS | None},
        complete=with_whole_settings,
    ),
    WireRow(
        operation="move_deadline",
        command=c.MoveDeadline,
        method="PUT",
        path="/deadlines/{deadline}",
        summary="Move a deadline, or take it away",
        example={"at": "2026-03-20T18:00:00Z", "reason": "a holiday"},
        words={"deadline": DEADLINES},
    ),
    WireRow(
        operation="move_dispute_window",
        command=c.MoveDisputeWindow,
        method="PUT",
        path="/dispute-window",
        summary="Have the window for disputes end at another time",
        example={"ends_at": "2026-06-03T18:00:00Z", "reason": "an appeal is announced"},
    ),
    WireRow(
        operation="start_tournament",
        command=c.StartTournament,
        path=":start",
        summary="Start before the first match is due",
    ),
    WireRow(
        operation="cancel_tournament",
        command=c.CancelTournament,
        path=":cancel",
        summary="Cancel the tournament",
        example={"reason": "no grounds"},
    ),
    WireRow(
        operation="settle_tournament",
        command=c.SettleTournament,
        path=":settle",
        summary="Settle the tournament before its dispute window has passed",
    ),
    WireRow(
        operation="archive_tournament",
        command=c.ArchiveTournament,
        path=":archive",
        summary="Archive a settled tournament before its time",
    ),
    # registration
    WireRow(
        operation="open_registration",
        command=c.OpenRegistration,
        path="/registration:open",
        summary="Open registration now",
    ),
    WireRow(
        operation="close_registration",
        command=c.CloseRegistration,
        path="/registration:close",
        summary="Close registration now",
    ),
    WireRow(
        operation="submit_entry",
        command=c.SubmitEntry,
        path="/entries",
        summary="Enter a team",
        example={"team": "rcb", "name": "Royal Challengers", "players": PLAYERS},
        organisers=("late",),
    ),
    WireRow(
        operation="confirm_entry",
        command=c.ConfirmEntry,
        path="/entries/{team}:confirm",
        summary="Confirm an entry that waited for its payment",
    ),
    WireRow(
        operation="accept_offer",
        command=c.AcceptOffer,
        path="/entries/{team}/offer:accept",
        summary="Accept the place that became free",
        team=True,
    ),
    WireRow(
        operation="decline_offer",
        command=c.DeclineOffer,
        path="/entries/{team}/offer:decline",
        summary="Decline the place that became free",
        clock=("expired",),
        team=True,
    ),
    WireRow(
        operation="accept_invitation",
        command=c.AcceptInvitation,
        path="/entries/{team}/invitations:accept",
        summary="Become a team's captain by the secret of an invitation",
        example={"token": "the secret of the link"},
        caller="captain",
        clock=("token_hash",),
        extra={"token": STRING},
        complete=_hashed,
    ),
    WireRow(
        operation="name_squad",
        command=c.NameSquad,
        method="PUT",
        path="/entries/{team}/squad",
        summary="Name the whole squad of a team",
        example={"players": PLAYERS},
        team=True,
    ),
    WireRow(
        operation="check_in",
        command=c.CheckIn,
        path="/entries/{team}:check-in",
        summary="Check a team in",
        team=True,
    ),
    WireRow(
        operation="withdraw_entry",
        command=c.WithdrawEntry,
        path="/entries/{team}:withdraw",
        summary="Withdraw a team",
        example={"reason": "too few players"},
        team=True,
    ),
    WireRow(
        operation="disqualify_team",
        command=c.DisqualifyTeam,
        path="/entries/{team}:disqualify",
        summary="Disqualify a team",
        example={"reason": "fielded an ineligible player", "played": "void"},
    ),
    WireRow(
        operation="transfer_player",
        command=c.TransferPlayer,
        path="/transfers",
        summary="Transfer a player from one team to another",
        example={"player": "v-kohli", "from_team": "rcb", "to_team": "mi"},
    ),
    WireRow(
        operation="grant_permit",
        command=c.GrantPermit,
        path="/permits",
        summary="Let a player take part against the squad rules",
        example={"player": "v-kohli", "reason": "one year too old, by leave of the committee"},
    ),
    WireRow(
        operation="lock_rosters",
        command=c.LockRosters,
        path="/rosters:lock",
        summary="Lock the rosters now",
    ),
    WireRow(
        operation="close_check_in",
        command=c.CloseCheckIn,
        path="/check-in:close",
        summary="Close check-in now",
    ),
    # draw, fixtures, officials
    WireRow(
        operation="draw_tournament",
        command=c.DrawTournament,
        path="/draw",
        summary="Draw the tournament, or place the seeds by hand",
        example={"seed": "2026-03-21"},
    ),
    WireRow(
        operation="move_fixtures",
        command=c.MoveFixtures,
        path="/fixtures:move",
        summary="Move some matches",
        example={"placements": [PLACEMENT], "reason": "rain"},
        limit=LARGE,
    ),
    WireRow(
        operation="order_replay",
        command=c.OrderReplay,
        path="/fixtures/{node}:replay",
        summary="Have a match played again",
        example={"placement": PLACEMENT, "reason": "ruling of the committee"},
    ),
    WireRow(
        operation="assign_official",
        command=c.AssignOfficial,
        method="PUT",
        path="/fixtures/{node}/officials/{person}",
        summary="Assign an official to a match",
        example={"name": "N Menon", "role": "umpire"},
    ),
    WireRow(
        operation="confirm_official",
        command=c.ConfirmOfficial,
        path="/fixtures/{node}/officials/{person}:confirm",
        summary="Confirm that one will be there",
        person=True,
    ),
    WireRow(
        operation="remove_official",
        command=c.RemoveOfficial,
        path="/fixtures/{node}/officials/{person}:remove",
        summary="Remove an official from a match",
        example={"reason": "ill"},
        person=True,
    ),
    # results
    WireRow(
        operation="apply_correction",
        command=c.ApplyCorrection,
        path="/corrections/{node}:apply",
        summary="Apply a correction that was held for a ruling",
        example={"reason": "ruling of the committee"},
    ),
    WireRow(
        operation="reject_correction",
        command=c.RejectCorrection,
        path="/corrections/{node}:reject",
        summary="Reject a correction that was held for a ruling",
        example={"reason": "the next round was played on the old result"},
    ),
    WireRow(
        operation="deduct_points",
        command=c.DeductPoints,
        path="/deductions",
        summary="Deduct points, or give some back",
        example={"team": "rcb", "points": 1, "reason": "slow over rate"},
    ),
)
