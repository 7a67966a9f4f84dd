"""The log of deliveries, and what is sent again from it."""

from datetime import datetime, timedelta
from uuid import uuid4

from contracts.identity import OWNER
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Receiver

MINUTE = timedelta(minutes=1)


async def test_the_log_has_each_attempt_with_its_status_and_how_the_answer_began(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [500, 200]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    house.later = timedelta(seconds=6)
    await house.deliver()
    (row,) = await house.log(endpoint, "status=delivered")
    path = f"/v1/webhook-endpoints/{endpoint['id']}/deliveries/{row['id']}"
    attempts = (await house.admin.get(path)).json()["attempts_made"]
    assert [(each["number"], each["status"], each["answer"]) for each in attempts] == [
        (2, 200, "answer 200"),
        (1, 500, "answer 500"),
    ]
    assert all(each["milliseconds"] >= 0 and datetime.fromisoformat(each["at"]) for each in attempts)


async def test_what_does_not_answer_is_logged_with_a_code(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint("http://127.0.0.1:1/")
    await house.played()
    await house.hear()
    await house.deliver()
    (row,) = await house.log(endpoint)
    assert (row["last_status"], row["last_error"]) == (None, "connection_failed")


async def test_a_delivery_is_sent_again_when_somebody_asks(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.drain()
    (row,) = await house.log(endpoint)
    path = f"/v1/webhook-endpoints/{endpoint['id']}/deliveries/{row['id']}:replay"
    assert (await house.admin.post(path)).json() == {"replayed": 1, "next": None}
    await house.drain()
    assert receiver.ids == [row["event_id"]] * 2


async def test_many_are_sent_again_some_at_a_time(house: House, receiver: Receiver) -> None:
    receiver.answers = [410, 200]
    endpoint = await house.endpoint(receiver.url)
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    await house.admin.post(f"{path}:disable")
    await house.admin.in_play()
    await house.hear()
    await house.admin.post(f"{path}:enable")
    receiver.answers = [200]
    after, counts = None, []
    while after is not None or not counts:
        asked = {"since": "2020-01-01T00:00:00Z", "limit": 2, **({"after": after} if after else {})}
        said = (await house.admin.post(f"{path}:replay", asked)).json()
        counts.append(said["replayed"])
        after = said["next"]
    await house.drain()
    assert (counts, len(receiver.received)) == ([2, 2, 1], 5)


async def test_a_test_is_sent_whatever_the_filters_say(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url, event_types=["team.*"])
    answer = await house.admin.post(f"/v1/webhook-endpoints/{endpoint['id']}:test")
    assert answer.status_code == 202, answer.text
    await house.drain()
    said = receiver.received[0].verified(endpoint["secret"])
    assert said["type"] == "webhook.webhook_endpoint_tested"
    (row,) = await house.log(endpoint)
    assert (row["id"], row["status"]) == (answer.json()["delivery"]["id"], "delivered")


async def test_what_is_old_is_forgotten_some_at_a_time(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.admin.in_play()
    await house.hear()
    await house.drain()
    before = house.now() + MINUTE
    assert [await house.work.forget(before, 3) for _ in range(3)] == [3, 2, 0]
    assert await house.log(endpoint) == []
    assert await house.owner.fetchval("select count(*) from webhook_attempt") == 0


async def test_what_receivers_said_goes_when_a_person_is_forgotten(house: House, receiver: Receiver) -> None:
    """They may repeat what they are sent, and names are in it."""
    await house.endpoint(receiver.url)
    await house.admin.in_play()
    other = house.of_league(uuid4())
    await house.endpoint(receiver.url, other)
    await house.played(other)
    await house.hear()
    await house.drain()
    answers = "select answer from webhook_attempt where tenant_id = $1"
    assert await house.owner.fetchval(answers, house.admin.tenant_id) == "answer 200"
    erased = await house.admin.somebody("the owner", OWNER).post("/v1/persons/rcb1:erase", {"texts": []})
    assert erased.status_code == 200, erased.text
    await house.hear()
    assert {each[0] for each in await house.owner.fetch(answers, house.admin.tenant_id)} == {None}
    assert await house.owner.fetchval(answers, other.tenant_id) == "answer 200"
