"""Transactions of identity. Each names its tenant in the round trip that opens it, and appends its events last."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from adapters.postgres.event_store import NOT_AT_VERSION
from adapters.postgres.identity.accounts import AccountRows
from adapters.postgres.identity.connected import as_grants
from adapters.postgres.identity.credentials import CredentialRows
from adapters.postgres.identity.members import MemberRows
from adapters.postgres.identity.outbox import OutboxRows
from adapters.postgres.identity.sessions import SessionRows
from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from contracts.events import EventMetadata
from contracts.identity_events import IDENTITY, IdentityEvent, encode, identity_stream
from handlers.identity.model import Actor
from handlers.identity.rows import HeldKey, Standing
from handlers.ports import DuplicateEvent, StoreUnavailable, VersionConflict

USED_TO_THE_MINUTE = timedelta(minutes=1)
_encoder = msgspec.json.Encoder()
_APPEND = (
    "select append_group($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[], "
    "$7::smallint[], $8::jsonb[], $9::jsonb[])"
)
_USED = "select identity_key_used($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True)
class _Recorded:
    tenant_id: UUID
    stream_id: UUID
    version: int
    event_id: UUID
    event: IdentityEvent
    metadata: str


class PostgresUnit(AccountRows, MemberRows, SessionRows, CredentialRows, OutboxRows):
    """A :class:`handlers.identity.ports.Unit`."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._events: list[_Recorded] = []

    async def enter(self, tenant_id: UUID) -> None:
        await self._do("select set_config('app.tenant_id', $1, true)", str(tenant_id))

    async def record(
        self,
        tenant_id: UUID,
        noun: str,
        id_: object,
        version: int,
        event: IdentityEvent,
        by: Actor,
        event_id: UUID | None = None,
    ) -> None:
        metadata = EventMetadata(
            actor=by.subject,
            request_id=by.request_id,
            idempotency_key=by.idempotency_key,
            first=version,
            last=version,
        )
        said = _encoder.encode(metadata).decode()
        stream = identity_stream(tenant_id, noun, id_)
        self._events.append(_Recorded(tenant_id, stream, version, event_id or uuid4(), event, said))

    async def flush(self) -> None:
        """Append the events. Raises DuplicateEvent, VersionConflict."""
        events, self._events = self._events, []
        if not events:
            return
        try:
            await self._connection.fetchval(
                _APPEND,
                [each.tenant_id for each in events],
                [IDENTITY] * len(events),
                [each.stream_id for each in events],
                [each.version - 1 for each in events],
                [each.event_id for each in events],
                [type(each.event).__name__ for each in events],
                [1] * len(events),
                [encode(each.event).decode() for each in events],
                [each.metadata for each in events],
            )
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "event_tenant_event_key":
                raise DuplicateEvent(str(events[0].event_id)) from error
            raise VersionConflict("it was changed by somebody else") from error
        except asyncpg.PostgresError as error:
            if error.sqlstate == NOT_AT_VERSION:
                raise VersionConflict("it is not at its version") from error
            raise


class PostgresIdentityStore:
    """A :class:`handlers.identity.ports.IdentityStore` for the role ``pavilion_auth``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    @asynccontextmanager
    async def unit(
        self,
        *,
        tenant_id: UUID | None = None,
        user_id: UUID | None = None,
        credential_id: UUID | None = None,
    ) -> AsyncIterator[PostgresUnit]:
        try:
            async with self._pool.acquire() as connection:
                await connection.execute(_begin(tenant_id, user_id, credential_id))
                try:
                    unit = PostgresUnit(connection)
                    yield unit
                    await unit.flush()
                    await connection.execute("commit")
                except BaseException:
                    with suppress(*AWAY):
                        await connection.execute("rollback")
                    raise
        except asyncpg.TransactionRollbackError as error:
            # A deadlock, of which Postgres lets one go on: nothing was done of the other.
            raise StoreUnavailable("others are writing to the same at the same time") from error
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error

    async def standing(
        self, tenant_id: UUID, kind: str, subject: UUID, session_id: UUID, now: datetime
    ) -> Standing | None:
        query = "select * from identity_standing($1, $2, $3, $4, $5)"
        row = await self._row(query, tenant_id, kind, subject, session_id, now)
        return row and Standing(tenant_status=row["status"], grants=as_grants(row["grants"]))

    async def held_key(self, id_: UUID, now: datetime) -> HeldKey | None:
        row = await self._row("select * from identity_api_key($1, $2)", id_, now)
        return row and HeldKey(
            tenant_id=row["tenant_id"],
            tenant_status=row["status"],
            grants=as_grants(row["grants"]),
            secret_hash=row["secret_hash"],
            previous_hash=row["previous_hash"],
            expires_at=row["expires_at"],
            previous_until=row["previous_until"],
        )

    async def key_used(self, tenant_id: UUID, id_: UUID, now: datetime) -> None:
        await self._row(_USED, tenant_id, id_, now, now - USED_TO_THE_MINUTE)

    async def _row(self, query: str, *arguments: object) -> Any:
        try:
            return await self._pool.fetchrow(query, *arguments)
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _begin(tenant_id: UUID | None, user_id: UUID | None, credential_id: UUID | None) -> str:
    """Opens a transaction and says whose it is, in one round trip. What is not said is blank, and shows nothing."""
    whose = {"tenant_id": tenant_id, "user_id": user_id, "credential_id": credential_id}
    settings = ", ".join(
        f"set_config('app.{name}', '{id_ if isinstance(id_, UUID) else ''}', true)"
        for name, id_ in whose.items()
    )
    return f"begin; select {settings}"
