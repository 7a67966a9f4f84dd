"""Sessions: logging in, refreshing, logging out, and whether a token is still good."""

from collections.abc import Sequence
from uuid import UUID

from contracts.identity import Principal
from handlers.identity.model import Actor, Session, SessionTokens


class Sessions:
    """Sessions of users, and of those who opened a share link."""

    async def create(
        self,
        *,
        email: str,
        password: str,
        totp: str | None = None,
        tenant: UUID | str | None = None,
        address: str,
        user_agent: str | None = None,
    ) -> SessionTokens:
        """Log in. ``tenant`` by id or slug; None: the only one that the person belongs to. ``totp`` may be a
        recovery code. ``address``: whence the request comes, as the gateway saw it.

        Raises IdentityRefused: credentials_wrong (also for who is no member of the tenant), totp_missing and
        totp_wrong (after a right password only), account_disabled (likewise), tenant_missing (several: ``detail``
        has ``tenants``, a list of {id, name, slug}), no_membership, tenant_suspended, too_many_logins (retry_after),
        identity_busy (retry_after).
        """
        raise NotImplementedError

    async def refresh(self, refresh_token: str, *, address: str | None = None) -> SessionTokens:
        """Exchange a refresh token for new tokens, with what the session is granted now.

        Raises IdentityRefused: refresh_invalid (unknown, malformed, expired), refresh_raced (409: another request with
        this token was served within ten seconds; use what it was given), refresh_reused (401: the session was ended),
        session_ended, tenant_suspended.
        """
        raise NotImplementedError

    async def revoke(self, tenant_id: UUID, session_id: UUID, *, by: Actor) -> None:
        """End a session; nothing happens if it has ended. Its own user may, and who may remove that member.

        Raises IdentityRefused: session_not_found (also another tenant's), not_allowed.
        """
        raise NotImplementedError

    async def revoke_all(
        self, user_id: UUID, *, but: UUID | None = None, reason: str = "logged_out", by: Actor
    ) -> int:
        """End all sessions of a user in all tenants, but one; how many there were."""
        raise NotImplementedError

    async def revoke_by_token(self, refresh_token: str) -> None:
        """Log out with the refresh token in hand. Nothing happens, and nothing is told, if it is no good."""
        raise NotImplementedError

    async def list(self, tenant_id: UUID, user_id: UUID) -> Sequence[Session]:
        """The live sessions of a user in a tenant, the last used first."""
        raise NotImplementedError

    async def validate(self, token: str, tenant_id: UUID | None = None) -> Principal:
        """Whom an access token names, if it is still good now: signature, and session, member, key or link, and
        tenant as they are stored. Its grants are what is granted now. ``tenant_id``: the tenant it must be of.

        Raises IdentityRefused: token_malformed, token_invalid, token_expired, token_revoked, tenant_suspended.
        """
        raise NotImplementedError
