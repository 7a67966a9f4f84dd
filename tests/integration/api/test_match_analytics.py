"""A match as curves, and the chances in it, over HTTP."""

import csv
import io
from uuid import uuid4

from api.analytics.match_routes import CHANCES_CSV, CHANCES_EXAMPLE, CURVES_CSV, CURVES_EXAMPLE
from tests.integration.api.conftest import FIRST_BALL, Client


def analytics(match: str, what: str) -> str:
    return match.replace("/v1/matches", "/v1/analytics/matches") + f"/{what}"


async def after_a_four(client: Client) -> str:
    match = await client.in_play()
    assert (await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})).status_code == 200
    return match


async def test_the_examples_in_the_document_are_what_is_answered(client: Client) -> None:
    match = await after_a_four(client)
    for what, json, as_csv in (
        ("win-probability", CHANCES_EXAMPLE, CHANCES_CSV),
        ("curves", CURVES_EXAMPLE, CURVES_CSV),
    ):
        answer = await client.get(analytics(match, what))
        assert (answer.status_code, answer.json()) == (200, json)
        lines = await client.get(analytics(match, what), accept="text/csv")
        assert (lines.headers["content-type"], lines.text) == ("text/csv; charset=utf-8", as_csv)


async def test_the_chances_follow_each_ball_at_once(client: Client) -> None:
    match = await after_a_four(client)
    path = analytics(match, "win-probability")
    before = (await client.get(f"{path}?at_least=6")).json()["chances"]["rcb"]
    await client.post(f"{match}/balls", {"wickets": [{"player": "rcb1", "kind": "bowled"}]})
    after = (await client.get(f"{path}?at_least=7")).json()
    assert after["chances"]["rcb"] < before
    assert [(turn["version"], turn["ball"]) for turn in after["turns"]] == [(1, None), (6, 1), (7, 2)]
    ahead = await client.get(f"{path}?at_least=8")
    assert (ahead.status_code, ahead.json()["code"]) == (404, "version_not_reached")


async def test_the_match_as_it_was(client: Client) -> None:
    match = await after_a_four(client)
    for what in ("win-probability", "curves"):
        then = await client.get(analytics(match, what) + "?at=5")
        assert (then.json()["version"], then.headers["etag"]) == (5, '"5"')
    assert (await client.get(analytics(match, "win-probability") + "?at=5")).json()["chances"] == {
        "rcb": 0.5,
        "mi": 0.5,
    }
    wrong = await client.get(analytics(match, "curves") + "?at=yesterday")
    assert (wrong.status_code, wrong.json()["param"]) == (400, "at")


async def test_json_and_csv_have_tags_of_their_own(client: Client) -> None:
    path = analytics(await after_a_four(client), "curves")
    json, lines = await client.get(path), await client.get(path, accept="text/csv")
    assert (json.headers["etag"], lines.headers["etag"]) == ('"6"', '"6-csv"')
    assert json.headers["vary"] == lines.headers["vary"] == "accept"
    for asked, held, status in (
        ("text/csv", '"6-csv"', 304),
        ("text/csv", '"6"', 200),
        ("application/json", '"6"', 304),
        ("*/*", '"6-csv"', 200),
    ):
        assert (await client.get(path, accept=asked, if_none_match=held)).status_code == status, (asked, held)


async def test_who_asks_for_either_is_answered_by_what_is_wanted_more(client: Client) -> None:
    path = analytics(await after_a_four(client), "curves")
    for accept, answered in (
        ("text/csv, application/json;q=0.5", "text/csv"),
        ("text/csv;q=0.5, */*", "application/json"),
        ("text/csv;q=x, application/json;q=0.1", "application/json"),
        ("text/html", "application/json"),
    ):
        assert (await client.get(path, accept=accept)).headers["content-type"].startswith(answered), accept


async def test_a_format_that_the_model_does_not_cover_has_curves_but_no_chances(client: Client) -> None:
    match = await client.in_play(conditions="odi")
    await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})
    refused = await client.get(analytics(match, "win-probability"))
    assert (refused.status_code, refused.json()["code"]) == (422, "format_not_covered")
    found = (await client.get(analytics(match, "curves"))).json()
    assert found["model"] is None
    assert found["innings"][0]["overs"][0]["chances"] is None
    lines = await client.get(analytics(match, "curves"), accept="text/csv")
    (row,) = csv.DictReader(io.StringIO(lines.text))
    assert (row["total"], row["chance"]) == ("4", "")


async def test_a_match_of_nobody_or_of_another_league_is_not_found(client: Client) -> None:
    match = await after_a_four(client)
    stranger = Client(client.http, client.issuer)
    for who, which in ((client, f"/v1/matches/{uuid4()}"), (stranger, match)):
        for what in ("win-probability", "curves"):
            answer = await who.get(analytics(which, what))
            assert (answer.status_code, answer.json()["code"]) == (404, "match_not_found")
