"""Tables of read models, described once: the SQL that fills them is made from the description."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, SmallInteger
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel


def small(*, key: bool = False) -> Any:
    """A column of small numbers."""
    return Field(sa_type=SmallInteger, primary_key=key)


def jsonb() -> Any:
    """A column of JSON."""
    return Field(sa_type=JSONB)


def timestamp(**options: Any) -> Any:
    """A column of times."""
    return Field(sa_type=TIMESTAMP(timezone=True), **options)  # type: ignore[call-overload]


class Table(NamedTuple):
    """A table as it is written. ``columns`` stand in the order of the rows in ``projections``.

    ``types`` are Postgres's. A row of a ``versioned`` table gives way to a later version only.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: tuple[str, ...]
    versioned: bool


def table_of(model: type[SQLModel], *, versioned: bool = False) -> Table:
    """The table that a model describes."""
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


def unnested(table: Table, first: int) -> str:
    """Any number of rows, each parameter a column's array; ``first`` is the number of the first parameter."""
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(table.types, first))
    return f"select * from unnest({arrays})"  # noqa: S608


def upsert(table: Table, rows: str) -> str:
    """What the query ``rows`` gives stands in the table, in the place of rows with the same key."""
    names = ", ".join(f'"{column}"' for column in table.columns)
    keys = ", ".join(f'"{column}"' for column in table.key)
    others = (column for column in table.columns if column not in table.key)
    changes = ", ".join(f'"{column}" = excluded."{column}"' for column in others)
    newer = f" where {table.name}.version < excluded.version" if table.versioned else ""
    return f"insert into {table.name} ({names}) {rows} on conflict ({keys}) do update set {changes}{newer}"


def write_all(tables: Sequence[Table]) -> str:
    """Rows of all tables in one statement, since a round trip costs more than a row."""
    first, parts = 1, list[str]()
    for table in tables:
        parts.append(f"{table.name}_written as ({upsert(table, unnested(table, first))})")
        first += len(table.columns)
    return f"with {', '.join(parts)} select"
