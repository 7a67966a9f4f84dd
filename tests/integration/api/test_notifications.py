"""One's own notifications over the API, and leaving a list by the link in a mail."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from fastapi import FastAPI

from api.notification.endpoints import person_of
from domain.notification.notice import Category
from handlers.notification.unsubscribing import Unsubscription, token_for
from tests.integration.api.conftest import Client

ALL = "/v1/notifications"
BROWSER = {
    "endpoint": "https://push.example.com/send/abc",
    "keys": {"p256dh": "B" * 87, "auth": "A" * 22},
}


async def tell(client: Client, dsn: str, *kinds: str, minutes_ago: int = 0) -> list[UUID]:
    """The client's inbox has notifications of these kinds, the last of them the newest."""
    ids: list[UUID] = []
    connection = await asyncpg.connect(dsn)
    for number, kind in enumerate(kinds):
        notice, at = uuid4(), datetime.now(UTC) - timedelta(minutes=minutes_ago + len(kinds) - number)
        await connection.execute(
            "insert into notice (tenant_id, id, kind, category, subject, about, followed, grants, persons, words,"
            " critical, made_at) values ($1, $2, $3, 'milestones', $4, '{team:rcb}', true, '{}', '{}',"
            ' \'{"player": "V Kohli", "match": "RCB v MI", "toss_at": "2026-04-01T14:00:00+00:00"}\', false, $5)',
            *(client.tenant_id, notice, kind, str(notice), at),
        )
        ids.append(uuid4())
        await connection.execute(
            "insert into notification (tenant_id, id, notice_id, user_id, inbox, channels, created_at, due_at)"
            " values ($1, $2, $3, $4, true, '{}', $5, $5)",
            *(client.tenant_id, ids[-1], notice, person_of(client.subject), at),
        )
    await connection.close()
    return ids


async def inbox(client: Client, query: str = "") -> Any:
    answer = await client.get(f"{ALL}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def asha(client: Client) -> Client:
    return client.somebody(str(uuid4()), "viewer")


async def test_the_inbox_is_ones_own_and_the_newest_first(
    client: Client, asha: Client, postgres_dsn: str
) -> None:
    await tell(asha, postgres_dsn, "fifty", "hundred")
    found = await inbox(asha)
    assert [each["kind"] for each in found["notifications"]] == ["hundred", "fifty"]
    assert found["notifications"][0]["subject"] == "Hundred for V Kohli"
    assert found["unread"] == 2
    ravi = client.somebody(str(uuid4()), "viewer")
    elsewhere = Client(client.http, client.issuer, subject=asha.subject)
    for other in (ravi, elsewhere):
        assert await inbox(other) == {"notifications": [], "next": None, "unread": 0}


async def test_what_is_read_is_read_and_another_persons_cannot_be(
    client: Client, asha: Client, postgres_dsn: str
) -> None:
    first, second = await tell(asha, postgres_dsn, "fifty", "hundred")
    ravi = client.somebody(str(uuid4()), "viewer")
    answer = await ravi.post(f"{ALL}/{first}:read")
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
    for _ in range(2):
        assert (await asha.post(f"{ALL}/{first}:read")).status_code == 204
    assert [each["id"] for each in (await inbox(asha, "?unread=true"))["notifications"]] == [str(second)]


async def test_all_are_marked_up_to_what_was_looked_at(asha: Client, postgres_dsn: str) -> None:
    await tell(asha, postgres_dsn, "fifty", minutes_ago=10)
    looked = datetime.now(UTC) - timedelta(minutes=5)
    (newer,) = await tell(asha, postgres_dsn, "hundred")
    assert (await asha.post(f"{ALL}:read", {"until": looked.isoformat()})).status_code == 204
    found = await inbox(asha)
    assert found["unread"] == 1
    assert [each["id"] for each in found["notifications"] if each["read_at"] is None] == [str(newer)]


# --- preferences -----------------------------------------------------------------------------------------------

WISHES = {
    "language": "hi",
    "time_zone": "Asia/Kolkata",
    "quiet_hours": {"start": "22:00", "end": "07:00"},
    "digest_at": "08:30",
    "categories": {"wickets": {"channels": [], "digest": False}},
}


async def test_wishes_are_kept_and_the_rest_stays_as_it_is(asha: Client, postgres_dsn: str) -> None:
    first = await asha.get(f"{ALL}/preferences")
    assert first.headers["etag"] == '"0"'
    assert first.json()["categories"]["wickets"]["channels"] == ["inbox", "push"]
    put = await asha.put(f"{ALL}/preferences", WISHES, if_match='"0"')
    assert (put.status_code, put.headers["etag"]) == (200, '"1"')
    found = (await asha.get(f"{ALL}/preferences")).json()
    assert found == put.json()
    assert found["categories"]["wickets"] == {"channels": [], "digest": False}
    assert found["categories"]["payments"]["channels"] == ["email", "inbox", "push"]
    await tell(asha, postgres_dsn, "toss_soon")
    (shown,) = (await inbox(asha))["notifications"]
    assert shown["subject"] == "टॉस होने वाला है: RCB v MI"
    assert "2026-04-01 19:30 IST" in shown["text"]


async def test_who_overtook_is_not_overwritten(asha: Client) -> None:
    assert (await asha.put(f"{ALL}/preferences", WISHES)).status_code == 200
    late = await asha.put(f"{ALL}/preferences", WISHES, if_match='"0"')
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    assert late.json()["current_version"] == 1
    assert (await asha.put(f"{ALL}/preferences", WISHES)).headers["etag"] == '"2"'


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone_unknown"),
        ({"time_zone": "../../etc/passwd"}, "time_zone_unknown"),
        ({"language": "xx"}, "invalid_body"),
        ({"digest_at": "25:00"}, "invalid_body"),
        ({"quiet_hours": {"start": "22:00"}}, "invalid_body"),
        ({"categories": {"gossip": {"channels": []}}}, "invalid_body"),
        ({"categories": {"wickets": {"channels": ["pigeon"]}}}, "invalid_body"),
    ],
)
async def test_wishes_that_cannot_be_kept_are_refused(asha: Client, wrong: Any, code: str) -> None:
    answer = await asha.put(f"{ALL}/preferences", {**WISHES, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, code)


# --- what is followed, and where to ---------------------------------------------------------------------------


async def test_teams_are_followed_and_unfollowed(asha: Client) -> None:
    for about in ("team:rcb", "tenant:", "team:rcb"):
        assert (await asha.post(f"{ALL}/subscriptions", {"about": about})).status_code == 201
    found = (await asha.get(f"{ALL}/subscriptions")).json()["subscriptions"]
    assert [each["about"] for each in found] == ["team:rcb", "tenant:"]
    address = f"{ALL}/subscriptions/team:rcb"
    assert (await asha.http.delete(address, headers=asha.headers())).status_code == 204
    assert (await asha.http.delete(address, headers=asha.headers())).status_code == 404


@pytest.mark.parametrize("about", ["rcb", "payment:1", "team:", "tenant:x", "team:a/b", "team:" + "x" * 200])
async def test_what_cannot_be_followed(asha: Client, about: str) -> None:
    answer = await asha.post(f"{ALL}/subscriptions", {"about": about})
    assert answer.status_code == 422


async def test_one_follows_only_so_much(asha: Client, postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    await connection.execute(
        "insert into notification_subscription (tenant_id, user_id, about)"
        " select $1, $2, 'team:' || n from generate_series(1, 500) n",
        asha.tenant_id,
        person_of(asha.subject),
    )
    await connection.close()
    answer = await asha.post(f"{ALL}/subscriptions", {"about": "team:more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_subscriptions")
    assert (await asha.post(f"{ALL}/subscriptions", {"about": "team:1"})).status_code == 201


async def test_a_browser_subscribes_once_with_the_key_it_is_given(asha: Client) -> None:
    ids = {(await asha.post(f"{ALL}/push-subscriptions", BROWSER)).json()["id"] for _ in range(2)}
    found = (await asha.get(f"{ALL}/push-subscriptions")).json()
    assert {each["id"] for each in found["push_subscriptions"]} == ids
    assert len(found["key"]) == 87
    address = f"{ALL}/push-subscriptions/{ids.pop()}"
    assert (await asha.http.delete(address, headers=asha.headers())).status_code == 204
    assert (await asha.get(f"{ALL}/push-subscriptions")).json()["push_subscriptions"] == []


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example.com/", "https://127.0.0.1/", "https://[::1]/", "https://a.example:8080/"],
)
async def test_an_endpoint_that_nobody_may_call_is_refused(asha: Client, endpoint: str) -> None:
    answer = await asha.post(f"{ALL}/push-subscriptions", {**BROWSER, "endpoint": endpoint})
    assert (answer.status_code, answer.json()["code"]) == (422, "endpoint_refused")


# --- leaving by the link in a mail -----------------------------------------------------------------------------


def link(app: FastAPI, who: Client, category: Category | None) -> str:
    of = Unsubscription(who.tenant_id, person_of(who.subject), category)
    return f"{ALL}/unsubscribe/{token_for(app.state.services.notification_key, of)}"


async def channels(who: Client, category: str) -> list[str]:
    return (await who.get(f"{ALL}/preferences")).json()["categories"][category]["channels"]


async def test_one_click_ends_mails_of_the_category_and_a_look_does_not(app: FastAPI, asha: Client) -> None:
    address = link(app, asha, Category.RESULTS)
    shown = await asha.http.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "No more mails about results" in shown.text
    assert "email" in await channels(asha, "results")
    for _ in range(2):  # as mail programs send it, and again
        left = await asha.http.post(address, data={"List-Unsubscribe": "One-Click"})
        assert left.status_code == 200
    assert await channels(asha, "results") == ["inbox", "push"]
    assert "email" in await channels(asha, "payments")


async def test_no_digest_ends_mails_of_all_that_goes_into_it(app: FastAPI, asha: Client) -> None:
    assert (await asha.http.post(link(app, asha, None))).status_code == 200
    assert await channels(asha, "results") == ["inbox", "push"]
    assert "email" in await channels(asha, "fixtures")


async def test_a_link_that_was_changed_leads_nowhere(app: FastAPI, asha: Client) -> None:
    address = link(app, asha, Category.RESULTS)
    for wrong in (address[:-3] + "AAA", f"{ALL}/unsubscribe/nonsense"):
        for method in ("GET", "POST"):
            answer = await asha.http.request(method, wrong)
            assert (answer.status_code, answer.json()["code"]) == (404, "unsubscribe_token_invalid")
    assert "email" in await channels(asha, "results")
