"""What who is killed, or comes back late, leaves behind."""

from datetime import timedelta

from handlers.deliveries import LEASE
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Receiver


async def test_who_was_killed_after_sending_leaves_it_to_be_sent_again_under_the_same_id(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    killed = await house.send()
    assert not await house.send(), "it is leased"
    house.later = LEASE + timedelta(seconds=1)
    await house.drain()
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    await house.deliverer.settle(killed)  # it comes back late, and changes nothing
    (row,) = await house.log(endpoint)
    detail = (await house.admin.get(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries/{row['id']}")).json()
    assert [each["number"] for each in detail["attempts_made"]] == [2]


async def test_who_comes_back_late_changes_nothing_while_another_is_at_it(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [410, 200]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    late = await house.send()
    house.later = LEASE + timedelta(seconds=1)
    another = await house.send()
    assert await house.work.settle([outcome for _, outcome in late]) == 0
    assert [each["status"] for each in await house.log(endpoint)] == ["pending"]
    await house.deliverer.settle(another)
    assert [each["status"] for each in await house.log(endpoint)] == ["delivered"]
