"""Matches and their results."""

from dataclasses import dataclass

from domain.tournament.fixtures.model import Placement
from domain.tournament.match_summary import MatchSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """The session of a match is due (said by the clock, when both teams are known)."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResult:
    """The result of a node became official. ``match_version`` is the version of the match it is made from.

    In a knockout without a winner ``advances`` names who goes on; else the better placed of the two does.
    """

    node: str
    summary: MatchSummary
    match_version: int
    advances: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReplay:
    """A ruling: the match is played again (a new match for the same node) at ``placement``."""

    node: str
    placement: Placement
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeCorrection:
    """An official match was corrected. What follows from it is applied at once if nobody's place in a match
    already begun changes by it; else it is held for a ruling, with a preview."""

    node: str
    summary: MatchSummary
    match_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCorrection:
    node: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectCorrection:
    node: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductPoints:
    """Negative points give back."""

    team: str
    points: int
    reason: str
