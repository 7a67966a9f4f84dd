"""Settings of the gateway's door, from variables with the prefix ``PAVILION_``."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from api.issuer import AUDIENCE, ISSUER


class GateSettings(BaseSettings):
    """Read once, when the process starts. What is None comes from the running stack of this checkout."""

    model_config = SettingsConfigDict(env_prefix="PAVILION_", env_ignore_empty=True, extra="ignore")

    postgres_dsn: str | None = None
    gate_postgres_role: str = "pavilion_gate"
    """Who the door logs in as, in place of the user in ``postgres_dsn``: it reads plans and nothing else."""
    redis_url: str | None = None
    quota_prefix: str = "pavilion:quota:"
    """Goes before every key, where several installations share a Redis."""
    jwks: str | None = None
    """Where the public keys of those whose tokens are good are: files and http(s) addresses, by commas."""
    jwks_kept: Path | None = None
    """The folder that keys from an address are kept in, for the day when it does not answer."""
    auth_url: str | None = None
    """Where the Auth Service's HTTP side answers, which knows API keys."""
    kafka_bootstrap: str | None = None
    """Whence revocations are heard of."""
    kafka_prefix: str = ""
    token_issuer: str = ISSUER
    token_audience: str = AUDIENCE
