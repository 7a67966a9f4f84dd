"""API keys and share links."""

from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.postgres.identity.connected import Connected, as_grants, as_texts, insert, locked, put
from handlers.identity.model import ApiKey, ShareLink
from handlers.identity.rows import ApiKeyRow, ShareLinkRow
from handlers.identity.secret import API_KEY

_KEY = (
    *("id", "tenant_id", "name", "grants", "created_by", "created_at", "expires_at"),
    *("last_used_at", "rotated_at", "previous_until", "revoked_at", "version"),
)
_KEY_COLUMNS = (*_KEY, "secret_hash", "previous_hash")
_KEY_SELECT = f"select {', '.join(_KEY_COLUMNS)} from api_key"  # noqa: S608
_KEY_ADD, _KEY_PUT = insert("api_key", _KEY_COLUMNS), put("api_key", _KEY_COLUMNS)
_LINK = (
    *("id", "tenant_id", "match_id", "name", "created_by", "created_at"),
    *("expires_at", "opened_at", "revoked_at", "version"),
)
_LINK_COLUMNS = (*_LINK, "secret_hash")
_LINK_SELECT = f"select {', '.join(_LINK_COLUMNS)} from share_link"  # noqa: S608
_LINK_ADD, _LINK_PUT = insert("share_link", _LINK_COLUMNS), put("share_link", _LINK_COLUMNS)
_LINKS = """
where tenant_id = $1 and ($2::uuid is null or match_id = $2) and revoked_at is null and expires_at > $3
order by created_at desc, id for no key update
"""


class CredentialRows(Connected):
    async def api_key(self, tenant_id: UUID, id_: UUID, *, lock: bool = False) -> ApiKeyRow | None:
        query = locked(f"{_KEY_SELECT} where tenant_id = $1 and id = $2", lock)
        row = await self._row(query, tenant_id, id_)
        return None if row is None else _key(row)

    async def api_keys(self, tenant_id: UUID, *, revoked: bool) -> list[ApiKeyRow]:
        query = (
            f"{_KEY_SELECT} where tenant_id = $1 and ($2 or revoked_at is null) order by created_at desc, id"
        )
        return [_key(row) for row in await self._rows(query, tenant_id, revoked)]

    async def put_api_key(self, row: ApiKeyRow) -> None:
        key = row.key
        said = [getattr(key, name) for name in _KEY]
        said[_KEY.index("grants")] = as_texts(key.grants)
        statement = _KEY_ADD if key.version == 1 else _KEY_PUT
        await self._do(statement, *said, row.secret_hash, row.previous_hash)

    async def share_link(self, id_: UUID, *, lock: bool = False) -> ShareLinkRow | None:
        row = await self._row(locked(f"{_LINK_SELECT} where id = $1", lock), id_)
        return None if row is None else _link(row)

    async def share_links(self, tenant_id: UUID, match_id: UUID | None, now: datetime) -> list[ShareLinkRow]:
        query = f"{_LINK_SELECT} {_LINKS}"
        return [_link(row) for row in await self._rows(query, tenant_id, match_id, now)]

    async def put_share_link(self, row: ShareLinkRow) -> None:
        statement = _LINK_ADD if row.link.version == 1 else _LINK_PUT
        await self._do(statement, *(getattr(row.link, name) for name in _LINK), row.secret_hash)


def _key(row: Any) -> ApiKeyRow:
    said = {name: row[name] for name in _KEY}
    said["grants"] = as_grants(row["grants"])
    prefix = f"{API_KEY.prefix}{row['id'].hex[:8]}"
    return ApiKeyRow(
        key=ApiKey(**said, prefix=prefix),
        secret_hash=row["secret_hash"],
        previous_hash=row["previous_hash"],
    )


def _link(row: Any) -> ShareLinkRow:
    return ShareLinkRow(link=ShareLink(**{name: row[name] for name in _LINK}), secret_hash=row["secret_hash"])
