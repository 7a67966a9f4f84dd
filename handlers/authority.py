"""Port: whoever knows what is stored about a token."""

from typing import Protocol
from uuid import UUID


class AuthorityUnavailable(Exception):
    """The Auth Service does not answer."""


class Authority(Protocol):
    """The Auth Service, as those see it who verify tokens."""

    async def refusal(self, token: str, tenant_id: UUID) -> str | None:
        """The code with which it refuses the token in this tenant, None if it is good. Raises AuthorityUnavailable."""
        ...
