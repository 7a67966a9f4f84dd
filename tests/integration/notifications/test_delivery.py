"""From a ball on the ground to a mail in somebody's hands, over the real servers."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.cloudevents import decode
from contracts.notifications import notice_id_of
from contracts.topics import NOTIFICATIONS, dead_letters
from domain.notification.notice import Category, Channel, Kind, Notice
from domain.notification.preferences import Choice, Preferences
from handlers.mailing import MailPutOff, MailRefused, MailServer
from handlers.notification.unsubscribing import Unsubscription, read_token, without_mails
from stack.mail_sink.server import Running
from tests.integration.notifications.given import (
    KEY,
    PUBLIC_URL,
    League,
    Match,
    Notifier,
    Person,
    eventually,
    kept,
    mails,
    part,
)

BY_MAIL = Preferences(choices={Category.WICKETS: Choice(channels=frozenset({Channel.INBOX, Channel.EMAIL}))})


async def follower_of(league: League, *about: str, preferences: Preferences = BY_MAIL) -> Person:
    person = await league.member()
    await league.follow(person, *about)
    await league.prefer(person, preferences)
    return person


def finished(league: League, count: int = 1) -> Any:
    """Tells whether so many messages have come to their end."""

    async def done() -> bool:
        said = await league.events()
        return sum(each in ("NotificationSent", "NotificationFailed") for each in said) >= count

    return done


def is_told(league: League, person: Person, count: int = 1) -> Any:
    async def done() -> bool:
        return len(await league.told(person)) >= count

    return done


async def test_a_wicket_reaches_whoever_follows_the_team_by_mail_and_in_the_inbox(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    follower = await follower_of(league, "team:c")
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(finished(league))
        await eventually(lambda: is_published(notifier, "NotificationSent"))
    assert await league.told(follower) == ["wicket"]
    (mail,) = mails(sink, follower)
    assert mail["subject"] == "B 1 out: Brook End 0/1"
    assert "Brook End v Castle Hill: B 1 b C 11, 0 (1 balls)" in part(mail, "plain")
    assert "Brook End v Castle Hill: B 1 b C 11, 0 (1 balls)" in part(mail, "html")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = mail["List-Unsubscribe"].strip("<>").removeprefix(f"{PUBLIC_URL}/v1/notifications/unsubscribe/")
    assert read_token(KEY, token) == Unsubscription(league.id, follower.id, Category.WICKETS)
    assert await league.attempts(follower) == [("email", "sent")]
    assert await league.events() == ["NoticeRaised", "NotificationSent"]
    for record in await notifier.broker.read(NOTIFICATIONS):
        assert follower.email.encode() not in (record.value or b"")
    assert await notifier.broker.read(dead_letters("notifier")) == []


async def is_published(notifier: Notifier, name: str) -> bool:
    records = await notifier.broker.read(NOTIFICATIONS)
    return name in [decode(each.headers).type for each in records]


async def test_who_follows_something_else_or_is_of_another_league_or_has_left_hears_nothing(
    league: League, match: Match, notifier: Notifier, owner: Any
) -> None:
    elsewhere = await League(owner).open("Another League")
    stranger = await follower_of(elsewhere, "team:c", "tenant:")
    other = await follower_of(league, "team:x")
    gone = await follower_of(league, "team:c")
    await owner.execute("update membership set removed_at = now() where user_id = $1", gone.id)
    here = await follower_of(league, "player:b1")
    everything = await follower_of(league, "tenant:")
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(finished(league, 2))
    assert [await league.told(each) for each in (here, everything)] == [["wicket"], ["wicket"]]
    assert [await league.told(each) for each in (stranger, other, gone)] == [[], [], []]


async def test_what_is_only_in_the_inbox_needs_no_workflow(
    league: League, match: Match, notifier: Notifier
) -> None:
    inbox = Preferences(choices={Category.WICKETS: Choice(channels=frozenset({Channel.INBOX}))})
    follower = await follower_of(league, "team:c", preferences=inbox)
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(is_told(league, follower))
    assert await league.events() == ["NoticeRaised"]
    (waiting,) = await league.owner.fetch("select channels, finished_at from notification")
    assert waiting["channels"] == []


async def test_unsubscribing_stops_even_what_is_under_way(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    follower = await follower_of(league, "team:c")
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(finished(league))
        token = mails(sink, follower)[0]["List-Unsubscribe"].strip("<>").rpartition("/")[2]
        wishes = without_mails(BY_MAIL, read_token(KEY, token).category)
        await league.prefer(follower, wishes)
        await match.wicket("b3")
        await eventually(is_told(league, follower, 2))
        await kept(league, notifier, follower, channels=("email",))
        await eventually(finished(league, 2))
    assert len(mails(sink, follower)) == 1
    assert await league.attempts(follower) == [("email", "sent"), ("email", "not wanted")]


# --- once and no more ------------------------------------------------------------------------------------------


async def test_events_that_come_again_tell_nobody_again(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    follower = await follower_of(league, "team:c")
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(finished(league))
    # The relay of another process sends all of it again, and the consumer has lost its place.
    await league.owner.execute("update consumer_position set next_offset = 0")
    async with notifier.at_work():
        await match.wicket("b3")
        await eventually(finished(league, 2))
    assert await league.told(follower) == ["wicket", "wicket"]
    assert len(mails(sink, follower)) == 2


async def test_a_consumer_that_died_between_its_effect_and_its_place_repeats_nothing(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    """Effect and place are in one transaction; here the notices are there and the place is not, which is worse."""
    follower = await follower_of(league, "team:c")
    await match.begin()
    await match.wicket()
    subject = f"match/{match.id}/wicket/1/b1"
    await league.owner.execute(
        "insert into notice (tenant_id, id, kind, category, subject, about, followed, grants, persons, words, critical,"
        " made_at) values ($1, $2, 'wicket', 'wickets', $3, '{team:c}', true, '{}', '{}', '{}', false, now())",
        league.id,
        notice_id_of(league.id, subject),
        subject,
    )
    async with notifier.at_work():
        await eventually(finished(league))
        await match.wicket("b3")
        await eventually(finished(league, 2))
    assert len(await league.told(follower)) == 2
    assert len(mails(sink, follower)) == 2


async def test_who_begins_to_listen_tells_nobody_of_long_ago(
    league: League, match: Match, notifier: Notifier, owner: Any
) -> None:
    follower = await follower_of(league, "team:c")
    await match.begin()
    await match.wicket()
    await owner.execute("alter table event disable trigger user")
    await owner.execute("update event set recorded_at = recorded_at - interval '1 hour'")
    async with notifier.at_work():
        await match.wicket("b3")
        await eventually(finished(league))
    assert await league.told(follower) == ["wicket"]


# --- when it does not go well ----------------------------------------------------------------------------------


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
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(finished(league))
    assert await league.attempts(follower) == [("email", "put off"), ("email", "sent")]
    assert len(set(moody.ids)) == 1
    assert len(mails(sink, follower)) == 1


async def test_an_address_that_is_refused_is_given_up(
    league: League, match: Match, notifier: Notifier
) -> None:
    follower = await follower_of(league, "team:c")
    assert notifier.mail is not None
    notifier.mail = Moody(notifier.mail, refuses=True)
    await match.begin()
    async with notifier.at_work():
        await match.wicket()
        await eventually(finished(league))
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


# --- many ------------------------------------------------------------------------------------------------------


async def test_many_are_told_a_page_at_a_time(league: League, notifier: Notifier) -> None:
    inbox = Preferences(choices={Category.RESULTS: Choice(channels=frozenset({Channel.INBOX}))})
    for _ in range(450):
        await follower_of(league, "team:c", preferences=inbox)
    await notifier.add(
        league, Notice(kind=Kind.RESULT, subject="a", about=("team:c",), words={"result": "C won"})
    )
    async with notifier.beginning(), notifier.worker():
        count = "select count(*) from notification where inbox"

        async def all_told() -> bool:
            return await league.owner.fetchval(count) == 450

        await eventually(all_told)
        handle = notifier.workflow_of(league, "a")
        assert await handle.result() == 450
        history = await handle.fetch_history()
    pages = [e for e in history.events if e.HasField("activity_task_scheduled_event_attributes")]
    assert len(pages) == 4  # is it still so; 200, 200 and 50


# --- nobody else's business ------------------------------------------------------------------------------------


async def test_what_is_nobody_elses_business_is_told_to_whom_it_concerns(
    league: League, notifier: Notifier
) -> None:
    captain, treasurer = await league.member("captain@team:c"), await league.member("treasurer")
    named, follower = await league.member(), await league.member("captain@team:b")
    await league.follow(follower, "team:c", "tenant:")
    await notifier.add(
        league,
        Notice(
            kind=Kind.REFUND,
            subject="r",
            about=("team:c",),
            followed=False,
            grants=("captain@team:c", "treasurer"),
            persons=(str(named.id), "not a member"),
            words={"amount": "2,500.00 INR", "team": "Castle Hill", "tournament": "Cup"},
        ),
    )
    async with notifier.beginning(), notifier.worker():
        await eventually(finished(league, 3))
    assert [await league.told(each) for each in (captain, treasurer, named)] == [["refund"]] * 3
    assert await league.told(follower) == []


async def test_a_notice_is_not_told_when_it_is_too_late(league: League, notifier: Notifier) -> None:
    follower = await follower_of(league, "team:c")
    late = datetime.now(UTC) - timedelta(hours=1)
    await notifier.add(league, Notice(kind=Kind.WICKET, subject="w", about=("team:c",)), at=late)
    async with notifier.beginning(), notifier.worker():
        await eventually(lambda: notifier.has_begun(league, "w"))
        assert await notifier.workflow_of(league, "w").result() == 0
    assert await league.told(follower) == []
    assert await league.events() == []


async def test_the_notifiers_role_sees_the_people_of_the_league_it_works_for_and_no_password(
    league: League, notifier: Notifier, owner: Any
) -> None:
    elsewhere = await League(owner).open("Another League")
    here, there = await league.member(), await elsewhere.member()
    async with notifier.pool.acquire() as connection, connection.transaction():
        assert await connection.fetchval("select count(user_id) from account") == 0
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(league.id))
        found = await connection.fetch("select user_id from account")
        assert [row["user_id"] for row in found] == [here.id] != [there.id]
    privilege = "select has_column_privilege('pavilion_notifier', 'account', $1, 'select')"
    assert not await owner.fetchval(privilege, "password_hash")
    assert not await owner.fetchval(privilege, "totp_sealed")
