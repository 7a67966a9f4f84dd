"""The API of webhook endpoints: what is taken, what is refused and with which code, and what is kept to whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI

from handlers.webhook_endpoints import MOST_ENDPOINTS
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Receiver

ALL = "/v1/webhook-endpoints"
URL = "https://hooks.example.org/in"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://10.0.0.1/", "address_not_public"),
        ("https://169.254.169.254/latest/meta-data/", "address_not_public"),
        ("https://localhost/", "address_not_public"),
        ("https://0.0.0.0/", "address_not_public"),
        ("https://[::1]/", "address_not_public"),
        ("https://[::ffff:10.0.0.1]/", "address_not_public"),
        ("https://[fd00::1]/", "address_not_public"),
        ("https://[64:ff9b::a9fe:a9fe]/", "address_not_public"),
        ("https://2852039166/", "url_malformed"),
        ("https://0251.0376.0251.0376/", "url_malformed"),
        ("https://hooks.example.org@10.0.0.1/", "url_has_credentials"),
        ("http://hooks.example.org/", "url_not_https"),
        ("https://hooks.example.org:6379/", "url_port_refused"),
        ("ftp://hooks.example.org/", "url_malformed"),
    ],
)
async def test_an_address_that_is_not_public_is_refused(house: House, url: str, code: str) -> None:
    answer = await house.admin.post(ALL, {"url": url})
    assert (answer.status_code, answer.json()["code"], answer.json()["param"]) == (422, code, "url")


async def test_nor_can_one_be_moved_there(house: House) -> None:
    endpoint = await house.endpoint(URL)
    answer = await house.admin.patch(f"{ALL}/{endpoint['id']}", {"url": "https://169.254.169.254/"})
    assert (answer.status_code, answer.json()["code"]) == (422, "address_not_public")
    assert (await house.get(endpoint))["url"] == URL


async def test_a_private_address_that_got_there_all_the_same_is_not_called(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(URL)
    await house.owner.execute("update webhook_endpoint set url = 'https://10.0.0.1/'")
    await house.played()
    await house.hear()
    await house.deliver()
    (row,) = await house.log(endpoint)
    assert (row["last_error"], row["status"]) == ("address_not_public", "pending")


async def test_the_secret_is_shown_once(house: House) -> None:
    answer = await house.admin.post(ALL, {"url": URL}, idempotency_key="one")
    assert answer.json()["secret"].startswith("whsec_")
    assert answer.headers["cache-control"] == "no-store"
    again = await house.admin.post(ALL, {"url": URL}, idempotency_key="one")
    assert (again.status_code, again.json()["code"]) == (409, "secret_shown_already")
    shown = await house.admin.get(answer.headers["location"])
    assert "secret" not in shown.json()
    assert len((await house.admin.get(ALL)).json()["webhook_endpoints"]) == 1


async def test_a_key_that_was_used_for_something_else_is_refused(house: House) -> None:
    await house.admin.post(ALL, {"url": URL}, idempotency_key="one")
    again = await house.admin.post(ALL, {"url": URL + "/other"}, idempotency_key="one")
    assert again.json()["code"] == "idempotency_key_reused"


async def test_a_type_that_is_not_sent_is_refused(house: House) -> None:
    answer = await house.admin.post(ALL, {"url": URL, "event_types": ["identity.session_created"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "event_type_unknown")


async def test_a_league_has_so_many_and_no_more(house: House) -> None:
    made = [await house.endpoint(URL) for _ in range(MOST_ENDPOINTS)]
    answer = await house.admin.post(ALL, {"url": URL})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_webhook_endpoints")
    assert (await house.admin.http.delete(
        f"{ALL}/{made[0]['id']}", headers=house.admin.headers()
    )).status_code == 204  # fmt: skip
    await house.endpoint(URL)


async def test_another_league_finds_none_of_it(house: House) -> None:
    endpoint = await house.endpoint(URL)
    other = house.of_league(uuid4())
    assert (await other.get(ALL)).json()["webhook_endpoints"] == []
    for path in (f"{ALL}/{endpoint['id']}", f"{ALL}/{endpoint['id']}/deliveries"):
        assert (await other.get(path)).json()["code"] == "webhook_endpoint_not_found"
    for verb in ("disable", "test"):
        answer = await other.post(f"{ALL}/{endpoint['id']}:{verb}")
        assert answer.json()["code"] == "webhook_endpoint_not_found"


async def test_what_is_deleted_is_gone_and_its_secret_with_it(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    path = f"{ALL}/{endpoint['id']}"
    assert (await house.admin.http.delete(path, headers=house.admin.headers())).status_code == 204
    assert (await house.admin.get(path)).json()["code"] == "webhook_endpoint_not_found"
    assert not await house.deliver()
    await house.played()
    await house.hear()
    assert await house.owner.fetchval("select count(*) from webhook_delivery") == 1
    assert await house.owner.fetchval("select count(*) from webhook_endpoint where secret is not null") == 0


async def test_a_repeated_rotation_is_one(house: House) -> None:
    endpoint = await house.endpoint(URL)
    path = f"{ALL}/{endpoint['id']}:rotate-secret"
    first = await house.admin.post(path, {"overlap_seconds": 60}, idempotency_key="r")
    again = await house.admin.post(path, {"overlap_seconds": 60}, idempotency_key="r")
    assert (first.status_code, again.json()["code"]) == (200, "secret_shown_already")
    assert (await house.get(endpoint))["version"] == 2


async def test_a_repeated_replay_is_one(house: House, receiver: Receiver) -> None:
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.drain()
    path, asked = (
        f"{ALL}/{endpoint['id']}:replay",
        {"since": "2020-01-01T00:00:00Z", "statuses": ["delivered"]},
    )
    first = await house.admin.post(path, asked, idempotency_key="r")
    await house.drain()
    again = await house.admin.post(path, asked, idempotency_key="r")
    assert first.json() == again.json() == {"replayed": 1, "next": None}
    assert not await house.deliver()


async def test_nothing_is_sent_on_behalf_of_what_is_disabled(house: House) -> None:
    endpoint = await house.endpoint(URL)
    await house.admin.post(f"{ALL}/{endpoint['id']}:disable")
    for verb, body in (("test", None), ("replay", {"since": "2020-01-01T00:00:00Z"})):
        answer = await house.admin.post(f"{ALL}/{endpoint['id']}:{verb}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "webhook_endpoint_disabled")


async def test_enabled_anew_it_starts_with_a_clean_slate(house: House, receiver: Receiver) -> None:
    receiver.answers = [410, 200]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    known = (await house.admin.post(f"{ALL}/{endpoint['id']}:enable")).json()
    assert (known["status"], known["failing_since"], known["disabled_because"]) == ("enabled", None, None)
    await house.played()
    await house.hear()
    house.later = timedelta(seconds=1)
    (outcome,) = await house.deliver()
    assert outcome.delivery == "delivered"


async def test_who_did_what_stands_in_the_audit_log_without_the_path_of_the_address(house: House) -> None:
    endpoint = await house.endpoint(f"{URL}/T0KEN")
    await house.admin.patch(f"{ALL}/{endpoint['id']}", {"description": "d"})
    answer = await house.admin.get("/v1/audit?kind=webhook")
    rows = answer.json()["entries"]
    assert [(row["action"], row["actor"]) for row in rows] == [
        ("WebhookEndpointChanged", "developer"),
        ("WebhookEndpointCreated", "developer"),
    ]
    assert "T0KEN" not in "".join(data for _, data in await house.events(endpoint))


async def test_only_who_runs_a_league_may(house: House, app: FastAPI) -> None:
    organiser = house.admin.somebody("o", "organiser")
    assert (await organiser.get(ALL)).json()["code"] == "role_missing"
