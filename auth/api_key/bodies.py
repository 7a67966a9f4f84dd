"""What is asked and answered about API keys."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from auth.account.bodies import Name
from auth.member.bodies import Roles
from auth.requests import roles_of
from handlers.identity import ApiKey, ApiKeySecret

Moment = Annotated[datetime, Meta(tz=True)]
DAY_SECONDS = 24 * 3600


class CreateKeyBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the key is called, what it may, and until when; without `expires_at` until it is revoked."""

    name: Name
    roles: Roles
    expires_at: Moment | None = None


class RotateKeyBody(msgspec.Struct, forbid_unknown_fields=True):
    """How much longer the secret until now opens: zero to thirty days."""

    overlap_seconds: Annotated[int, Meta(ge=0, le=30 * DAY_SECONDS)] = DAY_SECONDS


class ApiKeyBody(msgspec.Struct):
    """An API key, without what opens. `prefix` is how its text begins. `previous_until`: so long does the secret before
    the last rotation open."""

    id: UUID
    name: str
    prefix: str
    roles: list[str]
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    rotated_at: datetime | None
    previous_until: datetime | None
    revoked_at: datetime | None
    version: int


class NewKeyBody(msgspec.Struct):
    """A key with its secret, which is shown this once: keep it."""

    key: ApiKeyBody
    secret: str


class ApiKeyPageBody(msgspec.Struct):
    """A page of keys."""

    keys: list[ApiKeyBody]
    next: str | None


STRUCTS: list[type[Any]] = [CreateKeyBody, RotateKeyBody, ApiKeyBody, NewKeyBody, ApiKeyPageBody]


def key_said(key: ApiKey) -> ApiKeyBody:
    """A key as it is shown."""
    return ApiKeyBody(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        roles=roles_of(key.grants),
        created_by=key.created_by,
        created_at=key.created_at,
        expires_at=key.expires_at,
        last_used_at=key.last_used_at,
        rotated_at=key.rotated_at,
        previous_until=key.previous_until,
        revoked_at=key.revoked_at,
        version=key.version,
    )


def new_key_said(made: ApiKeySecret) -> NewKeyBody:
    """A key with its secret."""
    return NewKeyBody(key_said(made.key), made.secret)
