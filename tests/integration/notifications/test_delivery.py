"""From a ball on the ground to a mail in somebody's hands, over the real servers."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from activities.notices import PAGE
from contracts.cloudevents import decode
from contracts.codec import MATCH
from contracts.notifications import notice_id_of
from contracts.topics import NOTIFICATIONS, dead_letters
from domain.notification.notice import Category, Kind, Notice
from domain.persons import PersonErased
from handlers.notification.unsubscribing import Unsubscription, read_token, without_mails
from stack.mail_sink.server import Running
from tests.integration.notifications.given import KEY, PUBLIC_URL, League, Match, Notifier
from tests.integration.notifications.hearing import (
    BY_MAIL,
    INBOX,
    bowled,
    eventually,
    finished,
    follower_of,
    is_told,
    kept,
    mails,
    part,
)
from tests.integration.notifications.stored import append

CROWD = 10_000


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
    await bowled(match, notifier, messages=2)
    assert [await league.told(each) for each in (here, everything)] == [["wicket"], ["wicket"]]
    assert [await league.told(each) for each in (stranger, other, gone)] == [[], [], []]


async def test_what_is_only_in_the_inbox_needs_no_workflow(
    league: League, match: Match, notifier: Notifier
) -> None:
    follower = await follower_of(league, "team:c", preferences=INBOX)
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
    await bowled(match, notifier)
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


async def test_a_name_that_is_taken_out_takes_along_what_was_told_with_it(
    league: League, match: Match, notifier: Notifier, sink: Running
) -> None:
    follower = await follower_of(league, "team:c")
    await bowled(match, notifier)
    async with notifier.at_work():
        await append(league.owner, league.id, MATCH, match.id, [PersonErased(person="b1", name="Player 17")])
        await match.wicket("b3")
        await eventually(finished(league, 2))
    assert await league.told(follower) == ["wicket"]
    assert await league.owner.fetchval("select count(*) from notice where words::text like '%B 1%'") == 0
    assert await league.owner.fetchval("select count(*) from notification_attempt") == 1
    assert await notifier.broker.read(dead_letters("notifier")) == []


# --- many ------------------------------------------------------------------------------------------------------


async def test_ten_thousand_are_told_a_page_at_a_time(league: League, notifier: Notifier) -> None:
    """Each once, by activities and transactions of two hundred at most, in a history that stays short."""
    await league.crowd(CROWD, "team:c")
    notice = Notice(kind=Kind.WICKET, subject="w", about=("team:c",), words={"player": "B 1"})
    async with notifier.beginning(), notifier.worker():
        began = monotonic()
        await notifier.add(league, notice)
        await eventually(lambda: notifier.has_begun(league, "w"))
        handle = notifier.workflow_of(league, "w")
        assert await handle.result() == CROWD
        print(f"{CROWD:,} told in {monotonic() - began:.1f} s")
        history = await handle.fetch_history()
    told = await league.owner.fetchrow(
        "select count(*) as rows, count(distinct user_id) as people from notification where inbox"
    )
    assert tuple(told) == (CROWD, CROWD)
    pages = [e for e in history.events if e.HasField("activity_task_scheduled_event_attributes")]
    assert len(pages) == 1 + CROWD // PAGE + 1  # is it still so; the pages; nobody is left
    assert max(await written_at_once(league)) <= PAGE


async def written_at_once(league: League) -> list[int]:
    """How many rows each transaction wrote."""
    rows = await league.owner.fetch("select count(*) from notification group by xmin::text")
    return [row["count"] for row in rows]


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
