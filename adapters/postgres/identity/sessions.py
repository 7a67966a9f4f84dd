"""Sessions and their refresh tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.postgres.identity.connected import Connected, as_grants, locked, put
from handlers.identity.model import Session
from handlers.identity.rows import HeldRefresh, SessionRow

_SESSION = (
    *("id", "tenant_id", "kind", "user_id", "created_at"),
    *("last_used_at", "expires_at", "address", "user_agent"),
)
_COLUMNS = (*_SESSION, "ended_at", "version")
_SELECT = f"select {', '.join(_COLUMNS)} from identity_session"  # noqa: S608
_PUT = put("identity_session", _COLUMNS)
_OF_USER = """
where user_id = $1 and ($2::uuid is null or tenant_id = $2) and ended_at is null
order by last_used_at desc, id for no key update
"""
_KNOWN_DEVICE = """
select not exists (select from identity_session where user_id = $1)
  or exists (select from identity_session where user_id = $1 and user_agent is not distinct from $2)
"""
_ADD_REFRESH = "insert into refresh_token (tenant_id, id, session_id, secret_hash, created_at) values ($1, $2, $3, $4, $5)"


class SessionRows(Connected):
    async def put_session(self, row: SessionRow) -> None:
        await self._do(_PUT, *(getattr(row.session, name) for name in _SESSION), row.ended_at, row.version)

    async def session(self, tenant_id: UUID, id_: UUID, *, lock: bool = False) -> SessionRow | None:
        query = locked(f"{_SELECT} where tenant_id = $1 and id = $2", lock)
        row = await self._row(query, tenant_id, id_)
        return None if row is None else _session(row)

    async def sessions_of(self, user_id: UUID, tenant_id: UUID | None = None) -> list[SessionRow]:
        return [_session(row) for row in await self._rows(f"{_SELECT} {_OF_USER}", user_id, tenant_id)]

    async def known_device(self, user_id: UUID, user_agent: str | None) -> bool:
        return await self._value(_KNOWN_DEVICE, user_id, user_agent)

    async def held_refresh(self, id_: UUID) -> HeldRefresh | None:
        row = await self._row("select * from identity_refresh($1)", id_)
        if row is None:
            return None
        return HeldRefresh(
            id=row["token_id"],
            secret_hash=row["secret_hash"],
            used_at=row["used_at"],
            session=_session(row),
            tenant_status=row["status"],
            grants=None if row["grants"] is None else as_grants(row["grants"]),
        )

    async def add_refresh(self, session: Session, id_: UUID, hash_: bytes, now: datetime) -> None:
        await self._do(_ADD_REFRESH, session.tenant_id, id_, session.id, hash_, now)

    async def use_refresh(self, id_: UUID, now: datetime) -> None:
        await self._do("update refresh_token set used_at = $2 where id = $1", id_, now)


def _session(row: Any) -> SessionRow:
    return SessionRow(
        session=Session(**{name: row[name] for name in _SESSION}),
        version=row["version"],
        ended_at=row["ended_at"],
    )
