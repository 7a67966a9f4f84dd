"""Handing mails to a mail server."""

from email.message import EmailMessage
from typing import Protocol


class MailPutOff(Exception):
    """The mail server is away, or will not take this mail now."""


class MailRefused(Exception):
    """The mail server will never take this mail."""


class MailServer(Protocol):
    """Whom mails are handed to."""

    async def send(self, message: EmailMessage) -> None:
        """Hand a mail over. Raises MailPutOff, MailRefused."""
        ...
