"""What is sent where, and what becomes of it: a real receiver, a real database, and a clock that the test moves."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from domain.webhook.schedule import FAILING_LIFE, SCHEDULE
from handlers.deliveries import LEASE
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Received, Receiver, receiving

MINUTE = timedelta(minutes=1)


# --- what is sent ----------------------------------------------------------------------------------------------


async def test_a_receiver_that_uses_the_library_verifies_what_is_sent(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(receiver.url)
    match = await house.played()
    await house.hear()
    await house.drain()
    (got,) = receiver.received
    said = got.verified(endpoint["secret"])
    assert (said["type"], said["subject"], said["version"]) == ("match.match_created", match[-36:], 1)
    assert said["data"]["teams"][0]["id"] == "rcb"
    assert (said["id"], got.path) == (got.id, "/hook")


async def test_another_secret_does_not_verify_it(house: House, receiver: Receiver) -> None:
    await house.endpoint(receiver.url)
    other = await house.endpoint(receiver.url)
    await house.admin.post(f"/v1/webhook-endpoints/{other['id']}:disable")
    await house.played()
    await house.hear()
    await house.drain()
    (got,) = receiver.received
    with pytest.raises(WebhookVerificationError):
        got.verified(other["secret"])


async def test_during_the_overlap_both_secrets_verify_and_after_it_the_new_one_alone(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(receiver.url)
    path = f"/v1/webhook-endpoints/{endpoint['id']}:rotate-secret"
    rotated = (await house.admin.post(path, {"overlap_seconds": 60})).json()
    await house.played()
    await house.hear()
    await house.drain()
    for secret in (endpoint["secret"], rotated["secret"]):
        receiver.received[0].verified(secret)
    house.later = 2 * MINUTE
    await house.played()
    await house.hear()
    await house.drain()
    receiver.received[1].verified(rotated["secret"])
    with pytest.raises(WebhookVerificationError):
        receiver.received[1].verified(endpoint["secret"])


async def test_only_what_passes_the_filters_is_sent(house: House, receiver: Receiver) -> None:
    await house.endpoint(receiver.url, event_types=["match.toss_made", "team.*"])
    await house.admin.in_play()
    await house.hear()
    await house.drain()
    assert [each["type"] for each in map(_said, receiver.received)] == ["match.toss_made"]


async def test_a_tournament_or_a_match_can_be_asked_for_alone(house: House, receiver: Receiver) -> None:
    cup, wanted = str(uuid4()), str(uuid4())
    await house.endpoint(receiver.url, tournaments=[cup], matches=[wanted], event_types=["match.*"])
    of_cup = await house.admin.created(tournament=cup)
    await house.admin.created(tournament=str(uuid4()))
    await house.admin.created()
    await house.admin.created(id=wanted)
    await house.hear()
    await house.drain()
    assert {each["subject"] for each in map(_said, receiver.received)} == {of_cup[-36:], wanted}


async def test_a_league_hears_of_nothing_of_another(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url)
    ours, theirs = await house.played(), await house.played(house.of_league(uuid4()))
    await house.hear()
    await house.drain()
    assert [each["subject"] for each in map(_said, receiver.received)] == [ours[-36:]] != [theirs[-36:]]
    assert len(await house.log(endpoint)) == 1


async def test_what_was_before_an_endpoint_was_made_is_not_sent_to_it(
    house: House, receiver: Receiver
) -> None:
    await house.played()
    await house.endpoint(receiver.url)
    await house.hear()
    assert not await house.deliver()


async def test_an_event_that_comes_again_is_recorded_once(house: House, receiver: Receiver) -> None:
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.hear(await house.records())
    await house.drain()
    assert len(receiver.received) == 1


async def test_what_is_told_of_endpoints_and_invitations_stays_in_the_house(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.admin.patch(f"/v1/webhook-endpoints/{endpoint['id']}", {"ordered": True})
    await house.hear()
    assert not await house.deliver()


# --- when it fails ---------------------------------------------------------------------------------------------


async def test_what_fails_is_tried_again_by_the_schedule_and_then_given_up(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [500]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    for number, pause in enumerate(SCHEDULE, 1):
        if pause:
            house.later += pause - timedelta(seconds=3)
            assert not await house.deliver(), "too early"
            house.later += timedelta(seconds=3)
        assert len(await house.deliver()) == 1, f"attempt {number} is due"
    house.later += timedelta(days=2)
    assert not await house.deliver()
    (row,) = await house.log(endpoint)
    assert (row["status"], row["attempts"], row["last_status"]) == ("failed", 8, 500)
    assert len(set(receiver.ids)) == 1


async def test_retry_after_is_heeded_for_all_of_the_endpoint(house: House, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [503, 200], {"Retry-After": "120"}
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    await house.played()
    await house.hear()
    house.later = MINUTE
    assert not await house.deliver()
    house.later = 3 * MINUTE
    await house.drain()
    assert len(receiver.received) == 3


async def test_a_redirect_is_a_failure(house: House, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [302], {"Location": "http://169.254.169.254/"}
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    (outcome,) = await house.deliver()
    assert (outcome.status, outcome.delivery, len(receiver.received)) == (302, "pending", 1)


async def test_who_is_gone_is_disabled_at_once_and_the_audit_says_so(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [410]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    known = await house.get(endpoint)
    assert (known["status"], known["disabled_because"]) == ("disabled", "gone")
    type_, data = (await house.events(endpoint))[-1]
    assert type_ == "WebhookEndpointDisabled"
    assert '"because": "gone"' in data


async def test_who_fails_for_five_days_is_disabled_with_a_notice(house: House, receiver: Receiver) -> None:
    receiver.answers = [500]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    house.later = FAILING_LIFE - MINUTE
    await house.deliver()
    assert (await house.get(endpoint))["status"] == "enabled"
    house.later = FAILING_LIFE + 6 * MINUTE
    await house.deliver()
    known = await house.get(endpoint)
    assert (known["status"], known["disabled_because"]) == ("disabled", "failing")
    assert [type_ for type_, _ in await house.events(endpoint)][-1] == "WebhookEndpointDisabled"


async def test_one_success_in_between_counts_anew(house: House, receiver: Receiver) -> None:
    receiver.answers = [500, 200, 500]
    endpoint = await house.endpoint(receiver.url)
    for _ in range(3):
        await house.played()
        await house.hear()
        await house.deliver(1)
        house.later += FAILING_LIFE / 2 + MINUTE
    assert (await house.get(endpoint))["status"] == "enabled"


async def test_what_comes_while_it_is_disabled_is_missed_and_can_be_replayed(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(receiver.url)
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    await house.admin.post(f"{path}:disable")
    await house.played()
    await house.hear()
    await house.admin.post(f"{path}:enable")
    assert not await house.deliver()
    assert [each["status"] for each in await house.log(endpoint)] == ["missed"]
    answer = await house.admin.post(f"{path}:replay", {"since": "2020-01-01T00:00:00Z"})
    assert answer.json() == {"replayed": 1, "next": None}
    await house.drain()
    assert len(receiver.received) == 1


# --- order and fairness ----------------------------------------------------------------------------------------


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
    versions = [each["version"] for each in map(_said, receiver.received)]
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
    assert [each["subject"] for each in map(_said, receiver.received)] == [first[-36:], *[second[-36:]] * 5]


async def test_in_order_what_was_given_up_lets_the_next_pass(house: House, receiver: Receiver) -> None:
    receiver.answers = [*[500] * len(SCHEDULE), 200]
    await house.endpoint(receiver.url, ordered=True)
    await house.admin.in_play()
    await house.hear()
    for pause in SCHEDULE:
        house.later += pause
        await house.deliver()
    await house.drain()
    assert [each["version"] for each in map(_said, receiver.received)] == [*[1] * 8, 2, 3, 4, 5]


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


# --- who dies --------------------------------------------------------------------------------------------------


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


# --- the log ---------------------------------------------------------------------------------------------------


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


# --- secrets ---------------------------------------------------------------------------------------------------


async def test_the_secret_stands_nowhere_in_the_database(
    house: House, receiver: Receiver, postgres_dsn: str
) -> None:
    endpoint = await house.endpoint(receiver.url + "/T0KEN")
    await house.played()
    await house.hear()
    await house.drain()
    connection: asyncpg.Connection = house.owner
    for table in ("webhook_endpoint", "webhook_delivery", "webhook_attempt", "event"):
        rows = " ".join(str(row) for row in await connection.fetch(f"select t::text from {table} t"))  # noqa: S608
        assert endpoint["secret"].removeprefix("whsec_") not in rows
        assert table == "webhook_endpoint" or "T0KEN" not in rows


def _said(received: Received) -> dict[str, Any]:
    return json.loads(received.body)
