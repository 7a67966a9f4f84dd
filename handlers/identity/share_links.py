"""Share links: scoring of one match, for one person, until it ends. Its text is ``pvl_<id>.<secret>``."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from handlers.identity.model import Actor, SessionTokens, ShareLink, ShareLinkSecret


class ShareLinks:
    """The links of a tenant's matches."""

    async def create(
        self, tenant_id: UUID, match_id: UUID, *, name: str, expires_at: datetime | None = None, by: Actor
    ) -> ShareLinkSecret:
        """A link that opens scoring of the match. Whether there is such a match is for the caller to have looked up.

        ``expires_at``: at the latest then, seven days from now unless said. Raises IdentityRefused: name_malformed,
        not_allowed, expiry_in_past, expiry_too_late, too_many_share_links, secret_shown_already.
        """
        raise NotImplementedError

    async def open(self, secret: str, *, address: str, user_agent: str | None = None) -> SessionTokens:
        """The first who opens a link gets its session, with the grant ``scorer@match:ID``.

        Raises IdentityRefused: share_link_invalid (unknown, wrong, expired, revoked), share_link_taken (409: somebody
        has it), tenant_suspended, too_many_attempts.
        """
        raise NotImplementedError

    async def list(self, tenant_id: UUID, *, match_id: UUID | None = None) -> Sequence[ShareLink]:
        """The links that are not over, newest first; of a match, all of it."""
        raise NotImplementedError

    async def revoke(self, tenant_id: UUID, link_id: UUID, *, by: Actor) -> ShareLink:
        """End a link and its session. Nothing happens if it has ended. Raises IdentityRefused: share_link_not_found,
        not_allowed."""
        raise NotImplementedError

    async def end_of_match(self, tenant_id: UUID, match_id: UUID) -> int:
        """Called when a match has ended: its links end; how many there were."""
        raise NotImplementedError
