"""The notifier killed, and followed by another: nothing lost, nothing told twice."""

import asyncio
import sys
from contextlib import AsyncExitStack

from contracts.cloudevents import decode
from contracts.topics import NOTIFICATIONS, dead_letters
from domain.notification.notice import Kind, Notice
from stack.mail_sink.server import Running
from tests.integration.notifications.given import League, Match, Notifier, connected
from tests.integration.notifications.hearing import INBOX, eventually, finished, follower_of, is_told, mails
from tests.integration.relay.test_relay import running as relaying


async def died(module: str, *arguments: str) -> int:
    """The exit code of a part of the notifier that is killed at a point of its work."""
    command = (sys.executable, "-m", f"tests.integration.notifications.{module}", *arguments)
    process = await asyncio.create_subprocess_exec(*command)
    try:
        return await asyncio.wait_for(process.wait(), 60)
    finally:
        if process.returncode is None:
            process.kill()


async def test_one_killed_at_every_point_of_its_work_tells_once(
    league: League,
    match: Match,
    notifier: Notifier,
    sink: Running,
    postgres_dsn: str,
    temporal_client_address: str,
) -> None:
    followers = [await follower_of(league, "team:c") for _ in range(2)]
    await match.begin()
    await match.wicket()
    async with relaying(notifier.relay):
        consumer = (postgres_dsn, notifier.broker.bootstrap, notifier.broker.prefix)
        assert await died("dying", "written", *consumer) == -9
        assert await league.owner.fetchval("select count(*) from notice") == 0
        assert await died("dying", "committed", *consumer) == -9
        worker = (postgres_dsn, temporal_client_address, notifier.queue, sink.smtp_url)
        assert await died("dying_worker", *worker) == -9
        assert [mails(sink, each) for each in followers] == [[], []]
        assert [await league.told(each) for each in followers] == [["wicket"], ["wicket"]]
        async with notifier.consuming(), notifier.beginning(), notifier.worker():
            await match.wicket("b3")
            await eventually(finished(league, 4), seconds=100)
    assert [len(mails(sink, each)) for each in followers] == [2, 2]
    assert [await league.told(each) for each in followers] == [["wicket", "wicket"]] * 2
    assert sorted(await league.events()) == ["NoticeRaised"] * 2 + ["NotificationSent"] * 4
    assert await notifier.broker.read(dead_letters("notifier")) == []


async def test_two_processes_tell_what_the_first_left_and_nothing_twice(
    league: League, notifier: Notifier, temporal_client_address: str
) -> None:
    """They begin the same notices for a while; then the first is gone in the middle, and its events are said once."""
    follower, count = await follower_of(league, "team:c", preferences=INBOX), 60
    for number in range(count):
        await notifier.add(league, Notice(kind=Kind.RESULT, subject=f"{number}", about=("team:c",)))

    async def begun() -> int:
        return await league.owner.fetchval("select count(*) from notice where begun_at is not null")

    async def some() -> bool:
        return await begun() > 0

    async def all_published() -> bool:
        return len(await notifier.broker.read(NOTIFICATIONS)) >= count

    client = await connected(temporal_client_address)
    second = Notifier(notifier.pool, notifier.broker, client, notifier.relay, None, notifier.queue)
    async with relaying(notifier.relay), AsyncExitStack() as left:
        async with notifier.beginning(), notifier.worker():
            await left.enter_async_context(second.beginning())
            await left.enter_async_context(second.worker())
            await eventually(some)
        await eventually(is_told(league, follower, count))
        await eventually(all_published)
    assert len(await league.told(follower)) == count
    said = [decode(each.headers) for each in await notifier.broker.read(NOTIFICATIONS)]
    assert [each.type for each in said] == ["NoticeRaised"] * count
    assert len({each.stream_id for each in said}) == count
