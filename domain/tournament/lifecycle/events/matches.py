"""What happened to the matches and to what follows from their results."""

from dataclasses import dataclass
from datetime import datetime

from domain.tournament.fixtures.model import Placement
from domain.tournament.match_summary import MatchSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPlaces:
    """Who plays a match, as far as it is known (None: not yet, or no longer)."""

    node: str
    home: str | None
    away: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacesTaken:
    """Who plays whom changed in these matches."""

    places: tuple[MatchPlaces, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPaired:
    """A Swiss round, by the table after the one before; a team paired with None has a bye."""

    stage: str
    round: int
    pairs: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    """``replay``: 0, or the how manieth time the match is ordered to be played again."""

    node: str
    starts_at: datetime
    replay: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRecorded:
    """``winner`` goes on, ``loser`` does not; both None where nobody won and the match counts in a table.

    ``reason`` says why, where the match itself did not decide it.
    """

    node: str
    summary: MatchSummary
    match_version: int
    at: datetime
    winner: str | None = None
    loser: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAwardedUnplayed:
    """The opponent is out: the match is official without play."""

    node: str
    summary: MatchSummary
    winner: str
    loser: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchCalledOff:
    """It will not be played and counts for nobody; in a knockout ``winner`` goes on all the same."""

    node: str
    reason: str
    winner: str | None = None
    loser: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchNotNeeded:
    """The second final: the first one has decided."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchNeeded:
    """It is to be played after all, since a correction: a second final, or what was a bye or a walkover."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultVoided:
    """It counts as never played."""

    node: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOrdered:
    node: str
    replay: int
    placement: Placement
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDecided:
    """All its matches are over: ``teams`` in order, without those that are out."""

    table: str
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReopened:
    """A match of it is to be played again."""

    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """What a correction changes in a match already begun: who should have played it."""

    node: str
    was: tuple[str | None, str | None]
    would_be: tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShift:
    """The order of a table before and after a correction."""

    table: str
    was: tuple[str, ...]
    would_be: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionHeld:
    """It waits for a ruling, since matches already begun rest on the old result."""

    node: str
    summary: MatchSummary
    match_version: int
    places: tuple[Shift, ...] = ()
    tables: tuple[TableShift, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionApplied:
    """The official result is now this one. Matches already begun stay as they were drawn up."""

    node: str
    summary: MatchSummary
    match_version: int
    at: datetime
    winner: str | None = None
    loser: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRejected:
    """The official result stands as it was."""

    node: str
    match_version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsDeducted:
    """From a team in a table; negative points were given back."""

    team: str
    table: str
    points: int
    reason: str
