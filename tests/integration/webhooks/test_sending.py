"""What is sent to whom: a real receiver, a real database, and a clock that the test moves."""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from contracts.notifications import NOTIFICATION
from contracts.webhook_events import SENT_KINDS
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Receiver

MINUTE = timedelta(minutes=1)


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


async def test_who_rotates_twice_is_signed_with_what_receivers_know_until_then(
    house: House, receiver: Receiver
) -> None:
    """The answer of the first rotation got lost: nobody but us has seen that secret."""
    endpoint = await house.endpoint(receiver.url)
    path = f"/v1/webhook-endpoints/{endpoint['id']}:rotate-secret"
    await house.admin.post(path, {"overlap_seconds": 120})
    rotated = (await house.admin.post(path, {"overlap_seconds": 300})).json()
    await house.played()
    await house.hear()
    await house.drain()
    for secret in (endpoint["secret"], rotated["secret"]):
        receiver.received[0].verified(secret)
    assert len(receiver.received[0].headers["webhook-signature"].split(" ")) == 3
    house.later = 3 * MINUTE
    await house.played()
    await house.hear()
    await house.drain()
    assert len(receiver.received[1].headers["webhook-signature"].split(" ")) == 2


async def test_without_an_overlap_none_of_the_secrets_before_signs(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url)
    path = f"/v1/webhook-endpoints/{endpoint['id']}:rotate-secret"
    await house.admin.post(path, {"overlap_seconds": 120})
    rotated = (await house.admin.post(path, {"overlap_seconds": 0})).json()
    await house.played()
    await house.hear()
    await house.drain()
    (signature,) = receiver.received[0].headers["webhook-signature"].split(" ")
    assert signature.startswith("v1,")
    receiver.received[0].verified(rotated["secret"])


async def test_only_what_passes_the_filters_is_sent(house: House, receiver: Receiver) -> None:
    await house.endpoint(receiver.url, event_types=["match.toss_made", "team.*"])
    await house.admin.in_play()
    await house.hear()
    await house.drain()
    assert [each["type"] for each in receiver.said] == ["match.toss_made"]


async def test_a_tournament_or_a_match_can_be_asked_for_alone(house: House, receiver: Receiver) -> None:
    cup, wanted = str(uuid4()), str(uuid4())
    await house.endpoint(receiver.url, tournaments=[cup], matches=[wanted], event_types=["match.*"])
    of_cup = await house.admin.created(tournament=cup)
    await house.admin.created(tournament=str(uuid4()))
    await house.admin.created()
    await house.admin.created(id=wanted)
    await house.hear()
    await house.drain()
    assert {each["subject"] for each in receiver.said} == {of_cup[-36:], wanted}


async def test_a_league_hears_of_nothing_of_another(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url)
    ours, theirs = await house.played(), await house.played(house.of_league(uuid4()))
    await house.hear()
    await house.drain()
    assert [each["subject"] for each in receiver.said] == [ours[-36:]] != [theirs[-36:]]
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


async def test_who_sends_reads_every_event_that_may_be_sent_and_no_other(
    house: House, receiver: Receiver
) -> None:
    await house.endpoint(receiver.url)
    await house.played()
    sent = {(kind, "NoticeRaised" if kind == NOTIFICATION else "Happened") for kind in SENT_KINDS}
    for kind, name in (*sent, (NOTIFICATION, "NotificationSent"), ("identity", "Happened")):
        await house.owner.execute(
            "insert into event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, "
            "metadata) values ($1, $2, gen_random_uuid(), 1, gen_random_uuid(), $3, 1, '{}', '{}')",
            *(house.admin.tenant_id, kind, name),
        )
    seen = await house.pool.fetch("select stream_kind, type from event where type ~ '^(Happened|Noti)'")
    assert {(each["stream_kind"], each["type"]) for each in seen} == sent
