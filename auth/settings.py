"""Settings of the Auth Service, from variables with the prefix ``PAVILION_``."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.issuer import AUDIENCE, ISSUER
from auth.mail.texts import sender_of

LISTEN = "127.0.0.1:7443"


class AuthSettings(BaseSettings):
    """Read once, when the process starts. What is None comes from the running stack of this checkout."""

    model_config = SettingsConfigDict(env_prefix="PAVILION_", env_ignore_empty=True, extra="ignore")

    postgres_dsn: str | None = None
    kafka_bootstrap: str | None = None
    kafka_replication: int = 1
    kafka_prefix: str = ""
    auth_listen: str = LISTEN
    """host:port where gRPC listens."""
    auth_grpc: str | None = None
    """Where others are told to find it: in a checkout it listens there, unless ``auth_listen`` says otherwise."""
    auth_tls_certificate: Path | None = None
    """With it gRPC is encrypted; without, it is for a network that nobody else is on, such as the loopback."""
    auth_tls_key: Path | None = None
    auth_mtls: Literal["off", "required"] = "off"
    """``required``: only clients with a certificate of ``auth_tls_ca`` get in."""
    auth_tls_ca: Path | None = None
    auth_operators: str = ""
    """Names in client certificates, by commas, whose holders run the installation: they suspend and resume leagues."""
    trusted_proxies: str = "127.0.0.0/8,::1/128"
    """Networks of gateways, by commas: whom they say they pass on counts as the caller's address."""
    auth_postgres_role: str = "pavilion_auth"
    auth_pool_size: int = 16
    identity_key: SecretStr | None = None
    """See ``stack.secrets``, which is asked without it."""
    token_issuer: str = ISSUER
    token_audience: str = AUDIENCE
    app_url: str | None = None
    """Of the pages that people use, to which links in mails and share links lead; None: there are none."""
    public_url: str | None = None
    """Where people reach the API: what mails tell without pages to lead to. None: as in the two that follow."""
    gateway_url: str | None = None
    auth_url: str | None = None
    smtp_url: str | None = None
    """The mail server, like ``smtp://user:password@mail.example:587``; without one mails wait."""
    mail_from: str = "Pavilion <no-reply@pavilion.localhost>"

    @field_validator("mail_from")
    @classmethod
    def _is_address(cls, said: str) -> str:
        """What mails cannot come from does not start."""
        sender_of(said)
        return said

    @property
    def listen(self) -> str:
        """Where gRPC listens."""
        return self.auth_listen if "auth_listen" in self.model_fields_set else self.auth_grpc or LISTEN

    @model_validator(mode="after")
    def _complete(self) -> "AuthSettings":
        """Encryption that is half set up is none."""
        if (self.auth_tls_certificate is None) != (self.auth_tls_key is None):
            raise ValueError("set both PAVILION_AUTH_TLS_CERTIFICATE and PAVILION_AUTH_TLS_KEY, or neither")
        if self.auth_mtls == "required" and (self.auth_tls_certificate is None or self.auth_tls_ca is None):
            raise ValueError(
                "PAVILION_AUTH_MTLS=required needs PAVILION_AUTH_TLS_CERTIFICATE, _KEY and PAVILION_AUTH_TLS_CA"
            )
        if self.auth_operators and self.auth_mtls != "required":
            raise ValueError(
                "PAVILION_AUTH_OPERATORS needs PAVILION_AUTH_MTLS=required: who they are is in a certificate"
            )
        return self
