"""API keys: how machines get in. A key's text is ``pvk_<id>_<secret>``."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from contracts.identity import Grant
from handlers.identity.model import AccessToken, Actor, ApiKey, ApiKeySecret

ROTATION_OVERLAP = timedelta(days=1)
"""So long does the secret before a rotation still open, if nothing else is said."""


class ApiKeys:
    """The keys of a tenant."""

    async def create(
        self,
        tenant_id: UUID,
        *,
        name: str,
        grants: Iterable[Grant],
        expires_at: datetime | None = None,
        by: Actor,
    ) -> ApiKeySecret:
        """A new key, with what its maker may grant. A repeat with the same idempotency key makes no second one.

        Raises IdentityRefused: name_malformed, grants_missing, role_unknown, grant_scope_wrong, not_allowed,
        expiry_in_past, too_many_api_keys, secret_shown_already (the repeat: 409).
        """
        raise NotImplementedError

    async def list(self, tenant_id: UUID, *, revoked: bool = False) -> Sequence[ApiKey]:
        """The keys, newest first; ``revoked``: also those that no longer open anything."""
        raise NotImplementedError

    async def get(self, tenant_id: UUID, key_id: UUID) -> ApiKey:
        """Raises IdentityRefused: api_key_not_found."""
        raise NotImplementedError

    async def rotate(
        self, tenant_id: UUID, key_id: UUID, *, overlap: timedelta = ROTATION_OVERLAP, by: Actor
    ) -> ApiKeySecret:
        """A new secret for the key; the old one opens for ``overlap`` longer (zero to thirty days).

        Raises IdentityRefused: api_key_not_found, api_key_revoked, overlap_out_of_range, not_allowed,
        secret_shown_already.
        """
        raise NotImplementedError

    async def revoke(self, tenant_id: UUID, key_id: UUID, *, by: Actor) -> ApiKey:
        """The key opens nothing any more, nor do tokens it was exchanged for. Nothing happens if that is so.

        Raises IdentityRefused: api_key_not_found, not_allowed.
        """
        raise NotImplementedError

    async def exchange(self, key: str) -> AccessToken:
        """A token of five minutes for a key. Raises IdentityRefused: api_key_invalid (unknown, wrong, expired,
        revoked: nothing tells which), tenant_suspended."""
        raise NotImplementedError
