"""Everything that a process verifies tokens with, wired together: keys, revocations, the Auth Service."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.auth.client import AuthClient, ClientTls
from adapters.kafka.revocations import RevocationFollower, following
from api.jwks import sources_of
from api.keys import KeyRing
from api.security import TokenVerifier
from contracts.revocations import REMEMBERED_SECONDS
from domain.identity.revocations import Revocations


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Whom a process believes. ``jwks``: files and addresses by commas, kept in ``jwks_kept``; ``auth_grpc``
    host:port of the Auth Service, None where there is none to ask; ``kafka_bootstrap`` None: no revocation is heard
    of, and tokens are believed until they expire."""

    jwks: str
    issuer: str
    audience: str
    jwks_kept: Path | None = None
    auth_grpc: str | None = None
    auth_tls: ClientTls | None = None
    kafka_bootstrap: str | None = None
    kafka_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Verifying:
    """What verifies, and the keys that it does so with."""

    verifier: TokenVerifier
    keys: KeyRing


@asynccontextmanager
async def verifying(trust: Trust) -> AsyncIterator[Verifying]:
    """A verifier that hears of revocations as long as what is done within. Needs neither Kafka nor the Auth Service to
    be there. Raises ValueError for a list of places without any."""
    keys = KeyRing(sources_of(trust.jwks, trust.jwks_kept))
    revocations = Revocations(REMEMBERED_SECONDS)
    async with AsyncExitStack() as running:
        client = None
        if trust.auth_grpc is not None:
            client = AuthClient(trust.auth_grpc, trust.auth_tls)
            running.push_async_callback(client.close)
        verifier = TokenVerifier(
            keys,
            issuer=trust.issuer,
            audience=trust.audience,
            revocations=revocations,
            authority=client,
        )
        if trust.kafka_bootstrap is not None:
            follower = RevocationFollower(
                revocations,
                bootstrap=trust.kafka_bootstrap,
                prefix=trust.kafka_prefix,
                keys_rotated=keys.refresh,
                key_revoked=keys.withdraw,
            )
            await running.enter_async_context(following(follower))
        yield Verifying(verifier, keys)
