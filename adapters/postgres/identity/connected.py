"""What all parts of a transaction share: its connection, and statements put together from columns."""

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from contracts.identity import Grant
from handlers.identity.ports import Taken

_TAKEN = {"account_email_key": "email", "tenant_slug_key": "slug"}


class Connected:
    """A part of a transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def _rows(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        return await self._connection.fetch(query, *arguments)

    async def _row(self, query: str, *arguments: object) -> asyncpg.Record | None:
        return await self._connection.fetchrow(query, *arguments)

    async def _value(self, query: str, *arguments: object) -> Any:
        return await self._connection.fetchval(query, *arguments)

    async def _do(self, query: str, *arguments: object) -> None:
        """Raises Taken."""
        try:
            await self._connection.execute(query, *arguments)
        except asyncpg.UniqueViolationError as error:
            raise Taken(_TAKEN.get(error.constraint_name or "", "id")) from error


def insert(table: str, columns: Sequence[str]) -> str:
    """The statement that writes a new row."""
    values = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    return f"insert into {table} ({', '.join(columns)}) values ({values})"  # noqa: S608


def put(table: str, columns: Sequence[str], key: Sequence[str] = ("id",)) -> str:
    """The statement that writes a row, new or not."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f"{insert(table, columns)} on conflict ({', '.join(key)}) do update set {changed}"


def locked(query: str, lock: bool) -> str:
    """Not ``for update``: rows that refer to this one can still be written meanwhile, so nobody waits in a circle."""
    return f"{query} for no key update" if lock else query


def as_texts(grants: Iterable[Grant]) -> list[str]:
    return sorted(str(grant) for grant in grants)


def as_grants(texts: Iterable[str]) -> frozenset[Grant]:
    return frozenset(Grant.parse(text) for text in texts)
