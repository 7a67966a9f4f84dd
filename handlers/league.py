"""All that a league has, one thing at a time."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from handlers.ledger import Ledger
from handlers.payees import Payees
from handlers.persons import PersonalData, exported
from handlers.register import RegisterStore

REGISTERS = ("team", "player", "venue")
AT_ONCE = 500
Thing = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueData:
    """Where what a league has is kept."""

    registers: RegisterStore
    payees: Payees
    ledger: Ledger
    data: PersonalData

    async def everything(self, tenant_id: UUID) -> AsyncIterator[Thing]:
        """The registers with what is archived in them, the payees, what was booked, and every event."""
        for kind in REGISTERS:
            async for row in self._registered(tenant_id, kind):
                yield row
        async for payee in self._payees(tenant_id):
            yield payee
        async for booked in self._booked(tenant_id):
            yield booked
        async for event in self.data.events(tenant_id):
            yield exported(event, event.stream_kind)

    async def _registered(self, tenant_id: UUID, kind: str) -> AsyncIterator[Thing]:
        after: tuple[str, str] | None = None
        while rows := await self.registers.page(
            tenant_id, kind, search=None, archived=True, after=after, limit=AT_ONCE
        ):
            for row in rows:
                yield {"what": "register", "kind": kind, "entry": row.entry, "archived_at": row.archived_at}
            after = (rows[-1].entry["name"], rows[-1].id)

    async def _payees(self, tenant_id: UUID) -> AsyncIterator[Thing]:
        after = ""
        while rows := await self.payees.page(tenant_id, after, AT_ONCE):
            for row in rows:
                yield {"what": "payee", **msgspec.to_builtins(row)}
            after = rows[-1].id

    async def _booked(self, tenant_id: UUID) -> AsyncIterator[Thing]:
        rows = await self.ledger.transactions(tenant_id, limit=AT_ONCE)
        while rows:
            for row in rows:
                yield {"what": "ledger", **msgspec.to_builtins(row)}
            rows = await self.ledger.transactions(tenant_id, after=rows[-1].place, limit=AT_ONCE)
