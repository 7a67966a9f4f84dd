"""Payments over HTTP, from the payer's browser to the books: with Stripe's simulator, its webhooks, and workflows."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client as Temporal

from adapters.temporal.converter import data_converter
from adapters.temporal.keys import PayloadKeys
from tests.integration.api.conftest import PAYLOAD_KEYS, Client
from tests.integration.api.paying import FEE, Paying, paying
from workflows.facade import Workflows


@pytest.fixture
async def temporal(temporal_client_address: str) -> Temporal:
    converter = data_converter(PayloadKeys.parse(PAYLOAD_KEYS))
    return await Temporal.connect(temporal_client_address, data_converter=converter)


@pytest.fixture
async def league(
    client: Client,
    with_workflows: Workflows,
    temporal: Temporal,
    postgres_dsn: str,
    unique_name: str,
    tmp_path: Path,
) -> AsyncIterator[Paying]:
    """A league that takes fees. Its inbox is worked off only where a test says so."""
    queue = f"{unique_name}-payment"
    async with paying(client, with_workflows, temporal, postgres_dsn, queue, tmp_path) as found:
        yield found


async def test_a_team_pays_and_a_webhook_gets_it_its_place(league: Paying, temporal: Temporal) -> None:
    cup = await league.open("a", "b")
    begun = await league.begin(cup, "a")
    assert begun.status_code == 201, begun.text
    assert begun.headers["cache-control"] == "no-store"
    address, secret = begun.headers["location"], begun.json()["client_secret"]
    assert begun.json() == {
        "id": address.rpartition("/")[2],
        "status": "awaiting payment",
        "fee": FEE,
        "client_secret": secret,
    }
    again = await league.begin(cup, "a", league.client.somebody("asha", "treasurer"))
    assert again.json() == begun.json()  # whoever pays, it is paid once

    assert (await league.payer.pay(secret)).status == "succeeded"
    async with league.working_off():
        payment = await league.status(address, "confirmed")
    assert (payment["paid"], payment["given_back"]["amount"], payment["receipt"]) == (FEE, 0, True)
    entries = await league.until(f"{cup}/entries", lambda found: bool(found["entries"]))
    assert {one["team"]: one["status"] for one in entries["entries"]} == {
        "a": "confirmed",
        "b": "pending payment",
    }
    over = await league.begin(cup, "a")
    assert (over.status_code, over.json()["status"], over.json()["client_secret"]) == (
        200,
        "confirmed",
        None,
    )
    told = [event for event in await league.events() if event["outcome"] == "told"]
    assert payment["intent"] in {event["intent"] for event in told}

    entry = temporal.get_workflow_handle(f"{league.client.tenant_id}/entry/{payment['id']}")
    history = [event async for event in entry.fetch_history_events(wait_new_event=False)]
    written = b"".join(event.SerializeToString() for event in history)
    plain = [secret, "_secret_", "client_secret", "250000", "inr", payment["intent"], "Winter Cup"]
    assert [word for word in plain if word.encode() in written] == []
    found = [found for event in history for found in payloads(event)]
    assert len(found) > 10
    readable = {path for path, encoding in found if encoding != "binary/encrypted" and SEARCHED not in path}
    assert readable <= {OF_THE_TOURNAMENT}


OF_THE_TOURNAMENT = "user_metadata.summary"
"""What a tournament calls a payment that it begins: the team's name, which stands in its own history, too."""
SEARCHED = "search_attributes.indexed_fields"
"""What operators look payments up by: league, tournament, payment, phase. Temporal cannot search what it cannot
read."""


def payloads(message: Message, path: str = "") -> Iterator[tuple[str, str]]:
    """Where each payload within stands, and how it is encoded."""
    if isinstance(message, Payload):
        yield path, message.metadata["encoding"].decode()
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        entry = field.message_type.GetOptions().map_entry
        values = (value.values() if entry else value) if field.is_repeated else [value]
        for each in values:
            if isinstance(each, Message):
                yield from payloads(each, f"{path}.{field.name}".lstrip("."))


async def test_webhooks_that_come_twice_and_out_of_order_pay_once(league: Paying) -> None:
    league.faults(webhook_duplicate=1.0, webhook_delay_seconds=0.3, webhook_reorder=0.5, seed=7)
    cup = await league.open("a", "b")
    async with league.working_off():
        paid = [await league.pay(cup, team) for team in ("a", "b")]
        found = [await league.status(address, "confirmed") for address, _ in paid]
    assert [(one["paid"], one["version"] > 0) for one in found] == [(FEE, True)] * 2
    ids = [event["event_id"] for event in await league.events()]
    assert len(ids) == len(set(ids))


async def test_what_was_taken_by_a_process_that_died_is_handled_by_the_next(league: Paying) -> None:
    cup = await league.open("a")
    address, _ = await league.pay(cup, "a")
    await league.until(address, lambda found: found["status"] == "awaiting payment")
    while not (taken := await league.inbox.claim(100, timedelta(0))):
        pass  # the simulator sends them by and by
    assert all(event["handled_at"] is None for event in await league.events())
    async with league.working_off():
        await league.status(address, "confirmed")
    assert {each.event.id for each in taken} <= {
        event["event_id"] for event in await league.events() if event["outcome"] == "told"
    }


async def test_a_declined_card_says_so_and_another_is_taken(league: Paying) -> None:
    cup = await league.open("a")
    async with league.working_off():
        address, paid = await league.pay(cup, "a", "pm_card_visa_chargeDeclinedInsufficientFunds")
        assert paid.decline_code == "insufficient_funds"
        declined = await league.until(address, lambda found: found["failure"] is not None)
        assert declined["failure"] == {"code": "card_declined", "decline_code": "insufficient_funds"}
        await league.pay(cup, "a")
        confirmed = await league.status(address, "confirmed")
    assert confirmed["failure"] is None


async def test_a_captain_pays_for_and_sees_their_own_team_only(league: Paying) -> None:
    cup = await league.open("a", "b")
    stranger = await league.begin(cup, "a", league.captain("b"))
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_yours")
    addresses = {team: (await league.begin(cup, team)).headers["location"] for team in ("a", "b")}
    await league.project()

    own = await league.captain("a").get(addresses["a"])
    assert (own.status_code, own.json()["team"]["id"]) == (200, "a")
    unchanged = await league.captain("a").get(addresses["a"], if_none_match=own.headers["etag"])
    assert unchanged.status_code == 304
    other = await league.captain("a").get(addresses["b"])
    assert (other.status_code, other.json()["code"]) == (404, "payment_not_found")
    other = await league.captain("a").get(f"{addresses['b']}/refunds")
    assert (other.status_code, other.json()["code"]) == (404, "payment_not_found")

    async def listed(client: Client, query: str = "") -> list[str]:
        found = await league.done(client.get(f"/v1/payments{query}"))
        return [one["team"]["id"] for one in found["payments"]]

    assert await listed(league.captain("a")) == ["a"]
    assert sorted(await listed(league.client.somebody("asha", "treasurer"))) == ["a", "b"]
    assert await listed(league.client, "?team=b") == ["b"]
    assert await listed(Client(league.client.http, league.client.issuer)) == []
    first = await league.done(league.client.get("/v1/payments?limit=1"))
    rest = await league.done(league.client.get(f"/v1/payments?limit=1&cursor={first['next']}"))
    assert (len(first["payments"]), len(rest["payments"]), rest["next"]) == (1, 1, None)


async def test_a_payment_called_off_goes_back_and_the_refund_is_shown(league: Paying) -> None:
    cup = await league.open("a")
    async with league.working_off():
        address, _ = await league.pay(cup, "a")
        await league.status(address, "confirmed")
        treasurer = league.client.somebody("asha", "treasurer")
        refused = await treasurer.post(f"{address}/refunds:retry", {})
        assert (refused.status_code, refused.json()["code"]) == (422, "no_refund_stuck")
        await league.done(treasurer.post(f"{address}:call-off", {"reason": "entered by mistake"}))
        refunded = await league.status(address, "refunded")
    assert refunded["given_back"] == FEE
    await league.project()
    (refund,) = (await league.done(treasurer.get("/v1/refunds")))["refunds"]
    assert (refund["status"], refund["amount"], refund["number"]) == ("succeeded", FEE, 1)
    assert (await league.done(treasurer.get(f"{address}/refunds")))["refunds"] == [refund]
    expanded = await league.done(treasurer.get(f"{address}?expand=refunds"))
    assert expanded["refunds"] == [refund]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"team": "a"}, 422, "invalid_body"),
        ({"tournament_id": "no id", "team": "a"}, 422, "invalid_body"),
        ({"tournament_id": "00000000-0000-0000-0000-000000000000", "team": "a"}, 404, "tournament_not_found"),
        (
            {"tournament_id": "00000000-0000-0000-0000-000000000000", "team": "a", "amount": 1},
            422,
            "invalid_body",
        ),
    ],
)
async def test_what_cannot_be_paid_for(client: Client, body: dict[str, str], status: int, code: str) -> None:
    answer = await client.post("/v1/payments", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_team_that_has_not_entered_pays_nothing(league: Paying) -> None:
    cup = await league.open("a")
    answer = await league.begin(cup, "x", league.client)
    assert (answer.status_code, answer.json()["code"]) == (422, "team_not_entered")


async def test_a_payment_that_there_is_not(client: Client) -> None:
    for address in ("/v1/payments/00000000-0000-0000-0000-000000000000", "/v1/payments/x"):
        answer = await client.get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "payment_not_found")


@pytest.mark.parametrize("path", ["/v1/payments", "/v1/refunds"])
async def test_what_a_list_cannot_be_asked(client: Client, path: str) -> None:
    for query in ("tournament_id=x", "cursor=x", "limit=0", "cursor=WyJhIl0"):
        answer = await client.get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_parameter")
