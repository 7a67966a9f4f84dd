"""The tables of the read models of matches, described once: the SQL that fills them comes from here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from adapters.postgres.tables import jsonb, small, table_of, timestamp, write_all


class _OfMatch(SQLModel):
    """Columns that all read models of a match begin with."""

    tenant_id: UUID
    match_id: UUID = Field(primary_key=True)


class MatchTable(_OfMatch, table=True):
    __tablename__ = "rm_match"  # type: ignore[assignment]
    version: int
    tournament: str | None
    home: str
    away: str
    status: str
    created_at: datetime = timestamp()
    starts_at: datetime | None = timestamp(nullable=True)
    summary: dict[str, Any] = jsonb()


class CardTable(_OfMatch, table=True):
    __tablename__ = "rm_match_card"  # type: ignore[assignment]
    version: int
    card: dict[str, Any] = jsonb()


class BallTable(_OfMatch, table=True):
    __tablename__ = "rm_ball"  # type: ignore[assignment]
    innings: int = small(key=True)
    sequence: int = Field(primary_key=True)
    version: int
    over: int = small()
    position: int = small()
    legal: bool
    runs: int = small()
    score: int
    wickets: int = small()
    delivery: dict[str, Any] = jsonb()
    at: datetime | None = timestamp(nullable=True)


class OverTable(_OfMatch, table=True):
    __tablename__ = "rm_over"  # type: ignore[assignment]
    innings: int = small(key=True)
    over: int = small(key=True)
    bowlers: list[str] = jsonb()
    balls: int = small()
    runs: int = small()
    conceded: int = small()
    wickets: int = small()
    score: int


class FallTable(_OfMatch, table=True):
    __tablename__ = "rm_fall_of_wicket"  # type: ignore[assignment]
    innings: int = small(key=True)
    wicket: int = small(key=True)
    runs: int
    player: str
    over: int = small()
    ball: int = small()


class PartnershipTable(_OfMatch, table=True):
    __tablename__ = "rm_partnership"  # type: ignore[assignment]
    innings: int = small(key=True)
    sequence: int = small(key=True)
    wicket: int = small()
    batters: list[str] = jsonb()
    runs: int
    balls: int
    contributions: dict[str, Any] = jsonb()
    unbroken: bool


MATCHES = table_of(MatchTable, versioned=True)
CARDS = table_of(CardTable, versioned=True)
BALLS = table_of(BallTable)
OVERS = table_of(OverTable)
FALLS = table_of(FallTable)
PARTNERSHIPS = table_of(PartnershipTable)

DETAILS = (BALLS, OVERS, FALLS, PARTNERSHIPS)
TABLES = (MATCHES, CARDS, *DETAILS)


WRITE_ALL = write_all(TABLES)
"""Rows of all tables in one statement, since a round trip costs more than a row: the arrays of TABLES' columns."""
DELETE_DETAILS = tuple(
    f"delete from {table.name} where match_id = any($1::uuid[])"  # noqa: S608
    for table in DETAILS
)
