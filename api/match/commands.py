"""The commands of a match as operations: one row each, and everything else follows from the row.

A new command of the domain needs its row here and its roles in ``api/permissions.py``.
"""

from dataclasses import dataclass
from typing import Any

from domain.match import commands as c

_BALL = {"striker": "p1", "non_striker": "p2", "bowler": "q11", "bat_runs": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """``path`` follows ``/v1/matches/{match_id}``; ``omit`` are the fields that it says.

    ``preview``: what it would lead to can be looked at first, at ``path`` + ``/preview``.
    """

    operation: str
    command: type[Any]
    path: str
    summary: str
    example: dict[str, Any]
    method: str = "POST"
    omit: tuple[str, ...] = ()
    preview: bool = False


COMMANDS: tuple[CommandRow, ...] = (
    # The ball first: routes are tried in order.
    CommandRow(
        operation="record_ball",
        command=c.RecordBall,
        path="/balls",
        summary="Record a ball",
        example=_BALL,
    ),
    CommandRow(
        operation="name_line_up",
        command=c.NameLineUp,
        path="/line-ups/{team}",
        summary="Name the players of a side",
        example={"players": [{"id": "p1", "name": "R. Sharma"}], "captain": "p1"},
        method="PUT",
        omit=("team",),
    ),
    CommandRow(
        operation="record_toss",
        command=c.RecordToss,
        path="/toss",
        summary="Record the toss",
        example={"winner": "rcb", "decision": "bat"},
    ),
    CommandRow(
        operation="start_innings",
        command=c.StartInnings,
        path="/innings",
        summary="Start the next innings",
        example={},
    ),
    CommandRow(
        operation="send_in_batter",
        command=c.SendInBatter,
        path="/batters",
        summary="Send in a batter",
        example={"player": "p3"},
    ),
    CommandRow(
        operation="dismiss_batter",
        command=c.DismissBatter,
        path="/dismissals",
        summary="Dismiss or retire a batter between deliveries",
        example={"player": "p1", "kind": "retired hurt"},
    ),
    CommandRow(
        operation="mark_absent",
        command=c.MarkAbsent,
        path="/absences",
        summary="Mark a player of the batting side as absent",
        example={"player": "p9"},
    ),
    CommandRow(
        operation="replace_player",
        command=c.ReplacePlayer,
        path="/replacements",
        summary="Replace a player for the rest of the match",
        example={"team": "rcb", "player_out": "p4", "player_in": "p12", "reason": "impact player"},
    ),
    CommandRow(
        operation="replace_bowler",
        command=c.ReplaceBowler,
        path="/bowler-replacements",
        summary="Let another bowler finish the over",
        example={"bowler": "q8", "reason": "injury"},
    ),
    CommandRow(
        operation="end_over",
        command=c.EndOver,
        path="/overs:end",
        summary="End an over that the umpire called early",
        example={"umpire_decision": "miscounted: five balls"},
    ),
    CommandRow(
        operation="award_penalty_runs",
        command=c.AwardPenaltyRuns,
        path="/penalties",
        summary="Award penalty runs off no ball",
        example={"team": "mi", "reason": "damage to the pitch"},
    ),
    CommandRow(
        operation="set_powerplay",
        command=c.SetPowerplay,
        path="/powerplays",
        summary="Set the overs of a powerplay",
        example={"kind": "mandatory", "first": [0, 1], "last": [3, 6]},
    ),
    CommandRow(
        operation="interrupt_play",
        command=c.InterruptPlay,
        path="/interruptions",
        summary="Stop play",
        example={"reason": "rain"},
    ),
    CommandRow(
        operation="resume_play",
        command=c.ResumePlay,
        path="/interruptions:resume",
        summary="Go on with play",
        example={"overs": 16},
    ),
    CommandRow(
        operation="reduce_overs",
        command=c.ReduceOvers,
        path="/overs:reduce",
        summary="Shorten an innings",
        example={"overs": 16},
    ),
    CommandRow(
        operation="revise_target",
        command=c.ReviseTarget,
        path="/target",
        summary="Revise the target",
        example={"runs": 145, "method": "DLS", "overs": 16},
    ),
    CommandRow(
        operation="declare_innings",
        command=c.DeclareInnings,
        path="/innings:declare",
        summary="Declare the innings closed",
        example={},
    ),
    CommandRow(
        operation="forfeit_innings",
        command=c.ForfeitInnings,
        path="/innings:forfeit",
        summary="Forfeit the next innings",
        example={"team": "kent"},
    ),
    CommandRow(
        operation="end_innings",
        command=c.EndInnings,
        path="/innings:end",
        summary="End the innings though more could be played",
        example={"reason": "weather"},
    ),
    CommandRow(
        operation="record_bowl_out",
        command=c.RecordBowlOut,
        path="/bowl-out",
        summary="Record a bowl-out",
        example={"balls": [["rcb", "p7", True], ["mi", "q9", False]]},
    ),
    CommandRow(
        operation="correct_ball",
        command=c.CorrectBall,
        path="/corrections",
        summary="Correct a ball",
        example={"ball": 17, "delivery": {"bat_runs": 6}, "reason": "it cleared the rope"},
        preview=True,
    ),
    CommandRow(
        operation="remove_ball",
        command=c.RemoveBall,
        path="/removals",
        summary="Remove a ball that was never bowled",
        example={"ball": 17, "reason": "scored twice"},
        preview=True,
    ),
    CommandRow(
        operation="insert_ball",
        command=c.InsertBall,
        path="/insertions",
        summary="Insert a ball that was missed",
        example={"before": 17, "delivery": {"bat_runs": 1}, "reason": "missed"},
        preview=True,
    ),
    CommandRow(
        operation="undo",
        command=c.Undo,
        path="/undo",
        summary="Take back the latest entry",
        example={},
    ),
    CommandRow(
        operation="end_match",
        command=c.EndMatch,
        path="/result:end",
        summary="End play for good and find the result",
        example={"reason": "weather"},
    ),
    CommandRow(
        operation="award_match",
        command=c.AwardMatch,
        path="/result:award",
        summary="Award the match to a side",
        example={"winner": "mi", "reason": "refusal to play (Law 16.3)"},
        preview=True,
    ),
    CommandRow(
        operation="abandon_match",
        command=c.AbandonMatch,
        path="/result:abandon",
        summary="Abandon the match",
        example={"reason": "rain, no ball bowled"},
    ),
)
