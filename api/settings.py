"""Settings of the API process, from variables with the prefix ``PAVILION_``."""

from pathlib import Path
from uuid import UUID

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.issuer import AUDIENCE, ISSUER


class ApiSettings(BaseSettings):
    """Read once, when the process starts. What is None comes from the running stack of this checkout."""

    model_config = SettingsConfigDict(env_prefix="PAVILION_", env_ignore_empty=True, extra="ignore")

    postgres_dsn: str | None = None
    temporal_address: str | None = None
    temporal_namespace: str = "default"
    postgres_role: str = "pavilion_app"
    """Who the API logs in as, in place of the user in ``postgres_dsn``."""
    postgres_pool_size: int = 16
    jwks: str | None = None
    """Where the public keys of token issuers are: files, or http(s) addresses of a JWKS, by commas."""
    jwks_kept: Path | None = None
    """A folder of this process's user alone, where what was read at an address is kept: a process that starts while
    the Auth Service is away verifies with it. None keeps nothing."""
    auth_url: str | None = None
    """Of the Auth Service's HTTP side, in a checkout: its keys are believed beside the development issuer's."""
    auth_grpc: str | None = None
    """host:port of the Auth Service, which is asked where it matters that a token was not revoked a moment ago."""
    auth_tls_ca: Path | None = None
    """The CA of the Auth Service's certificate; None: it is not encrypted."""
    auth_client_certificate: Path | None = None
    """What is shown to an Auth Service that wants to know who calls (mTLS), and its key."""
    auth_client_key: Path | None = None
    kafka_bootstrap: str | None = None
    """Where revocations and live events are heard of. None beside ``postgres_dsn``: neither is; tokens are believed
    until they expire, and who listens is told what is read from the store."""
    kafka_prefix: str = ""
    token_issuer: str = ISSUER
    token_audience: str = AUDIENCE
    invitation_key: SecretStr | None = None
    """What the secrets of captains' invitations are made with. Without it each process makes one of its own, and
    an invitation repeated after its end is refused instead of answered again."""
    stripe_webhook_secrets: SecretStr | None = None
    """See ``stack.secrets``, which is asked without it; as for the next."""
    payload_keys: SecretStr | None = None
    notification_key: SecretStr | None = None
    vapid_key: SecretStr | None = None
    stripe_tenant: UUID | None = None
    """The league whose account at Stripe it is; None: the development one."""
    stripe_url: str | None = None
    """Of a simulator in place of Stripe."""
    stripe_key: SecretStr | None = None
    webhook_key: SecretStr | None = None
    """What the secrets of webhook endpoints are encrypted with; see ``stack.secrets``."""
    outgoing_allow_private: str = ""
    """Where webhooks and pushes may go though it is not public; see ``stack.settings``."""
    services: str = ""
    """Which groups of operations this process serves (``api.groups``), separated by commas; blank: all."""
    live_listeners: int = 10_000
    """Clients that may follow matches and tournaments at once, in this process; each is a connection."""
    live_linger_seconds: float = 30
    """How long a match is told on after its result, which the next correction may take back."""
    live_send_seconds: float = 10
    """How long a client may take nothing of what it is sent, before it is cut off."""
    cached_matches: int = 1000
    cors_origins: str = ""
    """From where browsers may call the API, separated by commas: ``https://app.example``, or ``*``."""
    card_wait_seconds: float = 0.3
    """How long a scorecard asked for with ``at_least`` waits for the projector before the stream is folded."""
