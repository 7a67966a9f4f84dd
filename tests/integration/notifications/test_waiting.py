"""Quiet hours, digests and expiry, with Temporal's time running as fast as its workflows wait."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from contracts.notifications import (
    digest_id_of,
    notice_id_of,
    notification_id_of,
    notification_workflow_id,
)
from domain.notification.notice import Category, Channel, Kind, Notice
from domain.notification.preferences import (
    Choice,
    Preferences,
    QuietHours,
    next_digest,
    quiet_until,
)
from handlers.mailing import MailPutOff, MailServer
from stack.mail_sink.server import Running
from tests.integration.notifications.given import League, Notifier, Person, smtp
from tests.integration.notifications.hearing import mails
from tests.workflows.conftest import skipping

__all__ = ["skipping"]
STEP = timedelta(minutes=5)
ZONE = "America/New_York"
MAIL = Choice(channels=frozenset({Channel.INBOX, Channel.EMAIL}))


@pytest.fixture
def there(skipping: WorkflowEnvironment, notifier_pool: Any, sink: Running) -> Notifier:
    """The notifier by a clock that can be skipped; without relay and consumer, which have none."""
    nobody: Any = None
    there = Notifier(notifier_pool, nobody, skipping.client, nobody, smtp(sink))
    there.clock = skipping
    return there


async def result(there: Notifier, workflow: Any) -> Any:
    """What a workflow comes to; time is skipped for it."""
    while (await workflow.describe()).status is WorkflowExecutionStatus.RUNNING:
        await there.clock.sleep(STEP)
    return await workflow.result()


@asynccontextmanager
async def told(there: Notifier, league: League, now: datetime, *notices: Notice) -> AsyncIterator[None]:
    """The notices have been fanned out."""
    async with there.worker():
        for notice in notices:
            await there.add(league, notice, at=now)
            await there.workflows.tell(league.id, notice_id_of(league.id, notice.subject), notice.due_at)
            await result(there, there.workflow_of(league, notice.subject))
        yield


async def ended(there: Notifier, league: League, notification_id: Any) -> None:
    """What goes out to somebody has come to its end; time is skipped for it."""
    workflow = notification_workflow_id(league.id, notification_id)
    await result(there, there.client.get_workflow_handle(workflow))


async def sent_at(league: League, person: Person) -> datetime:
    return await league.owner.fetchval(
        "select at from notification_attempt t join notification n on n.id = t.notification_id"
        " where n.user_id = $1 and outcome = 'sent'",
        person.id,
    )


def about(subject: str, kind: Kind = Kind.FIXTURE_MOVED, **more: Any) -> Notice:
    return Notice(kind=kind, subject=subject, about=("team:c",), words={"match": subject}, **more)


def mine(league: League, person: Person, subject: str) -> Any:
    return notification_id_of(notice_id_of(league.id, subject), person.id)


def asleep(now: datetime) -> Preferences:
    """Somebody for whom it is the middle of the night."""
    here = now.astimezone(ZoneInfo(ZONE))
    start, end = here - timedelta(hours=2), here + timedelta(hours=3)
    return Preferences(
        time_zone=ZONE,
        quiet=QuietHours(start=time(start.hour, start.minute), end=time(end.hour, end.minute)),
        choices=dict.fromkeys(Category, MAIL),
    )


async def test_a_mail_waits_for_the_end_of_quiet_hours(
    there: Notifier, league: League, skipping: WorkflowEnvironment, sink: Running
) -> None:
    now = await skipping.get_current_time()
    sleeper = await league.member()
    await league.follow(sleeper, "team:c")
    await league.prefer(sleeper, asleep(now))
    async with told(there, league, now, about("a")):
        assert mails(sink, sleeper) == []
        assert await league.told(sleeper) == ["fixture_moved"]
        await ended(there, league, mine(league, sleeper, "a"))
    until = quiet_until(asleep(now), now)
    assert until is not None
    assert timedelta() <= await sent_at(league, sleeper) - until < timedelta(minutes=1)
    assert len(mails(sink, sleeper)) == 1


async def test_what_is_critical_does_not_wait(
    there: Notifier, league: League, skipping: WorkflowEnvironment, sink: Running
) -> None:
    now = await skipping.get_current_time()
    sleeper = await league.member()
    await league.follow(sleeper, "team:c")
    await league.prefer(sleeper, asleep(now))
    async with told(there, league, now, about("a", urgent=True)):
        await ended(there, league, mine(league, sleeper, "a"))
    assert await sent_at(league, sleeper) - now < timedelta(minutes=5)


async def test_a_digest_has_all_of_the_day_in_one_mail(
    there: Notifier, league: League, skipping: WorkflowEnvironment, sink: Running
) -> None:
    now = await skipping.get_current_time()
    collects = Preferences(
        choices={Category.FIXTURES: Choice(channels=MAIL.channels, digest=True)},
        digest_at=(now + timedelta(hours=5)).time().replace(second=0, microsecond=0),
    )
    reader = await league.member()
    await league.follow(reader, "team:c")
    await league.prefer(reader, collects)
    at = next_digest(collects, now)
    async with told(there, league, now, about("first"), about("second")):
        assert mails(sink, reader) == []
        await ended(there, league, digest_id_of(league.id, reader.id, at))
    (mail,) = mails(sink, reader)
    assert mail["subject"] == "Gully League: 2 things that happened"
    assert timedelta() <= await sent_at(league, reader) - at < timedelta(minutes=1)
    assert await league.told(reader) == ["fixture_moved", "fixture_moved"]


class Away(MailServer):
    """It never comes back."""

    async def send(self, message: Any) -> None:
        raise MailPutOff("the mail server cannot be reached")


async def test_what_cannot_be_sent_before_it_expires_is_given_up(
    there: Notifier, league: League, skipping: WorkflowEnvironment
) -> None:
    now = await skipping.get_current_time()
    there.mail = Away()
    follower = await league.member()
    await league.follow(follower, "team:c")
    await league.prefer(follower, Preferences(choices=dict.fromkeys(Category, MAIL)))
    async with told(there, league, now, about("w", Kind.WICKET)):
        await ended(there, league, mine(league, follower, "w"))
    outcomes = [outcome for _, outcome in await league.attempts(follower)]
    assert outcomes[-1] == "expired"
    assert set(outcomes[:-1]) == {"put off"}
    assert await league.events() == ["NoticeRaised", "NotificationFailed"]


async def test_what_never_expires_is_tried_for_as_long_as_it_takes(
    there: Notifier, league: League, skipping: WorkflowEnvironment, sink: Running
) -> None:
    now = await skipping.get_current_time()
    there.mail, inner, tries = Away(), there.mail, 0

    class AwayForHours(MailServer):
        async def send(self, message: Any) -> None:
            nonlocal tries
            tries += 1
            if tries < 14:
                raise MailPutOff("the mail server cannot be reached")
            assert inner is not None
            await inner.send(message)

    there.mail = AwayForHours()
    follower = await league.member()
    await league.follow(follower, "team:c")
    async with told(there, league, now, about("r", Kind.REFUND)):
        await ended(there, league, mine(league, follower, "r"))
    assert len(mails(sink, follower)) == 1
    assert await sent_at(league, follower) - now > timedelta(hours=3)


async def test_a_notice_for_later_is_told_then(
    there: Notifier, league: League, skipping: WorkflowEnvironment
) -> None:
    now = await skipping.get_current_time()
    due = now + timedelta(hours=20)
    follower = await league.member()
    await league.follow(follower, "team:c")
    async with told(there, league, now, about("toss", Kind.TOSS_SOON, due_at=due)):
        assert await league.told(follower) == ["toss_soon"]
    assert await skipping.get_current_time() >= due


async def test_a_toss_of_a_match_day_that_is_not_there_any_more_is_not_told(
    there: Notifier, league: League, skipping: WorkflowEnvironment
) -> None:
    now = await skipping.get_current_time()
    follower = await league.member()
    await league.follow(follower, "team:c")
    gone = f"{league.id}/{now.isoformat()}"
    async with told(there, league, now, about("toss", Kind.TOSS_SOON, due_at=now, while_start=gone)):
        assert await league.told(follower) == []
    assert await league.events() == []
