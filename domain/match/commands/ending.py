"""How a match ends otherwise than by its last ball."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBowlOut:
    """Balls at the stumps in order: ``(team, bowler, hit)``."""

    balls: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMatch:
    """Play is over for good: ``reason`` "time", "weather", "no super over", …

    The engine finds the result from what was played: on par where there is a target and enough overs,
    a draw where sides have two innings, else no result. ``par`` (a score that ties) and its ``method``
    are given where another method than the D/L Standard Edition settles a match called off.
    """

    reason: str
    par: int | None = None
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardMatch:
    """The umpires or the referee award the match (Law 16.3); ``reason`` says why."""

    winner: str
    reason: str
    conceded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AbandonMatch:
    """Abandoned: no result, whatever was played. Without a ball bowled the match counts as never begun."""

    reason: str
