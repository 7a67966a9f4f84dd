"""What who is killed, or comes back late, leaves behind."""

import asyncio
from datetime import timedelta

import pytest

from adapters.temporal.keys import PayloadKeys
from adapters.tokens.vault import AesVault
from domain.webhook.schedule import FAILING_LIFE, SCHEDULE
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


async def test_a_lease_that_ran_out_is_no_try_of_the_schedule(house: House, receiver: Receiver) -> None:
    receiver.answers = [500]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    for _ in SCHEDULE:
        assert await house.send(), "as who is killed each time"
        house.later += LEASE + timedelta(seconds=1)
    await house.deliver()
    (row,) = await house.log(endpoint)
    assert (row["status"], row["attempts"]) == ("pending", len(SCHEDULE) + 1)


async def test_what_was_kept_and_is_kept_again_counts_once(house: House, receiver: Receiver) -> None:
    """Postgres kept it, and the connection broke before it said so."""
    receiver.answers = [500]
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    sent = await house.send()
    for _ in range(2):
        await house.deliverer.settle(sent)
    assert await house.owner.fetchval("select tries from webhook_delivery") == 1


async def test_a_secret_that_cannot_be_read_here_is_no_fault_of_the_endpoint(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.admin.in_play()
    await house.hear()
    right, house.vault = house.vault, AesVault(PayloadKeys.parse(f"other:{'A' * 43}="))
    for _ in SCHEDULE:
        await house.deliver(1)
        assert not await house.deliver(1), "its other deliveries cannot be signed either"
        house.later += FAILING_LIFE
    known, rows = await house.get(endpoint), await house.log(endpoint)
    assert (known["status"], known["failing_since"]) == ("enabled", None)
    assert {each["status"] for each in rows} == {"pending"}
    assert "not_signed" in {each["last_error"] for each in rows}
    house.vault = right
    await house.drain()
    assert len(receiver.received) == 5
    assert await house.owner.fetchval("select max(tries) from webhook_delivery") == 1


async def test_what_nobody_thought_of_is_a_failure_and_not_sent_for_ever(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()

    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(house.outgoing, "post", broken)
    (outcome,) = await house.deliver()
    assert (outcome.error, outcome.delivery) == ("not_sent", "pending")
    (row,) = await house.log(endpoint)
    assert row["last_error"] == "not_sent"


async def test_an_answer_that_names_a_day_in_a_million_years_is_an_answer(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [503]
    receiver.headers = {"Retry-After": "Fri, 31 Dec 99999999999 23:59:59 GMT"}
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    (outcome,) = await house.deliver()
    assert (outcome.status, outcome.delivery) == (503, "pending")


async def test_the_consumer_and_who_delivers_do_not_keep_each_other_waiting(
    house: House, receiver: Receiver
) -> None:
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.played()
    write = await house.matching.project(await house.records(house.seen))
    async with house.pool.acquire() as connection, connection.transaction():
        await write(connection)  # and is not done yet
        async with asyncio.timeout(5):
            assert len(await house.deliver()) == 1
