"""All that a league has, one thing at a time."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec

from api.services import Services
from handlers.persons import exported

REGISTERS = ("team", "player", "venue")
AT_ONCE = 500


async def everything(known: Services, tenant_id: UUID) -> AsyncIterator[dict[str, Any]]:
    """The registers with what is archived in them, the payees, what was booked, and every event."""
    for kind in REGISTERS:
        async for row in _registered(known, tenant_id, kind):
            yield row
    async for payee in _payees(known, tenant_id):
        yield payee
    async for booked in _booked(known, tenant_id):
        yield booked
    async for event in known.personal_data.events(tenant_id):
        yield exported(event, event.stream_kind)


async def _registered(known: Services, tenant_id: UUID, kind: str) -> AsyncIterator[dict[str, Any]]:
    after: tuple[str, str] | None = None
    while rows := await known.registers.store.page(
        tenant_id, kind, search=None, archived=True, after=after, limit=AT_ONCE
    ):
        for row in rows:
            yield {"what": "register", "kind": kind, "entry": row.entry, "archived_at": row.archived_at}
        after = (rows[-1].entry["name"], rows[-1].id)


async def _payees(known: Services, tenant_id: UUID) -> AsyncIterator[dict[str, Any]]:
    after = ""
    while rows := await known.payees.page(tenant_id, after, AT_ONCE):
        for row in rows:
            yield {"what": "payee", **msgspec.to_builtins(row)}
        after = rows[-1].id


async def _booked(known: Services, tenant_id: UUID) -> AsyncIterator[dict[str, Any]]:
    rows = await known.ledger.transactions(tenant_id, limit=AT_ONCE)
    while rows:
        for row in rows:
            yield {"what": "ledger", **msgspec.to_builtins(row)}
        rows = await known.ledger.transactions(tenant_id, after=rows[-1].place, limit=AT_ONCE)
