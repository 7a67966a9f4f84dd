"""The commands of a match's session as operations: one row each.

A command of the domain needs its row here and its roles in ``api/permissions.py``, or stands in BY_ITSELF.
"""

from api.wire import WireRow
from contracts.identity import REFEREE, SCORER, UMPIRE
from domain.session import commands as c

BY_ITSELF = frozenset(
    {
        c.OpenSession,
        c.RescheduleSession,
        c.NameOfficials,
        c.CancelSession,
        c.CatchUp,
        c.NoteOverdue,
        c.ExpireLease,
        c.CutOff,
        c.MakeOfficial,
        c.NoteOrder,
    }
)
"""What follows from the tournament, the match or the clock; nobody sends it."""

AS_REFEREE = frozenset({REFEREE})
AS_OFFICIAL = frozenset({REFEREE, UMPIRE, SCORER})
"""Who may say for no team what captains say for theirs; organisers may as well."""
WINDOWS = {"result": "result", "dispute-answer": "dispute answer"}

COMMANDS: tuple[WireRow, ...] = (
    WireRow(
        operation="take_lease",
        command=c.TakeLease,
        path="/lease",
        summary="Take the pad as the scorer",
        caller="scorer",
    ),
    WireRow(
        operation="hand_over_lease",
        command=c.HandOverLease,
        path="/lease:hand-over",
        summary="Hand the pad to another scorer",
        example={"to": "scorer-2"},
        caller="scorer",
    ),
    WireRow(
        operation="take_over_lease",
        command=c.TakeOverLease,
        path="/lease:take-over",
        summary="Take the pad from a scorer who holds it",
        example={"reason": "their phone is dead"},
        caller="scorer",
    ),
    WireRow(
        operation="release_lease",
        command=c.ReleaseLease,
        path="/lease:release",
        summary="Put the pad down",
        caller="scorer",
    ),
    WireRow(
        operation="confirm_result",
        command=c.ConfirmResult,
        path="/result:confirm",
        summary="Confirm the result",
        example={"team": "rcb"},
        caller="person",
        teamless=AS_REFEREE,
    ),
    WireRow(
        operation="raise_dispute",
        command=c.RaiseDispute,
        path="/disputes",
        summary="Dispute the result",
        example={"team": "rcb", "reason": "the last ball was a no-ball"},
        caller="person",
        teamless=AS_REFEREE,
    ),
    WireRow(
        operation="answer_dispute",
        command=c.AnswerDispute,
        path="/disputes:answer",
        summary="Answer the dispute",
        example={"team": "mi", "answer": "the third umpire looked at it"},
        caller="person",
        teamless=AS_OFFICIAL,
    ),
    WireRow(
        operation="move_window",
        command=c.MoveWindow,
        method="PUT",
        path="/windows/{what}",
        summary="Give more or less time to dispute the result, or to answer the dispute",
        example={"ends_at": "2026-03-22T20:00:00Z", "reason": "the captain is travelling"},
        words={"what": WINDOWS},
    ),
    WireRow(
        operation="rule_dispute",
        command=c.RuleDispute,
        path="/disputes:rule",
        summary="Rule on the dispute",
        example={"ruling": "stands", "reason": "the replay is clear"},
        caller="person",
    ),
    WireRow(
        operation="abandon_session",
        command=c.AbandonMatch,
        path=":abandon",
        summary="Call the match off, or put it off to its reserve day",
        example={"reason": "waterlogged outfield"},
    ),
    WireRow(
        operation="award_session",
        command=c.AwardMatch,
        path=":award",
        summary="Award the match to a team",
        example={"to": "mi", "reason": "the other side refused to play (Law 16.3)"},
    ),
    WireRow(
        operation="concede_session",
        command=c.ConcedeMatch,
        path=":concede",
        summary="Concede the match (Law 16.4)",
        example={"team": "rcb"},
        team=True,
    ),
    WireRow(
        operation="forfeit_session",
        command=c.ForfeitMatch,
        path=":forfeit",
        summary="Note that a side does not appear",
        example={"team": "rcb", "reason": "nobody came"},
    ),
)
