"""Which delivery goes when: in the order of a stream where that is wanted, and none at the cost of others."""

import json
from datetime import timedelta
from uuid import uuid4

from adapters.postgres.deliveries import CLAIM
from domain.webhook.schedule import SCHEDULE
from handlers.deliveries import AT_ONCE_TO_LEAGUE, AT_ONCE_TO_ONE, LEASE
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Receiver, receiving


async def test_in_order_an_event_waits_for_the_one_before_of_its_match(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [500, 200]
    await house.endpoint(receiver.url, ordered=True)
    await house.admin.in_play()
    await house.hear()
    await house.deliver()
    assert len(receiver.received) == 1
    house.later = timedelta(seconds=6)
    await house.drain()
    versions = [each["version"] for each in receiver.said]
    assert versions == [1, 1, 2, 3, 4, 5]


async def test_in_order_another_match_does_not_wait(house: House, receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    await house.endpoint(receiver.url, ordered=True)
    first = await house.admin.in_play()
    await house.hear()
    await house.deliver()
    second = await house.admin.in_play()
    await house.hear()
    await house.drain()
    assert [each["subject"] for each in receiver.said] == [first[-36:], *[second[-36:]] * 5]


async def test_in_order_what_was_given_up_lets_the_next_pass(house: House, receiver: Receiver) -> None:
    receiver.answers = [*[500] * len(SCHEDULE), 200]
    await house.endpoint(receiver.url, ordered=True)
    await house.admin.in_play()
    await house.hear()
    for pause in SCHEDULE:
        house.later += pause
        await house.deliver()
    await house.drain()
    assert [each["version"] for each in receiver.said] == [*[1] * 8, 2, 3, 4, 5]


async def test_without_order_all_of_a_match_goes_at_once(house: House, receiver: Receiver) -> None:
    receiver.answers = [500, 200]
    await house.endpoint(receiver.url)
    await house.admin.in_play()
    await house.hear()
    assert len(await house.deliver()) == 5


async def test_an_endpoint_has_no_more_under_way_than_it_may(house: House, receiver: Receiver) -> None:
    await house.endpoint(receiver.url)
    async with receiving() as second:
        await house.endpoint(second.url)
        await house.admin.in_play()
        await house.hear()
        first = await house.deliverer.claim(100, 2)
        assert len(first) == 4
        assert not await house.deliverer.claim(100, 2)
    assert len({due.endpoint_id for due in first}) == 2


async def test_an_endpoint_that_fails_has_one_under_way(house: House, receiver: Receiver) -> None:
    receiver.answers = [500]
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    await house.admin.in_play()
    await house.hear()
    assert len(await house.deliverer.claim(100)) == 1


async def test_a_league_has_no_more_under_way_than_it_may(house: House, receiver: Receiver) -> None:
    for _ in range(2):
        await house.endpoint(receiver.url)
    await house.admin.in_play()
    await house.hear()
    now, lease = house.now(), timedelta(seconds=45)
    assert len(await house.work.claim(now, 4, 3, 4, lease)) == 4
    assert not await house.work.claim(now, 4, 3, 4, lease)


async def test_the_league_with_the_fewest_under_way_comes_first(house: House, receiver: Receiver) -> None:
    """One with many slow endpoints does not stand before one with a single delivery."""
    for _ in range(6):
        await house.endpoint(receiver.url)
    await house.admin.in_play()
    await house.hear()
    assert len(await house.deliverer.claim(6, 1)) == 6
    small = house.of_league(uuid4())
    await house.endpoint(receiver.url, small)
    await house.played(small)
    await house.hear()
    (due,) = await house.deliverer.claim(1, 5)
    assert due.tenant_id == small.tenant_id


async def test_in_order_thousands_behind_one_that_fails_are_not_passed_through(
    house: House, receiver: Receiver
) -> None:
    """A claim reads the first of each stream: what it takes does not grow with what waits behind."""
    receiver.answers = [500]
    await house.endpoint(receiver.url, ordered=True)
    await house.played()
    await house.hear()
    await house.deliver()
    await house.owner.execute(
        """
        insert into webhook_delivery (tenant_id, endpoint_id, event_id, event_type, stream_id, stream_version, status,
          due_at, created_at)
        select d.tenant_id, d.endpoint_id, gen_random_uuid(), d.event_type, d.stream_id, n, 'pending', now(), now()
        from webhook_delivery d, generate_series(2, 20000) n
        """
    )
    await house.owner.execute("analyze webhook_delivery")
    asked = (house.now(), 100, AT_ONCE_TO_ONE, LEASE, 200, AT_ONCE_TO_LEAGUE)
    async with house.pool.acquire() as connection:
        said = await connection.fetchval(f"explain (analyze, buffers, format json) {CLAIM}", *asked)
    (plan,) = json.loads(said)
    assert plan["Plan"]["Shared Hit Blocks"] < 1_000, "60,000 when each is looked at"
