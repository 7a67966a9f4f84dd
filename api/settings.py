"""Settings of the API process: the environment first, then the addresses of the running stack."""

from pathlib import Path

from pydantic_settings import (
    BaseSettings,
    JsonConfigSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

ISSUER = "https://auth.pavilion.local"
AUDIENCE = "pavilion"


class ApiSettings(BaseSettings):
    """Read once, when the process starts. Every variable has the prefix ``PAVILION_``."""

    model_config = SettingsConfigDict(
        env_prefix="PAVILION_", env_ignore_empty=True, extra="ignore", json_file=".pavilion/stack.json"
    )

    postgres_dsn: str
    postgres_role: str = "pavilion_app"
    """Who the API logs in as; in place of the user in ``postgres_dsn``."""
    postgres_pool_size: int = 16
    jwks: str = str(Path(".pavilion") / "issuer" / "jwks.json")
    """Where the public keys of the token issuer are: a file, or the http(s) address of a JWKS."""
    token_issuer: str = ISSUER
    token_audience: str = AUDIENCE
    cached_matches: int = 1000
    card_wait_seconds: float = 0.3
    """How long a scorecard asked for with ``at_least`` waits for the projector before the stream is folded."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, JsonConfigSettingsSource(settings_cls)
