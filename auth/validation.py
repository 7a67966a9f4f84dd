"""Whether a token is good by what is stored, without asking the store each time."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from contracts.identity import Principal
from contracts.tokens import LEEWAY_SECONDS
from domain.identity.errors import IdentityRefused
from domain.identity.revocations import Revocations
from handlers.identity import Sessions

STANDING_SECONDS = 2.0
"""What was stored about a token is believed this long, unless something else is heard."""
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Standing:
    """What was stored about a token. ``until`` on the monotonic clock; ``forgotten``: how often all had been forgotten
    when it was looked up."""

    principal: Principal
    until: float
    forgotten: int


class Validator:
    """Tokens and how they stand. What is heard of revocations counts at once."""

    def __init__(self, sessions: Sessions, revocations: Revocations) -> None:
        self._sessions = sessions
        self._revocations = revocations
        self._known: OrderedDict[str, Standing] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Standing]] = {}
        self._forgotten = 0

    async def standing(self, token: str, tenant_id: UUID | None = None) -> Standing:
        """How a token stands; ``tenant_id``: the tenant it must be of.

        Raises IdentityRefused, and StoreUnavailable where it is not known and the store is away.
        """
        found = self.known(token) or await self._asked(token)
        self.check(found, tenant_id)
        return found

    def forget(self) -> None:
        """Believe nothing of what was looked up until now: a key that signed some of it was revoked."""
        self._forgotten += 1
        self._known.clear()

    def known(self, token: str) -> Standing | None:
        """What is known without asking."""
        found = self._known.get(token)
        return found if found is not None and self.believes(found) else None

    def believes(self, standing: Standing) -> bool:
        """Was it looked up lately enough?"""
        return standing.forgotten == self._forgotten and time.monotonic() < standing.until

    def check(self, standing: Standing, tenant_id: UUID | None = None) -> None:
        """Raises IdentityRefused for what was heard since, and for another tenant's token."""
        principal = standing.principal
        if tenant_id is not None and principal.tenant_id != tenant_id:
            raise IdentityRefused("token_of_another_tenant", "the token is for another league")
        code = self._revocations.refusal(
            tenant_id=principal.tenant_id,
            subject=principal.subject,
            session_id=principal.session_id,
            issued_at=principal.issued_at,
        )
        if code is not None:
            raise IdentityRefused(code, "the token is no longer good")

    async def _asked(self, token: str) -> Standing:
        """All who ask about a token at once share one look; who leaves does not take it from the others."""
        task = self._asking.get(token)
        if task is None:
            task = self._asking[token] = asyncio.ensure_future(self._look(token))
            task.add_done_callback(lambda done: self._answered(token, done))
        return await asyncio.shield(task)

    def _answered(self, token: str, task: "asyncio.Task[Standing]") -> None:
        self._asking.pop(token, None)
        if not task.cancelled():
            task.exception()  # those who waited have it, and where nobody did it is of no interest

    async def _look(self, token: str) -> Standing:
        looked_at, forgotten = time.monotonic(), self._forgotten
        principal = await self._sessions.validate(token)
        left = principal.expires_at + LEEWAY_SECONDS - time.time()
        standing = Standing(principal, looked_at + min(STANDING_SECONDS, left), forgotten)
        self._known[token] = standing
        self._known.move_to_end(token)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return standing
