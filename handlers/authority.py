"""Port: whoever knows what is stored about a token."""

from typing import Protocol
from uuid import UUID

from contracts.identity import Grant


class AuthorityUnavailable(Exception):
    """The Auth Service does not answer."""


class Authority(Protocol):
    """The Auth Service, as those see it who verify tokens."""

    async def granted(self, token: str, tenant_id: UUID) -> frozenset[Grant] | str:
        """What is granted now to whom the token names in this tenant, or the code with which the token is refused.
        Raises AuthorityUnavailable."""
        ...
