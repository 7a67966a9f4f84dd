"""The tables of the read models of tournaments, and how their rows are written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from adapters.postgres.read_model import ReadModel
from adapters.postgres.tables import Table, jsonb, table_of, timestamp, write_all
from contracts.codec import TOURNAMENT
from contracts.topics import TOURNAMENT_EVENTS
from projections.tournament import TournamentFold
from projections.tournament_rows import TournamentChanges


class _OfTournament(SQLModel):
    """Columns that all read models of a tournament begin with."""

    tenant_id: UUID
    tournament_id: UUID = Field(primary_key=True)


class TournamentTable(_OfTournament, table=True):
    __tablename__ = "rm_tournament"  # type: ignore[assignment]
    version: int
    name: str
    season: str
    phase: str
    published: bool
    created_at: datetime = timestamp()
    starts_at: datetime | None = timestamp(nullable=True)
    document: dict[str, Any] = jsonb()


class ViewTable(_OfTournament, table=True):
    __tablename__ = "rm_tournament_view"  # type: ignore[assignment]
    name: str = Field(primary_key=True)
    view: dict[str, Any] = jsonb()


class EntryTable(_OfTournament, table=True):
    __tablename__ = "rm_entry"  # type: ignore[assignment]
    team: str = Field(primary_key=True)
    number: int
    name: str
    status: str
    document: dict[str, Any] = jsonb()


class FixtureTable(_OfTournament, table=True):
    __tablename__ = "rm_fixture"  # type: ignore[assignment]
    node: str = Field(primary_key=True)
    ordinal: int
    stage: str
    starts_at: datetime | None = timestamp(nullable=True)
    ground: str | None
    home: str | None
    away: str | None
    status: str
    match_id: UUID
    document: dict[str, Any] = jsonb()


TOURNAMENTS = table_of(TournamentTable, versioned=True)
VIEWS = table_of(ViewTable)
ENTRIES = table_of(EntryTable)
FIXTURES = table_of(FixtureTable)

TABLES = (TOURNAMENTS, VIEWS, ENTRIES, FIXTURES)
_WRITE_ALL = write_all(TABLES)
_DELETE = tuple(
    f"delete from {table.name} where tournament_id = any($1::uuid[])"  # noqa: S608
    for table in (ENTRIES, FIXTURES)
)


async def write_tournaments(connection: Any, worked_out: Iterable[TournamentChanges]) -> None:
    """Write the rows of many tournaments."""
    changes = list(worked_out)
    whole = [change.tournament.tournament_id for change in changes if change.whole]
    for statement in _DELETE if whole else ():
        await connection.execute(statement, whole)
    columns: list[Sequence[Any]] = []
    for table, rows in tournament_rows(changes).items():
        columns += zip(*rows, strict=True) if rows else [()] * len(table.columns)
    await connection.execute(_WRITE_ALL, *columns)


def tournament_rows(changes: Sequence[TournamentChanges]) -> dict[Table, list[tuple[Any, ...]]]:
    """The rows of all changes, by the table they belong to, in the order of TABLES."""
    return {
        TOURNAMENTS: [change.tournament for change in changes],
        VIEWS: [row for change in changes for row in change.views],
        ENTRIES: [row for change in changes for row in change.entries],
        FIXTURES: [row for change in changes for row in change.fixtures],
    }


TOURNAMENT_MODEL = ReadModel(
    projection="tournament",
    plural="tournaments",
    consumer="tournaments",
    topic=TOURNAMENT_EVENTS.name,
    kind=TOURNAMENT,
    key="tournament_id",
    tables=TABLES,
    fold=TournamentFold,
    rows=tournament_rows,
    write=write_tournaments,
)
