"""Handing mails to a mail server."""

from email.message import EmailMessage
from typing import Protocol

SPECIAL = frozenset('()<>[]:;@\\,"=?')
"""What means something in a list of addresses (RFC 5322) or makes another word of one (RFC 2047)."""
LONGEST_NAME = 50


class MailPutOff(Exception):
    """The mail server is away, or will not take this mail now."""


class MailRefused(Exception):
    """The mail server will never take this mail."""


class MailServer(Protocol):
    """Whom mails are handed to."""

    async def send(self, message: EmailMessage) -> None:
        """Hand a mail over. Raises MailPutOff, MailRefused."""
        ...


def display_name(name: str) -> str:
    """A person's name fit to stand before their address. Python's `email` loses the quotation marks of one that it has
    to break, and what was a comma or an address in it would then be one: so there is none, and it is short."""
    shown = "".join(each if each.isprintable() and each not in SPECIAL else " " for each in name)
    return " ".join(shown.split())[:LONGEST_NAME].rstrip()
