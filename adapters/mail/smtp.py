"""A mail server, by SMTP."""

from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import aiosmtplib

from handlers.mailing import MailPutOff, MailRefused

TIMEOUT_SECONDS = 20.0
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A :class:`handlers.mailing.MailServer`. ``tls``: from the first byte; ``start_tls``: None where the server
    may do without."""

    host: str
    port: int
    tls: bool
    start_tls: bool | None
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def at(cls, url: str) -> "SmtpServer":
        """The server of an address: ``smtp://user:password@mail.example:587``; ``smtps://`` speaks TLS from the start.
        With a user TLS is insisted on. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("the address of a mail server is like smtp://user:password@mail.example:587")
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            tls=tls,
            start_tls=False if tls else (True if parts.username else None),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    async def send(self, message: EmailMessage) -> None:
        """Hand a mail over, by a connection of its own."""
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                use_tls=self.tls,
                start_tls=self.start_tls,
                username=self.username,
                password=self.password,
                timeout=TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _said([each.code for each in error.recipients]) from error
        except aiosmtplib.SMTPDataError as error:
            raise _said([error.code]) from error
        except aiosmtplib.SMTPResponseException as error:
            # It knows us not, or not as the sender: ours to mend, no mail is to blame.
            raise MailPutOff(f"the mail server answered {error.code} ({type(error).__name__})") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailPutOff(f"the mail server cannot be reached ({type(error).__name__})") from error


def _said(codes: list[int]) -> MailPutOff | MailRefused:
    """What the server's answer means; its words may quote the address, and stay out of logs."""
    told = f"the mail server answered {', '.join(map(str, codes))}"
    return MailRefused(told) if codes and all(500 <= code < 600 for code in codes) else MailPutOff(told)
