"""The commands of a match as operations: one row each, and everything else follows from the row.

A new command of the domain needs its row here and its roles in ``api/permissions.py``.
"""

from dataclasses import dataclass

from api.rows import CommandRow
from domain.match import commands as c

_BALL = {"striker": "p1", "non_striker": "p2", "bowler": "q11", "bat_runs": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRow(CommandRow):
    """``preview``: what it would lead to can be looked at first, at ``path`` + ``/preview``."""

    preview: bool = False


COMMANDS: tuple[ScoringRow, ...] = (
    # The ball first: routes are tried in order.
    ScoringRow(
        operation="record_ball",
        command=c.RecordBall,
        path="/balls",
        summary="Record a ball",
        example=_BALL,
    ),
    ScoringRow(
        operation="name_line_up",
        command=c.NameLineUp,
        path="/line-ups/{team}",
        summary="Name the players of a side",
        example={"players": [{"id": "p1", "name": "R. Sharma"}], "captain": "p1"},
        method="PUT",
    ),
    ScoringRow(
        operation="record_toss",
        command=c.RecordToss,
        path="/toss",
        summary="Record the toss",
        example={"winner": "rcb", "decision": "bat"},
    ),
    ScoringRow(
        operation="start_innings",
        command=c.StartInnings,
        path="/innings",
        summary="Start the next innings",
    ),
    ScoringRow(
        operation="send_in_batter",
        command=c.SendInBatter,
        path="/batters",
        summary="Send in a batter",
        example={"player": "p3"},
    ),
    ScoringRow(
        operation="dismiss_batter",
        command=c.DismissBatter,
        path="/dismissals",
        summary="Dismiss or retire a batter between deliveries",
        example={"player": "p1", "kind": "retired hurt"},
    ),
    ScoringRow(
        operation="mark_absent",
        command=c.MarkAbsent,
        path="/absences",
        summary="Mark a player of the batting side as absent",
        example={"player": "p9"},
    ),
    ScoringRow(
        operation="replace_player",
        command=c.ReplacePlayer,
        path="/replacements",
        summary="Replace a player for the rest of the match",
        example={"team": "rcb", "player_out": "p4", "player_in": "p12", "reason": "impact player"},
    ),
    ScoringRow(
        operation="replace_bowler",
        command=c.ReplaceBowler,
        path="/bowler-replacements",
        summary="Let another bowler finish the over",
        example={"bowler": "q8", "reason": "injury"},
    ),
    ScoringRow(
        operation="end_over",
        command=c.EndOver,
        path="/overs:end",
        summary="End an over that the umpire called early",
        example={"umpire_decision": "miscounted: five balls"},
    ),
    ScoringRow(
        operation="award_penalty_runs",
        command=c.AwardPenaltyRuns,
        path="/penalties",
        summary="Award penalty runs off no ball",
        example={"team": "mi", "reason": "damage to the pitch"},
    ),
    ScoringRow(
        operation="set_powerplay",
        command=c.SetPowerplay,
        path="/powerplays",
        summary="Set the overs of a powerplay",
        example={"kind": "mandatory", "first": [0, 1], "last": [3, 6]},
    ),
    ScoringRow(
        operation="interrupt_play",
        command=c.InterruptPlay,
        path="/interruptions",
        summary="Stop play",
        example={"reason": "rain"},
    ),
    ScoringRow(
        operation="resume_play",
        command=c.ResumePlay,
        path="/interruptions:resume",
        summary="Go on with play",
        example={"overs": 16},
    ),
    ScoringRow(
        operation="reduce_overs",
        command=c.ReduceOvers,
        path="/overs:reduce",
        summary="Shorten an innings",
        example={"overs": 16},
    ),
    ScoringRow(
        operation="revise_target",
        command=c.ReviseTarget,
        path="/target",
        summary="Revise the target",
        example={"runs": 145, "method": "DLS", "overs": 16},
    ),
    ScoringRow(
        operation="declare_innings",
        command=c.DeclareInnings,
        path="/innings:declare",
        summary="Declare the innings closed",
    ),
    ScoringRow(
        operation="forfeit_innings",
        command=c.ForfeitInnings,
        path="/innings:forfeit",
        summary="Forfeit the next innings",
        example={"team": "kent"},
    ),
    ScoringRow(
        operation="end_innings",
        command=c.EndInnings,
        path="/innings:end",
        summary="End the innings though more could be played",
        example={"reason": "weather"},
    ),
    ScoringRow(
        operation="record_bowl_out",
        command=c.RecordBowlOut,
        path="/bowl-out",
        summary="Record a bowl-out",
        example={"balls": [["rcb", "p7", True], ["mi", "q9", False]]},
    ),
    ScoringRow(
        operation="correct_ball",
        command=c.CorrectBall,
        path="/corrections",
        summary="Correct a ball",
        example={"ball": 17, "delivery": {"bat_runs": 6}, "reason": "it cleared the rope"},
        preview=True,
    ),
    ScoringRow(
        operation="remove_ball",
        command=c.RemoveBall,
        path="/removals",
        summary="Remove a ball that was never bowled",
        example={"ball": 17, "reason": "scored twice"},
        preview=True,
    ),
    ScoringRow(
        operation="insert_ball",
        command=c.InsertBall,
        path="/insertions",
        summary="Insert a ball that was missed",
        example={"before": 17, "delivery": {"bat_runs": 1}, "reason": "missed"},
        preview=True,
    ),
    ScoringRow(
        operation="undo",
        command=c.Undo,
        path="/undo",
        summary="Take back the latest entry",
    ),
    ScoringRow(
        operation="end_match",
        command=c.EndMatch,
        path="/result:end",
        summary="End play for good and find the result",
        example={"reason": "weather"},
    ),
    ScoringRow(
        operation="award_match",
        command=c.AwardMatch,
        path="/result:award",
        summary="Award the match to a side",
        example={"winner": "mi", "reason": "refusal to play (Law 16.3)"},
        preview=True,
    ),
    ScoringRow(
        operation="abandon_match",
        command=c.AbandonMatch,
        path="/result:abandon",
        summary="Abandon the match",
        example={"reason": "rain, no ball bowled"},
    ),
)
