"""Mail servers that are away or refuse, and workers that die."""

import asyncio
from typing import Any

from handlers.mailing import MailPutOff, MailRefused, MailServer
from stack.mail_sink.server import Running
from tests.integration.notifications.given import League, Match, Notifier
from tests.integration.notifications.hearing import bowled, eventually, finished, follower_of, mails


class Moody(MailServer):
    """Refuses what it is told to, and is away at first."""

    def __init__(self, inner: MailServer, *, away: int = 0, refuses: bool = False) -> None:
        self.inner = inner
        self.away = away
        self.refuses = refuses
        self.ids: list[str] = []

    async def send(self, message: Any) -> None:
        self.ids.append(message["Message-ID"])
        if self.refuses:
            raise MailRefused("the mail server answered 550")
        if len(self.ids) <= self.away:
            raise MailPutOff("the mail server cannot be reached")
        await self.inner.send(message)


async def test_a_mail_server_that_is_away_is_waited_for(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    follower = await follower_of(league, "team:c")
    assert notifier.mail is not None
    notifier.mail = moody = Moody(notifier.mail, away=1)
    await bowled(match, notifier)
    assert await league.attempts(follower) == [("email", "put off"), ("email", "sent")]
    assert len(set(moody.ids)) == 1
    assert len(mails(sink, follower)) == 1


async def test_an_address_that_is_refused_is_given_up(
    league: League, match: Match, notifier: Notifier
) -> None:
    follower = await follower_of(league, "team:c")
    assert notifier.mail is not None
    notifier.mail = Moody(notifier.mail, refuses=True)
    await bowled(match, notifier)
    assert await league.attempts(follower) == [("email", "refused")]
    assert await league.told(follower) == ["wicket"]
    assert await league.events() == ["NoticeRaised", "NotificationFailed"]


class Dies(MailServer):
    """Takes the mail, and never comes back: what a worker that is killed has seen of it."""

    def __init__(self, inner: MailServer) -> None:
        self.inner = inner
        self.taken = asyncio.Event()

    async def send(self, message: Any) -> None:
        await self.inner.send(message)
        self.taken.set()
        await asyncio.Event().wait()


async def test_a_worker_killed_in_between_sends_the_same_mail_again(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    """At least once, with the same Message-ID, by which mail programs know it."""
    follower = await follower_of(league, "team:c")
    assert notifier.mail is not None
    inner = notifier.mail
    notifier.mail = dies = Dies(inner)
    await match.begin()
    async with notifier.at_work(working=False):
        async with notifier.worker():
            await match.wicket()
            await asyncio.wait_for(dies.taken.wait(), 60)
        notifier.mail = inner
        async with notifier.worker():
            await eventually(finished(league), seconds=100)
    found = mails(sink, follower)
    assert len(found) == 2
    assert len({each["Message-ID"] for each in found}) == 1
    assert await league.attempts(follower) == [("email", "sent")]
