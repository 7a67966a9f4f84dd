"""From a ball on the ground to a mail in somebody's hands, over the real servers."""

from contracts.cloudevents import decode
from contracts.topics import NOTIFICATIONS, dead_letters
from domain.notification.notice import Category, Channel
from domain.notification.preferences import Choice, Preferences
from handlers.notification.unsubscribing import Unsubscription, read_token
from stack.mail_sink.server import Running
from tests.integration.notifications.given import (
    KEY,
    PUBLIC_URL,
    League,
    Match,
    Notifier,
    Person,
    eventually,
    mails,
    part,
)

BY_MAIL = Preferences(choices={Category.WICKETS: Choice(channels=frozenset({Channel.INBOX, Channel.EMAIL}))})


async def test_a_wicket_reaches_whoever_follows_the_team_by_mail_and_in_the_inbox(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    follower = await league.member(name="Asha Rao")
    await league.follow(follower, "team:c")
    await league.prefer(follower, BY_MAIL)
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(lambda: _has_event(league, "NotificationSent"))
    assert await league.told(follower) == ["wicket"]
    (mail,) = mails(sink, follower)
    assert mail["subject"] == "b1 out: Brook End 0/1"
    assert "Brook End v Castle Hill: b1 b c11" in part(mail, "plain")
    assert "Brook End v Castle Hill: b1 b c11" in part(mail, "html")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = mail["List-Unsubscribe"].strip("<>")
    token = address.removeprefix(f"{PUBLIC_URL}/v1/notifications/unsubscribe/")
    assert read_token(KEY, token) == Unsubscription(league.id, follower.id, Category.WICKETS)
    assert await league.attempts(follower) == [("email", "sent")]
    published = [decode(each.headers).type for each in await notifier.broker.read(NOTIFICATIONS)]
    assert published[:1] == ["NoticeRaised"]
    assert await notifier.broker.read(dead_letters("notifier")) == []


async def _has_event(league: League, name: str) -> bool:
    return name in await league.events()


async def _is_told(league: League, person: Person) -> bool:
    return bool(await league.told(person))
