"""Who makes a mail of a letter."""

from email.message import EmailMessage
from typing import Protocol

from handlers.notification.ports import Letter


class Composer(Protocol):
    """Makes the mail of a letter; the same each time it is tried."""

    def compose(self, letter: Letter) -> EmailMessage:
        """Raises MailRefused for an address that is none."""
        ...
