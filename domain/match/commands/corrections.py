"""What was recorded wrongly."""

from dataclasses import dataclass

from domain.match.commands.play import RecordBall


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectBall:
    """Ball ``ball`` was in truth ``delivery``; everything after it is derived again.

    The striker and non-striker of later balls that were left to the engine follow the correction; those
    that a scorer stated stay, and clash if they can no longer be.
    """

    ball: int
    delivery: RecordBall
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBall:
    """Ball ``ball`` was never bowled (scored twice, called dead)."""

    ball: int
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertBall:
    """A ball was missed: it came right before ball ``before``."""

    before: int
    delivery: RecordBall
    reason: str
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Take back the latest fact, whatever it was."""

    reason: str = "undo"
