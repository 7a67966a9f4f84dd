"""Everything that the use cases of identity need, wired together."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import asyncpg

from adapters.passwords import Argon2Passwords
from adapters.postgres.identity import PostgresIdentityStore
from adapters.temporal.keys import PayloadKeys
from adapters.tokens.codes import TotpCodes
from adapters.tokens.ed25519 import Ed25519KeyPairs
from adapters.tokens.vault import AesVault
from domain.identity.signing import KeyTimes
from handlers.identity import (
    Accounts,
    ApiKeys,
    Identity,
    Mails,
    Members,
    Sessions,
    ShareLinks,
    SigningKeys,
    Tenants,
)
from handlers.identity.kit import Kit
from handlers.identity.ports import Passwords
from handlers.identity.signing_keys import RELOAD_SECONDS


def utc_now() -> datetime:
    return datetime.now(UTC)


async def open_identity(
    pool: "asyncpg.Pool[Any]",
    *,
    keys: str,
    issuer: str,
    audience: str,
    clock: Callable[[], datetime] = utc_now,
    passwords: Passwords | None = None,
    key_times: KeyTimes | None = None,
    reload_seconds: float = RELOAD_SECONDS,
) -> Identity:
    """The use cases over a pool of the role ``pavilion_auth``. Makes the first signing key if there is none.

    ``keys``: what secrets at rest are encrypted with, ``id:base64`` by commas, the newest first
    (``stack.secrets.identity_key``). ``passwords``, ``clock``, ``key_times`` and ``reload_seconds`` (how long signing
    keys are known without another look) have values for production. Raises StoreUnavailable, PayloadKeysInvalid.
    """
    store, vault = PostgresIdentityStore(pool), AesVault(PayloadKeys.parse(keys))
    signing_keys = SigningKeys(
        store,
        Ed25519KeyPairs(),
        vault,
        issuer=issuer,
        audience=audience,
        clock=clock,
        times=key_times,
        reload_seconds=reload_seconds,
    )
    await signing_keys.keep()
    kit = Kit(
        store=store,
        passwords=passwords or Argon2Passwords(),
        vault=vault,
        codes=TotpCodes(),
        keys=signing_keys,
        clock=clock,
    )
    return Identity(
        accounts=Accounts(kit),
        sessions=Sessions(kit),
        members=Members(kit),
        tenants=Tenants(kit),
        api_keys=ApiKeys(kit),
        share_links=ShareLinks(kit),
        signing_keys=signing_keys,
        mails=Mails(kit),
    )
