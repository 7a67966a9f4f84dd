"""Which delivery goes when: in the order of a stream where that is wanted, and none at the cost of others."""

from datetime import timedelta

from domain.webhook.schedule import SCHEDULE
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
