"""A push from a notice to a browser, by the workflow and a push service that answers as real ones do."""

from collections.abc import AsyncIterator
from uuid import uuid4

import msgspec
import pytest

from adapters.push.webpush import WebPush
from domain.notification.notice import Kind, Notice
from tests.integration.notifications.given import League, Notifier, Person
from tests.integration.notifications.hearing import eventually, finished, is_told
from tests.integration.push.test_webpush import Browser, browser, key, push

__all__ = ["browser", "key", "push"]


async def subscribed(league: League, browser: Browser) -> Person:
    """A follower of a team with a browser, who has chosen nothing: wickets are pushed."""
    person, known = await league.member(), browser.subscription()
    await league.follow(person, "team:c")
    await league.owner.execute(
        "insert into push_subscription (tenant_id, id, user_id, endpoint, p256dh, auth) values ($1, $2, $3, $4, $5, $6)",
        *(league.id, known.id, person.id, known.endpoint, known.p256dh, known.auth),
    )
    return person


def wicket() -> Notice:
    said = {
        "player": "B. Tendulkar",
        "team": "Brook End",
        "score": "12/1",
        "match": "Brook End v Castle Hill",
    }
    return Notice(kind=Kind.WICKET, subject=uuid4().hex, about=("team:c",), words=said)


@pytest.fixture
async def pushing(notifier: Notifier, push: WebPush) -> AsyncIterator[Notifier]:
    notifier.push = push
    async with notifier.beginning(), notifier.worker():
        yield notifier


async def test_a_wicket_is_pushed_to_the_browser_and_says_what_happened(
    league: League, pushing: Notifier, browser: Browser
) -> None:
    follower = await subscribed(league, browser)
    await pushing.add(league, wicket())
    await eventually(finished(league))
    message = msgspec.json.decode(browser.read())
    assert message["title"] == "B. Tendulkar out: Brook End 12/1"
    assert message["about"] == ["team:c"]
    assert 0 < int(browser.requests[0][0]["ttl"]) <= 600, "as long as it is worth telling"
    assert browser.requests[0][0]["topic"] == message["tag"].replace("-", "")
    assert await league.attempts(follower) == [("push", "sent")]
    assert await league.events() == ["NoticeRaised", "NotificationSent"]


async def test_a_browser_that_is_gone_is_forgotten_and_no_more_is_pushed_to(
    league: League, pushing: Notifier, browser: Browser
) -> None:
    browser.status = 410
    follower = await subscribed(league, browser)
    await pushing.add(league, wicket())
    await eventually(finished(league))
    assert await league.owner.fetchval("select count(*) from push_subscription") == 0
    assert await league.attempts(follower) == [("push", "gone")]
    assert await league.events() == ["NoticeRaised", "NotificationFailed"]
    await pushing.add(league, wicket())
    await eventually(is_told(league, follower, 2))
    assert len(browser.requests) == 1
