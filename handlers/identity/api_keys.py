"""API keys: how machines get in. A key's text is ``pvk_<id>_<secret>``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from contracts.identity import Grant
from contracts.identity_events import ApiKeyCreated, ApiKeyRevoked, ApiKeyRotated
from contracts.ids import first_event_id
from domain.identity.accounts import proper_name
from domain.identity.errors import IdentityRefused
from domain.identity.links import MOST_API_KEYS, check_overlap
from domain.identity.refresh import EXCHANGED_LIFE
from handlers.errors import KeyReused
from handlers.identity.granting import check_administers, check_may_grant, checked_grants
from handlers.identity.kit import Case, check_open, suspended
from handlers.identity.model import AccessToken, Actor, ApiKey, ApiKeySecret
from handlers.identity.ports import Taken, Unit
from handlers.identity.rows import ApiKeyRow
from handlers.identity.secret import API_KEY, matches, new_secret
from handlers.ports import DuplicateEvent

ROTATION_OVERLAP = timedelta(days=1)
"""So long does the secret before a rotation still open, if nothing else is said."""


class ApiKeys(Case):
    """The keys of a tenant. They stay when who made them goes: they are the league's."""

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
        expiry_in_past, too_many_api_keys, tenant_suspended, secret_shown_already (the repeat: 409); KeyReused.
        """
        called, wanted = proper_name(name), checked_grants(grants)
        check_administers(by)
        check_may_grant(by, wanted)
        now = self._kit.clock()
        if expires_at is not None and expires_at <= now:
            raise IdentityRefused("expiry_in_past", "the key would have expired already")
        id_ = uuid5(tenant_id, f"api-key/{by.idempotency_key}") if by.idempotency_key else uuid4()
        secret = new_secret(API_KEY, id_)
        key = ApiKey(
            id=id_,
            tenant_id=tenant_id,
            name=called,
            prefix=prefix_of(id_),
            grants=wanted,
            created_by=by.subject,
            created_at=now,
            expires_at=expires_at,
            last_used_at=None,
            rotated_at=None,
            previous_until=None,
            revoked_at=None,
            version=1,
        )
        try:
            async with self._kit.store.unit(tenant_id=tenant_id) as unit:
                await _check_new(unit, key)
                await unit.put_api_key(ApiKeyRow(key=key, secret_hash=secret.hash))
                said = tuple(sorted(map(str, wanted)))
                event = ApiKeyCreated(key_id=id_, name=called, grants=said, expires_at=expires_at, at=now)
                await unit.record(tenant_id, "api-key", id_, 1, event, by)
        except Taken as error:
            raise shown_already() from error
        return ApiKeySecret(key=key, secret=secret.text)

    async def list(self, tenant_id: UUID, *, revoked: bool = False) -> Sequence[ApiKey]:
        """The keys, newest first; ``revoked``: also those that were revoked."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            return [row.key for row in await unit.api_keys(tenant_id, revoked=revoked)]

    async def get(self, tenant_id: UUID, key_id: UUID) -> ApiKey:
        """Raises IdentityRefused: api_key_not_found."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            return _found(await unit.api_key(tenant_id, key_id)).key

    async def rotate(
        self, tenant_id: UUID, key_id: UUID, *, overlap: timedelta = ROTATION_OVERLAP, by: Actor
    ) -> ApiKeySecret:
        """A new secret for the key; the old one opens for ``overlap`` longer (zero to thirty days). With none the tokens
        that it was exchanged for open nothing any more, either.

        Raises IdentityRefused: api_key_not_found, api_key_revoked, overlap_out_of_range, not_allowed,
        secret_shown_already.
        """
        check_overlap(overlap)
        check_administers(by)
        said = by.idempotency_key
        event_id = first_event_id(tenant_id, f"api-key/{key_id}/rotate", said) if said else uuid4()
        secret = new_secret(API_KEY, key_id)
        try:
            async with self._kit.store.unit(tenant_id=tenant_id) as unit:
                row = _found(await unit.api_key(tenant_id, key_id, lock=True))
                check_may_grant(by, row.key.grants)
                if row.key.revoked_at is not None:
                    raise IdentityRefused("api_key_revoked", "the key was revoked; make another")
                now = self._kit.clock()
                version, until = row.key.version + 1, now + overlap
                key = replace(row.key, rotated_at=now, previous_until=until, version=version)
                await unit.put_api_key(
                    ApiKeyRow(key=key, secret_hash=secret.hash, previous_hash=row.secret_hash)
                )
                event = ApiKeyRotated(key_id=key_id, previous_until=until, at=now)
                await unit.record(tenant_id, "api-key", key_id, version, event, by, event_id)
        except DuplicateEvent as error:
            raise shown_already() from error
        return ApiKeySecret(key=key, secret=secret.text)

    async def revoke(self, tenant_id: UUID, key_id: UUID, *, by: Actor) -> ApiKey:
        """The key opens nothing any more, nor do tokens it was exchanged for. Nothing happens if that is so.

        Raises IdentityRefused: api_key_not_found, not_allowed.
        """
        check_administers(by)
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            row = _found(await unit.api_key(tenant_id, key_id, lock=True))
            check_may_grant(by, row.key.grants)
            if row.key.revoked_at is not None:
                return row.key
            now = self._kit.clock()
            key = replace(row.key, revoked_at=now, previous_until=None, version=row.key.version + 1)
            await unit.put_api_key(replace(row, key=key, previous_hash=None))
            event = ApiKeyRevoked(key_id=key_id, at=now)
            await unit.record(tenant_id, "api-key", key_id, key.version, event, by)
            return key

    async def exchange(self, key: str) -> AccessToken:
        """A token of five minutes for a key, or until the key ends. Raises IdentityRefused: api_key_invalid (unknown, wrong, expired,
        revoked: nothing tells which), tenant_suspended."""
        told = API_KEY.read(key)
        now = self._kit.clock()
        held = await self._kit.store.held_key(told[0], now) if told else None
        if told is None or held is None:
            raise _invalid()
        id_, secret = told
        present, previous = matches(secret, held.secret_hash), matches(secret, held.previous_hash)
        if not (present or previous):
            raise _invalid()
        if held.tenant_status == "suspended":
            raise suspended()
        ends_at = held.ends_at(by_previous=not present)
        await self._kit.store.key_used(held.tenant_id, id_, now)
        return await self._kit.access_token(
            subject=id_,
            tenant_id=held.tenant_id,
            grants=held.grants,
            kind="api_key",
            session_id=id_,
            now=now,
            life=EXCHANGED_LIFE if ends_at is None else min(EXCHANGED_LIFE, ends_at - now),
        )


def prefix_of(key_id: UUID) -> str:
    """The beginning of a key's text, by which people tell keys apart. It opens nothing."""
    return f"{API_KEY.prefix}{key_id.hex[:8]}"


def shown_already() -> IdentityRefused:
    return IdentityRefused(
        "secret_shown_already", "this request was served before; its secret was shown then, and is not kept"
    )


async def _check_new(unit: Unit, key: ApiKey) -> None:
    check_open(await unit.tenant(key.tenant_id, lock=True))
    first = await unit.api_key(key.tenant_id, key.id)
    if first is not None:
        if (first.key.name, first.key.grants) != (key.name, key.grants):
            raise KeyReused
        raise shown_already()
    if len(await unit.api_keys(key.tenant_id, revoked=False)) >= MOST_API_KEYS:
        raise IdentityRefused(
            "too_many_api_keys", f"a league has {MOST_API_KEYS} keys at the most; revoke some"
        )


def _found(row: ApiKeyRow | None) -> ApiKeyRow:
    if row is None:
        raise IdentityRefused("api_key_not_found", "there is no such API key")
    return row


def _invalid() -> IdentityRefused:
    return IdentityRefused("api_key_invalid", "the API key is not valid")
