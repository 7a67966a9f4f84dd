"""The rows of the read models of a tournament, as ``projections.tournament`` makes them."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class TournamentRow(NamedTuple):
    """``document`` is JSON, here and below."""

    tenant_id: UUID
    tournament_id: UUID
    version: int
    name: str
    season: str
    phase: str
    published: bool
    created_at: datetime
    starts_at: datetime | None
    document: str


class ViewRow(NamedTuple):
    """A whole page about a tournament: itself, its tables, its bracket."""

    tenant_id: UUID
    tournament_id: UUID
    name: str
    view: str


class EntryRow(NamedTuple):
    tenant_id: UUID
    tournament_id: UUID
    team: str
    number: int
    name: str
    status: str
    document: str


class FixtureRow(NamedTuple):
    tenant_id: UUID
    tournament_id: UUID
    node: str
    ordinal: int
    stage: str
    starts_at: datetime | None
    ground: str | None
    home: str | None
    away: str | None
    status: str
    match_id: UUID
    document: str


class TournamentChanges(NamedTuple):
    """The rows of one tournament that are new or different; ``whole``: they are all it has, and others go."""

    whole: bool
    tournament: TournamentRow
    views: list[ViewRow]
    entries: list[EntryRow]
    fixtures: list[FixtureRow]
