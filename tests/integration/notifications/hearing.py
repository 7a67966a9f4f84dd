"""Who hears of what, and how it is found out that they have."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from uuid import uuid4

from contracts.notifications import NotificationRun
from domain.notification.notice import Category, Channel
from domain.notification.preferences import Choice, Preferences
from stack.mail_sink.server import Running
from tests.integration.notifications.given import League, Match, Notifier, Person

BY_MAIL = Preferences(
    choices=dict.fromkeys(Category, Choice(channels=frozenset({Channel.INBOX, Channel.EMAIL})))
)
INBOX = Preferences(choices=dict.fromkeys(Category, Choice(channels=frozenset({Channel.INBOX}))))


async def follower_of(
    league: League, *about: str, grants: Sequence[str] = (), preferences: Preferences = BY_MAIL
) -> Person:
    person = await league.member(*grants)
    await league.follow(person, *about)
    await league.prefer(person, preferences)
    return person


def finished(league: League, count: int = 1) -> Callable[[], Awaitable[bool]]:
    """Tells whether so many messages have come to their end."""

    async def done() -> bool:
        said = await league.events()
        return sum(each in ("NotificationSent", "NotificationFailed") for each in said) >= count

    return done


def is_told(league: League, person: Person, count: int = 1) -> Callable[[], Awaitable[bool]]:
    async def done() -> bool:
        return len(await league.told(person)) >= count

    return done


async def bowled(match: Match, notifier: Notifier, *, messages: int = 1) -> None:
    """The first wicket of a match is told, and so many messages about it have come to their end."""
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(finished(match.league, messages))


async def kept(league: League, notifier: Notifier, person: Person, *, channels: Sequence[str]) -> None:
    """A notification about the latest wicket that was planned before somebody changed their mind, and goes out."""
    id_, now = uuid4(), datetime.now(UTC)
    notice = await league.owner.fetchval("select id from notice order by made_at desc limit 1")
    await league.owner.execute(
        "delete from notification where notice_id = $1 and user_id = $2", notice, person.id
    )
    await league.owner.execute(
        "insert into notification (tenant_id, id, notice_id, user_id, inbox, channels, created_at, due_at)"
        " values ($1, $2, $3, $4, true, $5, $6, $6)",
        *(league.id, id_, notice, person.id, list(channels), now),
    )
    run = NotificationRun(
        tenant_id=league.id, notification_id=id_, channels=tuple(channels), due_at=now, category="wickets"
    )
    await notifier.workflows.deliver(run)


def mails(sink: Running, to: Person) -> list[EmailMessage]:
    """The mails somebody has got, oldest first, as they came."""
    found: list[EmailMessage] = []
    for each in reversed(sink.sink.mails(to.email)):
        raw = (sink.sink.folder / f"{each['id']}.eml").read_bytes()
        found.append(BytesParser(EmailMessage, policy=policy.default).parsebytes(raw))
    return found


def part(message: EmailMessage, kind: str) -> str:
    """The text or HTML of a mail."""
    body = message.get_body((kind,))
    assert body is not None
    return body.get_content()


async def eventually(done: Any, *, seconds: float = 60) -> None:
    """Wait until ``done`` says so."""
    async with asyncio.timeout(seconds):
        while not await done():
            await asyncio.sleep(0.05)
