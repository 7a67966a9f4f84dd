"""The few events of a match that its session hears of at once; the balls between them are none of its business."""

MILESTONES = frozenset(
    {
        "LineUpNamed",
        "TossMade",
        "InningsStarted",
        "InningsForfeited",
        "InningsDeclared",
        "InningsEnded",
        "InningsClosed",
        "InningsReopened",
        "PlayInterrupted",
        "PlayResumed",
        "OversReduced",
        "TargetRevised",
        "BowlOutHeld",
        "MatchEnded",
        "MatchAwarded",
        "MatchAbandoned",
        "ResultReached",
        "ResultWithdrawn",
        # They may move a result, or only a run rate, long after the match.
        "BallCorrected",
        "BallRemoved",
        "BallInserted",
        "FactWithdrawn",
    }
)
