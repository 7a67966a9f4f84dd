"""What changes between a notice and its message: roles, wishes, leagues, times. Looked at once more before it goes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notices import NoticeActivities
from activities.notifications import NotificationActivities
from adapters.mail.letters import MjmlComposer
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.notices import PostgresNotices, add_notices
from contracts.notifications import (
    Delivered,
    Delivery,
    FannedOut,
    FanOut,
    NoticeOf,
    NotificationRun,
    Outcome,
    digest_id_of,
    notice_id_of,
    notification_id_of,
)
from domain.notification.notice import Category, Channel, Kind, Notice
from domain.notification.preferences import Choice, Preferences, next_digest
from stack.mail_sink.server import Running
from tests.integration.notifications.given import KEY, PUBLIC_URL, SENDER, League, Person, smtp
from tests.integration.notifications.hearing import mails, part
from workers.notification import notification_ports

DAILY = Choice(channels=frozenset({Channel.INBOX, Channel.EMAIL}), digest=True)
TOLD = {
    "amount": "2,500.00 INR",
    "team": "Castle Hill",
    "tournament": "Cup",
    "match": "A v B",
    "result": "A won",
}


async def within(activity: Callable[..., Awaitable[Any]], arg: Any) -> Any:
    """What an activity answers that begins now."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, started_time=datetime.now(UTC))
    return await environment.run(activity, arg)


@dataclass
class Desk:
    """The activities, without workflows around them: each test is the workflow. ``begun``: the messages under way."""

    pool: Any
    league: League
    sink: Running
    begun: list[NotificationRun] = field(default_factory=list[NotificationRun])
    dies: bool = False

    def __post_init__(self) -> None:
        composer = MjmlComposer(sender=SENDER, public_url=PUBLIC_URL, key=KEY)
        self.kept = PostgresNotices(self.pool)
        store = PostgresEventStore(self.pool)
        ports = notification_ports(self.kept, store, composer, smtp(self.sink), None, self._begin)
        self.notices, self.notifications = NoticeActivities(ports), NotificationActivities(ports)

    async def _begin(self, run: NotificationRun) -> None:
        if self.dies:
            raise ConnectionError("killed before the workflow was begun")
        self.begun.append(run)

    async def tell(self, notice: Notice) -> FannedOut:
        async with self.pool.acquire() as connection, connection.transaction():
            await add_notices(connection, [(self.league.id, notice, datetime.now(UTC))])
        return await self.again(notice)

    async def again(self, notice: Notice) -> FannedOut:
        of = NoticeOf(tenant_id=self.league.id, notice_id=notice_id_of(self.league.id, notice.subject))
        return await within(self.notices.fan_out, FanOut(notice=of, after=None))

    async def hand_over(self, id_: UUID) -> str:
        of = Delivery(tenant_id=self.league.id, notification_id=id_, channel="email")
        return await within(self.notifications.deliver, of)

    async def conclude(self, id_: UUID, outcome: Outcome) -> None:
        ended = Delivered(tenant_id=self.league.id, notification_id=id_, outcomes=(("email", outcome),))
        await within(self.notifications.conclude, ended)

    def of(self, person: Person, notice: Notice) -> UUID:
        return notification_id_of(notice_id_of(self.league.id, notice.subject), person.id)


@pytest.fixture
async def desk(notifier_pool: Any, league: League, sink: Running) -> Desk:
    return Desk(notifier_pool, league, sink)


def refund(**more: Any) -> Notice:
    said: dict[str, Any] = {
        "subject": uuid4().hex,
        "followed": False,
        "grants": ("treasurer",),
        "words": TOLD,
    }
    return Notice(kind=Kind.REFUND, **{**said, **more})


def about(kind: Kind, **more: Any) -> Notice:
    return Notice(kind=kind, subject=uuid4().hex, about=("team:c",), words=TOLD, **more)


# --- who it is for ---------------------------------------------------------------------------------------------


async def test_who_still_has_the_role_is_written_to(desk: Desk, league: League, sink: Running) -> None:
    treasurer, notice = await league.member("treasurer"), refund()
    await desk.tell(notice)
    assert await desk.hand_over(desk.of(treasurer, notice)) == "sent"
    assert len(mails(sink, treasurer)) == 1


async def test_who_has_the_role_no_more_is_not(desk: Desk, league: League, sink: Running) -> None:
    treasurer, notice = await league.member("treasurer"), refund()
    await desk.tell(notice)
    await league.owner.execute("update membership set grants = '{viewer}' where user_id = $1", treasurer.id)
    assert await desk.hand_over(desk.of(treasurer, notice)) == "gone"
    assert mails(sink, treasurer) == []


async def test_who_is_named_is_written_to_whatever_their_role(desk: Desk, league: League) -> None:
    named = await league.member()
    notice = refund(grants=(), persons=(str(named.id),))
    await desk.tell(notice)
    assert await desk.hand_over(desk.of(named, notice)) == "sent"


async def test_who_follows_it_no_more_is_not(desk: Desk, league: League, sink: Running) -> None:
    follower, notice = await league.member(), about(Kind.FIXTURE_MOVED)
    await league.follow(follower, "team:c")
    await desk.tell(notice)
    await league.owner.execute("delete from notification_subscription where user_id = $1", follower.id)
    assert await desk.hand_over(desk.of(follower, notice)) == "gone"
    assert mails(sink, follower) == []


async def suspend(league: League) -> None:
    await league.owner.execute("update tenant set status = 'suspended' where tenant_id = $1", league.id)


async def test_a_league_that_is_suspended_tells_nobody(desk: Desk, league: League) -> None:
    treasurer = await league.member("treasurer")
    await suspend(league)
    assert (await desk.tell(refund())).told == 0
    assert await league.told(treasurer) == []


async def test_a_league_that_is_suspended_sends_nothing_that_was_under_way(
    desk: Desk, league: League, sink: Running
) -> None:
    treasurer, notice = await league.member("treasurer"), refund()
    await desk.tell(notice)
    await suspend(league)
    assert await desk.hand_over(desk.of(treasurer, notice)) == "gone"
    assert mails(sink, treasurer) == []


async def test_what_is_forgotten_does_not_go_out(desk: Desk, league: League, sink: Running) -> None:
    """A name in it was taken out of its stream while it waited."""
    treasurer, notice = await league.member("treasurer"), refund()
    await desk.tell(notice)
    await league.owner.execute("delete from notice")
    assert await desk.hand_over(desk.of(treasurer, notice)) == "gone"
    assert mails(sink, treasurer) == []


# --- whether it is still so ------------------------------------------------------------------------------------


async def test_a_toss_of_another_day_than_when_it_was_told_of_does_not_go_out(
    desk: Desk, league: League, sink: Running
) -> None:
    """The mail server was away for a while; the match day has moved meanwhile."""
    follower = await league.member()
    await league.follow(follower, "team:c")
    await league.prefer(follower, Preferences(choices={Category.TOSS: Choice(channels=DAILY.channels)}))
    notice = about(Kind.TOSS_SOON, while_start=f"{uuid4()}/2026-05-02T14:00:00+00:00")
    await desk.tell(notice)
    assert await desk.hand_over(desk.of(follower, notice)) == "expired"
    assert mails(sink, follower) == []


async def test_a_toss_that_was_is_not_soon_in_an_inbox(desk: Desk, league: League) -> None:
    """The workers were away between two pages of people, and come back after it."""
    follower = await league.member()
    await league.follow(follower, "team:c")
    assert (await desk.tell(about(Kind.TOSS_SOON, expires_at=datetime.now(UTC)))).told == 0
    assert await league.told(follower) == []


@pytest.mark.parametrize(
    ("kind", "newer", "outcome"),
    [
        (Kind.FIXTURE_MOVED, Kind.FIXTURE_MOVED, "expired"),
        (Kind.RESULT, Kind.RESULT_REVISED, "expired"),
        (Kind.FIXTURE_MOVED, Kind.RESULT, "sent"),
        (Kind.REFUND, Kind.REFUND, "sent"),
    ],
)
async def test_what_a_newer_notice_says_otherwise_does_not_go_out(
    desk: Desk, league: League, sink: Running, kind: Kind, newer: Kind, outcome: str
) -> None:
    """A match was moved in the night, and moved again before quiet hours ended; another match says nothing of it."""
    follower = await league.member()
    await league.follow(follower, "match:m1")
    await league.prefer(
        follower, Preferences(choices=dict.fromkeys(Category, Choice(channels=DAILY.channels)))
    )
    first, second, other = (
        Notice(kind=each, subject=uuid4().hex, about=("tenant:", f"match:{match}"), words=TOLD)
        for each, match in ((kind, "m1"), (newer, "m1"), (kind, "m2"))
    )
    for notice in (first, other, second):
        await desk.tell(notice)
    assert await desk.hand_over(desk.of(follower, first)) == outcome
    assert await desk.hand_over(desk.of(follower, second)) == "sent"


async def reader_of_digests(league: League) -> Person:
    reader = await league.member()
    await league.follow(reader, "team:c")
    await league.prefer(reader, Preferences(choices=dict.fromkeys(Category, DAILY)))
    return reader


async def a_day_passes(league: League) -> None:
    await league.owner.execute("update notice set expires_at = now() - interval '1 hour'")


async def test_a_digest_has_what_happened_and_not_what_was_still_to_come(
    desk: Desk, league: League, sink: Running
) -> None:
    """A wicket of yesterday is news; that a toss of yesterday was soon is none."""
    reader = await reader_of_digests(league)
    ends = datetime.now(UTC) + timedelta(minutes=15)
    await desk.tell(about(Kind.TOSS_SOON, expires_at=ends))
    await desk.tell(about(Kind.RESULT))
    await a_day_passes(league)
    assert await desk.hand_over(desk.begun[0].notification_id) == "sent"
    (mail,) = mails(sink, reader)
    assert "A won" in part(mail, "plain")
    assert "Toss soon" not in part(mail, "plain")


async def test_a_digest_of_nothing_else_does_not_go_out(desk: Desk, league: League, sink: Running) -> None:
    reader = await reader_of_digests(league)
    await desk.tell(about(Kind.TOSS_SOON, expires_at=datetime.now(UTC) + timedelta(minutes=15)))
    await a_day_passes(league)
    assert await desk.hand_over(desk.begun[0].notification_id) == "expired"
    assert mails(sink, reader) == []


# --- a page that was begun and not ended -----------------------------------------------------------------------


async def test_a_page_done_again_begins_the_digest_it_was_put_into(desk: Desk, league: League) -> None:
    """The process died after keeping it, and comes back when the next digest is another day's."""
    reader, notice = await reader_of_digests(league), about(Kind.RESULT)
    desk.dies = True
    with pytest.raises(ConnectionError):
        await desk.tell(notice)
    before = await league.owner.fetchval("select digest_id from notification where notice_id is not null")
    later = Preferences(
        choices=dict.fromkeys(Category, DAILY),
        digest_at=(datetime.now(UTC) + timedelta(hours=5)).time().replace(second=0, microsecond=0),
    )
    await league.prefer(reader, later)
    desk.dies = False
    await desk.again(notice)
    assert [run.notification_id for run in desk.begun] == [before]
    other = digest_id_of(league.id, reader.id, next_digest(later, datetime.now(UTC)))
    assert await league.owner.fetchval("select count(*) from notification where id = $1", other) == 0


async def test_what_was_handed_over_is_not_called_expired(desk: Desk, league: League) -> None:
    """Time ran out while the mail server was taking it."""
    treasurer, notice = await league.member("treasurer"), refund()
    await desk.tell(notice)
    id_ = desk.of(treasurer, notice)
    assert await desk.hand_over(id_) == "sent"
    await desk.conclude(id_, "expired")
    assert await league.events() == ["NotificationSent"]
    assert await league.attempts(treasurer) == [("email", "sent")]


# --- kept for a while ------------------------------------------------------------------------------------------


async def test_digests_go_with_the_last_of_what_was_in_them(desk: Desk, league: League) -> None:
    await reader_of_digests(league)
    await desk.tell(about(Kind.RESULT))
    await desk.tell(about(Kind.RESULT))
    await desk.hand_over(desk.begun[0].notification_id)
    after, count = datetime.now(UTC) + timedelta(days=1), "select count(*) from notification"
    assert await desk.kept.forget(after, 1) == 1
    assert await league.owner.fetchval(count) == 2, "the other, and the digest it is in"
    assert await desk.kept.forget(after, 1) == 1
    assert await league.owner.fetchval(count) == 0
    assert await league.owner.fetchval("select count(*) from notification_attempt") == 0
