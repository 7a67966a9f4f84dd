"""The tables of the read models, described once: the SQL that fills them comes from here."""

from datetime import datetime
from typing import Any, NamedTuple
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
    __tablename__ = "rm_match"  # type: ignore[assignment]
    version: int
    tournament: str | None
    home: str
    away: str
    status: str
    created_at: datetime = _time()
    starts_at: datetime | None = _time(nullable=True)
    summary: dict[str, Any] = _json()


class CardTable(_OfMatch, table=True):
    __tablename__ = "rm_match_card"  # type: ignore[assignment]
    version: int
    card: dict[str, Any] = _json()


class BallTable(_OfMatch, table=True):
    __tablename__ = "rm_ball"  # type: ignore[assignment]
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
    __tablename__ = "rm_over"  # type: ignore[assignment]
    innings: int = _small(key=True)
    over: int = _small(key=True)
    bowlers: list[str] = _json()
    balls: int = _small()
    runs: int = _small()
    conceded: int = _small()
    wickets: int = _small()
    score: int


class FallTable(_OfMatch, table=True):
    __tablename__ = "rm_fall_of_wicket"  # type: ignore[assignment]
    innings: int = _small(key=True)
    wicket: int = _small(key=True)
    runs: int
    player: str
    over: int = _small()
    ball: int = _small()


class PartnershipTable(_OfMatch, table=True):
    __tablename__ = "rm_partnership"  # type: ignore[assignment]
    innings: int = _small(key=True)
    sequence: int = _small(key=True)
    wicket: int = _small()
    batters: list[str] = _json()
    runs: int
    balls: int
    contributions: dict[str, Any] = _json()
    unbroken: bool


class Table(NamedTuple):
    """A table as it is written. ``columns`` stand in the order of the rows in ``projections.match_rows``.

    ``types`` are Postgres's. A row of a ``versioned`` table gives way to a later version only.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...]
    versioned: bool


def _table(model: type[SQLModel], *, versioned: bool = False) -> Table:
    name: str = model.__table__.name  # type: ignore[attr-defined]
    columns: list[Column[Any]] = list(model.__table__.columns)  # type: ignore[attr-defined]
    dialect = postgresql.dialect()
    return Table(
        name=name,
        columns=tuple(column.name for column in columns),
        types=tuple(column.type.compile(dialect=dialect) for column in columns),
        key=tuple(column.name for column in columns if column.primary_key),
        versioned=versioned,
    )


MATCHES = _table(MatchTable, versioned=True)
CARDS = _table(CardTable, versioned=True)
BALLS = _table(BallTable)
OVERS = _table(OverTable)
FALLS = _table(FallTable)
PARTNERSHIPS = _table(PartnershipTable)

DETAILS = (BALLS, OVERS, FALLS, PARTNERSHIPS)
TABLES = (MATCHES, CARDS, *DETAILS)


def _upsert(table: Table, first: int) -> str:
    """Any number of rows, each parameter a column's array; ``first`` is the number of the first parameter."""
    names = ", ".join(f'"{column}"' for column in table.columns)
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(table.types, first))
    keys = ", ".join(f'"{column}"' for column in table.key)
    others = (column for column in table.columns if column not in table.key)
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in others)
    newer = f" where {table.name}.version < excluded.version" if table.versioned else ""
    return (
        f"insert into {table.name} ({names}) select * from unnest({arrays}) "  # noqa: S608
        f"on conflict ({keys}) do update set {changes}{newer}"
    )


def _write_all() -> str:
    first, parts = 1, list[str]()
    for table in TABLES:
        parts.append(f"{table.name}_written as ({_upsert(table, first)})")
        first += len(table.columns)
    return f"with {', '.join(parts)} select"


WRITE_ALL = _write_all()
"""Rows of all tables in one statement, since a round trip costs more than a row: the arrays of TABLES' columns."""
DELETE_DETAILS = tuple(
    f"delete from {table.name} where match_id = any($1::uuid[])"  # noqa: S608
    for table in DETAILS
)
