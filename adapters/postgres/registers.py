"""The registers in Postgres. Every call is one round trip through a function of the migrations."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field, SQLModel

from adapters.postgres.event_store import EVENT_COLUMNS, NOT_AT_VERSION, stored_event
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import StoredEvent
from handlers.ports import DuplicateEvent, StoreUnavailable, VersionConflict
from handlers.register import Change, Registered

_encoder = msgspec.json.Encoder()


class RegisterTable(SQLModel, table=True):
    """A row for each team, player and venue. ``entry`` is what it is; the rest is about the row."""

    __tablename__ = "register"  # type: ignore[assignment]
    tenant_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version: int
    name: str
    entry: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=TIMESTAMP(timezone=True))  # type: ignore[call-overload]
    updated_at: datetime = Field(sa_type=TIMESTAMP(timezone=True))  # type: ignore[call-overload]
    archived_at: datetime | None = Field(sa_type=TIMESTAMP(timezone=True), nullable=True)  # type: ignore[call-overload]


_COLUMNS = ", ".join(
    f"{name}::text as {name}" if name == "entry" else name
    for name in RegisterTable.model_fields
    if name not in ("tenant_id", "kind", "name")
)
_ROWS = f"select {_COLUMNS} from register_rows($1, $2, $3::text[])"  # noqa: S608
_PAGE = f"select {_COLUMNS} from register_page($1, $2, $3, $4, $5, $6, $7)"  # noqa: S608
_WRITE = (
    f"select {_COLUMNS} from register_write($1, $2, $3::text[], $4::text[], $5::jsonb[], $6::boolean[], "  # noqa: S608
    "$7::uuid[], $8::integer[], $9::uuid[], $10::text[], $11::jsonb[])"
)
_EVENTS = f"select {EVENT_COLUMNS} from events_with_ids($1, $2::uuid[])"  # noqa: S608


class PostgresRegisterStore:
    """A :class:`handlers.register.RegisterStore` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def rows(self, tenant_id: UUID, kind: str, ids: Sequence[str]) -> dict[str, Registered]:
        return _by_id(await self._fetch(_ROWS, tenant_id, kind, ids))

    async def page(
        self,
        tenant_id: UUID,
        kind: str,
        *,
        search: str | None,
        archived: bool,
        after: tuple[str, str] | None,
        limit: int,
    ) -> list[Registered]:
        name, id_ = after or (None, None)
        return [
            _row(row) for row in await self._fetch(_PAGE, tenant_id, kind, search, archived, name, id_, limit)
        ]

    async def write(self, tenant_id: UUID, kind: str, changes: Sequence[Change]) -> dict[str, Registered]:
        try:
            rows = await self._fetch(
                _WRITE,
                tenant_id,
                kind,
                [change.id for change in changes],
                [change.name for change in changes],
                [_encoder.encode(change.entry).decode() for change in changes],
                [change.archived for change in changes],
                [change.stream_id for change in changes],
                [change.expected_version for change in changes],
                [change.event.event_id for change in changes],
                [change.event.type for change in changes],
                [change.event.metadata for change in changes],
            )
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "event_tenant_event_key":
                raise DuplicateEvent(str(changes[0].event.event_id)) from error
            raise VersionConflict("an entry was written by somebody else") from error
        except asyncpg.PostgresError as error:
            if error.sqlstate == NOT_AT_VERSION:
                raise VersionConflict("an entry is not at its version") from error
            raise
        return _by_id(rows)

    async def events(self, tenant_id: UUID, event_ids: Sequence[UUID]) -> list[StoredEvent]:
        return [stored_event(row) for row in await self._fetch(_EVENTS, tenant_id, event_ids)]

    async def _fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _by_id(rows: Sequence[asyncpg.Record]) -> dict[str, Registered]:
    return {row["id"]: _row(row) for row in rows}


def _row(row: asyncpg.Record) -> Registered:
    fields = dict(row)
    fields["entry"] = json.loads(fields["entry"])
    return Registered(**fields)
