"""The tables of the read models, described once: the SQL that fills them comes from here."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, SmallInteger
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel


class _OfMatch(SQLModel):
    """Columns that all read models of a match begin with."""

    tenant_id: UUID
    match_id: UUID = Field(primary_key=True)


def _small(*, key: bool = False) -> Any:
    return Field(sa_type=SmallInteger, primary_key=key)


def _json() -> Any:
    return Field(sa_type=JSONB)


def _time(**options: Any) -> Any:
    return Field(sa_type=TIMESTAMP(timezone=True), **options)  # type: ignore[call-overload]


class MatchTable(_OfMatch, table=True):
    __tablename__ = "rm_match"
    version: int
    tournament: str | None
    home: str
    away: str
    status: str
    created_at: datetime = _time()
    starts_at: datetime | None = _time(nullable=True)
    summary: dict[str, Any] = _json()


class CardTable(_OfMatch, table=True):
    __tablename__ = "rm_match_card"
    version: int
    card: dict[str, Any] = _json()


class BallTable(_OfMatch, table=True):
    __tablename__ = "rm_ball"
    innings: int = _small(key=True)
    sequence: int = Field(primary_key=True)
    version: int
    over: int = _small()
    position: int = _small()
    legal: bool
    runs: int = _small()
    score: int
    wickets: int = _small()
    delivery: dict[str, Any] = _json()
    at: datetime | None = _time(nullable=True)


class OverTable(_OfMatch, table=True):
    __tablename__ = "rm_over"
    innings: int = _small(key=True)
    over: int = _small(key=True)
    bowlers: list[str] = _json()
    balls: int = _small()
    runs: int = _small()
    conceded: int = _small()
    wickets: int = _small()
    score: int


class FallTable(_OfMatch, table=True):
    __tablename__ = "rm_fall_of_wicket"
    innings: int = _small(key=True)
    wicket: int = _small(key=True)
    runs: int
    player: str
    over: int = _small()
    ball: int = _small()


class PartnershipTable(_OfMatch, table=True):
    __tablename__ = "rm_partnership"
    innings: int = _small(key=True)
    sequence: int = _small(key=True)
    wicket: int = _small()
    batters: list[str] = _json()
    runs: int
    balls: int
    contributions: dict[str, Any] = _json()
    unbroken: bool


DETAILS: tuple[type[SQLModel], ...] = (BallTable, OverTable, FallTable, PartnershipTable)
TABLES: tuple[type[SQLModel], ...] = (MatchTable, CardTable, *DETAILS)


def name_of(table: type[SQLModel]) -> str:
    return table.__table__.name  # type: ignore[attr-defined]


@cache
def columns_of(table: type[SQLModel]) -> tuple[str, ...]:
    """Column names in the order of the table, which is that of the rows in ``projections.match``."""
    return tuple(column.name for column in _columns(table))


@cache
def upsert_sql(table: type[SQLModel]) -> str:
    """One statement for any number of rows: each parameter is a column's array.

    A row with a version never gives way to one of the same or an earlier version.
    """
    columns = _columns(table)
    names = ", ".join(f'"{column.name}"' for column in columns)
    arrays = ", ".join(f"${index}::{_type(column)}[]" for index, column in enumerate(columns, 1))
    keys = ", ".join(f'"{column.name}"' for column in columns if column.primary_key)
    others = ", ".join(f'"{c.name}" = excluded."{c.name}"' for c in columns if not c.primary_key)
    name = name_of(table)
    newer = f" where {name}.version < excluded.version" if table in (MatchTable, CardTable) else ""
    return (
        f"insert into {name} ({names}) select * from unnest({arrays}) "  # noqa: S608
        f"on conflict ({keys}) do update set {others}{newer}"
    )


def _columns(table: type[SQLModel]) -> list[Column[Any]]:
    return list(table.__table__.columns)  # type: ignore[attr-defined]


def _type(column: Column[Any]) -> str:
    return column.type.compile(dialect=postgresql.dialect())
