"""Sends the mails of the outbox, for as long as the process runs."""

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import structlog
from prometheus_client import Counter

from auth.mail.texts import Links, body_of, written
from handlers.identity import Mail, Mails
from handlers.mailing import MailPutOff, MailRefused, MailServer, display_name
from handlers.ports import StoreUnavailable

BATCH = 20
IDLE_SECONDS = 1.0
AWAY_SECONDS = 5.0
TIDY_SECONDS = 3600.0
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 30
"""More than a day."""

SENT = Counter(
    "pavilion_mails_total", "Mails that were handed over, put off or given up", ["kind", "outcome"]
)
log = structlog.get_logger("mail")


def composed(mail: Mail, links: Links, sender: Address) -> EmailMessage:
    """A mail as it is sent; the same each time it is tried. Raises MailRefused for an address that is none."""
    text = written(mail, links)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = Address(display_name=display_name(mail.name), addr_spec=mail.to)
        message["Subject"] = text.subject
    except (ValueError, IndexError) as error:
        raise MailRefused("the address cannot be written to") from error
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body_of(mail, text))
    return message


async def send_mails(
    stop: asyncio.Event,
    mails: Mails,
    server: MailServer,
    *,
    links: Links,
    sender: Address,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Send what is due, then look again soon, until ``stop`` is set. Several processes may do so at once.

    A mail is sent at least once: twice only where the process dies between handing it over and noting that.
    """
    tidied = clock() - timedelta(seconds=TIDY_SECONDS)
    while not stop.is_set():
        pause = IDLE_SECONDS
        try:
            batch = await mails.due(BATCH)
            for mail in batch:
                await _send(mail, mails, server, links, sender, clock)
            if len(batch) == BATCH:
                pause = 0.0
            elif clock() - tidied >= timedelta(seconds=TIDY_SECONDS):
                tidied = clock()
                await mails.tidy()
        except StoreUnavailable as error:
            log.warning("the outbox cannot be reached", error=str(error))
            pause = AWAY_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)


async def _send(
    mail: Mail,
    mails: Mails,
    server: MailServer,
    links: Links,
    sender: Address,
    clock: Callable[[], datetime],
) -> None:
    """One mail. Logs say of it its id and kind, and never to whom it goes or what is in it."""
    try:
        await server.send(composed(mail, links, sender))
    except MailRefused as error:
        log.error("a mail was refused", mail=str(mail.id), kind=mail.kind, error=str(error))
        SENT.labels(mail.kind, "given up").inc()
        await mails.failed(mail.id, str(error), again_at=None)
    except MailPutOff as error:
        again = clock() + wait_after(mail.attempts) if mail.attempts < MOST_ATTEMPTS else None
        log.warning("a mail is put off", mail=str(mail.id), kind=mail.kind, error=str(error))
        SENT.labels(mail.kind, "put off" if again else "given up").inc()
        await mails.failed(mail.id, str(error), again_at=again)
    else:
        SENT.labels(mail.kind, "sent").inc()
        await mails.sent(mail.id)


def wait_after(attempts: int, draw: Callable[[], float] = random.random) -> timedelta:
    """How long until a mail that was put off is tried again: twice as long each time, up to an hour, a little apart
    from others that were put off with it."""
    doubled = FIRST_WAIT * 2 ** min(attempts, 16)
    return min(doubled, LONGEST_WAIT) * (0.75 + draw() / 2)
