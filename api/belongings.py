"""Which tournament and teams matches and payments are of, remembered, since it never changes."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from uuid import UUID

from contracts.identity import Scope

REMEMBERED = 20_000
"""Of how many a process remembers it."""


class Belongings:
    """Where the matches and payments looked up lately belong."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._known: OrderedDict[tuple[UUID, UUID], frozenset[Scope]] = OrderedDict()
        self._limit = limit

    async def of(
        self, tenant_id: UUID, id_: UUID, look: Callable[[], Awaitable[frozenset[Scope]]]
    ) -> frozenset[Scope]:
        """What ``look`` finds, or found before. Raises what it raises; nothing is remembered then."""
        key = (tenant_id, id_)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = await look()
            if len(self._known) > self._limit:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return known
