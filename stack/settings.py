"""Where the servers are: the environment first, then what `pavilion up` wrote.

    settings = load_settings()
    await asyncpg.connect(settings.postgres_dsn)

`pavilion up` leaves the addresses of the running stack in `.pavilion/stack.json`. A process reads them here and
nowhere else; `PAVILION_POSTGRES_DSN` and its like go before the file.
"""

import json
import os
from pathlib import Path
from uuid import UUID

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from stack.errors import StackError
from stack.folders import project_root, stack_file


class Settings(BaseSettings):
    """Addresses of the servers. Those that every process needs have no default."""

    model_config = SettingsConfigDict(
        env_prefix="PAVILION_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    postgres_dsn: str
    kafka_bootstrap: str
    temporal_address: str
    temporal_namespace: str = "default"
    temporal_ui_url: str | None = None
    redis_url: str | None = None
    gateway_url: str | None = None
    gateway_ca: str | None = None
    """The file with the CA of the gateway's certificate; None: one that everybody trusts."""
    api_url: str | None = None
    auth_grpc: str | None = None
    """host:port of the Auth Service's gRPC."""
    auth_url: str | None = None
    """The address of the Auth Service's HTTP side."""
    stripe_url: str | None = None
    """Where the simulator of Stripe answers; None for Stripe itself."""
    smtp_url: str | None = None
    """The mail server, like ``smtp://user:password@mail.example:587``."""
    mail_url: str | None = None
    """Where the stack's own mail server shows what it was given; None for a real one."""
    mail_from: str = "Pavilion <no-reply@pavilion.localhost>"
    """Whom mails are from."""
    public_url: str | None = None
    """Where people reach the API: links in mails lead there. None: the gateway, or the API itself."""
    stripe_tenant: UUID | None = None
    """The league whose account at Stripe it is; None: the development one."""
    application_percent: int = Field(default=0, ge=0, le=100)
    """The platform's part of entry fees."""
    kafka_replication: int = 1
    """Copies of every topic: 1 on the single broker of the embedded stack, 3 in production."""
    kafka_prefix: str = ""
    """Goes before every topic's name, where several installations share a broker."""
    relay_shards: int = 1
    outgoing_allow_private: str = ""
    """Names, addresses and networks that webhooks and pushes may go to though they are not public, by commas: for tests and a
    developer's own machine. There plain HTTP and any port go too."""


def load_settings(root: Path | None = None) -> Settings:
    """The addresses for the stack of `root` (the project's root unless told otherwise).

    Raises StackError when an address is known neither from the environment nor from a running stack.
    """
    file = stack_file(root or project_root())
    written: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    # Arguments go before the environment in pydantic-settings, so what the environment says is left out here.
    from_file = {k: v for k, v in written.items() if not os.environ.get(f"PAVILION_{k.upper()}")}
    try:
        return Settings(**from_file)  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = [(f"PAVILION_{str(e['loc'][0]).upper()}", e) for e in error.errors()]
        for name, each in wrong:
            if each["type"] != "missing":
                raise StackError(f"{name}: {each['msg']}", "set the variable to something else") from error
        names = ", ".join(name for name, _ in wrong)
        raise StackError(f"no address for {names}", "run `pavilion up`, or set the variable") from error
