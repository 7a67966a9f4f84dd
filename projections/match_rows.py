"""The rows of the read models of a match, as ``projections.match`` makes them."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class MatchRow(NamedTuple):
    """A match in a listing. ``status``: scheduled, live, interrupted, finished. ``summary``: JSON."""

    tenant_id: UUID
    match_id: UUID
    version: int
    tournament: str | None
    home: str
    away: str
    status: str
    created_at: datetime
    starts_at: datetime | None
    summary: str


class CardRow(NamedTuple):
    """The scorecard as JSON."""

    tenant_id: UUID
    match_id: UUID
    version: int
    card: str


class BallRow(NamedTuple):
    """A ball of the log; ``sequence`` from 1 in the innings, ``version`` names it in corrections."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    sequence: int
    version: int
    over: int
    position: int
    legal: bool
    runs: int
    score: int
    wickets: int
    delivery: str
    at: datetime | None


class OverRow(NamedTuple):
    """An over, complete or not: legal ``balls``, all ``runs``, those ``conceded`` by its bowlers."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    over: int
    bowlers: str
    balls: int
    runs: int
    conceded: int
    wickets: int
    score: int


class FallRow(NamedTuple):
    """The fall of a wicket, at ``runs``, after ``over``.``ball``."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    wicket: int
    runs: int
    player: str
    over: int
    ball: int


class PartnershipRow(NamedTuple):
    """Two batters together; ``contributions``: JSON of player to [runs off the bat, balls faced]."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    sequence: int
    wicket: int
    batters: str
    runs: int
    balls: int
    contributions: str
    unbroken: bool


class MatchChanges(NamedTuple):
    """What to write for one match. ``whole``: its rows are to be replaced, not added to."""

    whole: bool
    match: MatchRow
    card: CardRow
    balls: list[BallRow]
    overs: list[OverRow]
    falls: list[FallRow]
    partnerships: list[PartnershipRow]
