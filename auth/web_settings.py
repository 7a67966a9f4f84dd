"""Settings of the Auth Service's HTTP side and its mails, from variables with the prefix ``PAVILION_``."""

from email.headerregistry import Address
from email.utils import parseaddr

from pydantic import field_validator

from auth.settings import AuthSettings


class WebSettings(AuthSettings):
    """Read once, when the process starts. What is None comes from the running stack of this checkout."""

    postgres_dsn: str | None = None
    cors_origins: str = ""
    """From where browsers may call it, separated by commas: ``https://app.example``, or ``*``."""
    app_url: str | None = None
    """Of the pages that people use, to which links in mails and share links lead; None: there are none."""


class MailSettings(AuthSettings):
    """How mails get out."""

    smtp_url: str | None = None
    """``smtp://user:password@mail.example:587``; None: no mails are sent, and wait."""
    mail_from: str = "Pavilion <no-reply@pavilion.localhost>"
    app_url: str | None = None
    public_url: str = "http://localhost"
    """Where people reach the API: what mails without pages of an application tell."""

    @field_validator("mail_from")
    @classmethod
    def _is_address(cls, said: str) -> str:
        """Raises ValueError for what mails cannot come from."""
        sender_of(said)
        return said


def sender_of(said: str) -> Address:
    """``Pavilion <no-reply@pavilion.example>`` as an address. Raises ValueError."""
    name, address = parseaddr(said)
    try:
        return Address(name, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise ValueError(f"{said!r} is no mail address") from error
