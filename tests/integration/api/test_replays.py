"""A match is played again by a ruling: another match, with a session of its own, for the same place."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from tests.integration.api.conftest import Client
from tests.integration.api.cup import FINAL, Cup, placement, until
from tests.integration.api.test_problems import assert_problem

pytestmark = pytest.mark.usefixtures("with_workflows")

LATER = timedelta(hours=15)


async def ruled_to_be_replayed(client: Client, app: FastAPI) -> tuple[Cup, str, str]:
    """A cup whose first match was disputed, with a ruling that it be played again; its node and its address."""
    cup = await Cup.drawn_up(client, app.state.services, window_minutes=60, captains=True)
    fixture = (await cup.fixtures())[0]
    node, home, away = fixture["node"], fixture["home"]["team"], fixture["away"]["team"]
    match = await cup.play_out(node, home)
    session = f"{match}/session"
    await until(client, session, lambda found: found["phase"] == "result proposed")
    dispute = {"team": away, "reason": "seven balls in the last over"}
    ok(await cup.captain(away).post(f"{session}/disputes", dispute))
    ruling = {"ruling": "replay", "reason": "the over was miscounted"}
    ok(await client.somebody("srinath", "referee").post(f"{session}/disputes:rule", ruling))
    assert (await client.get(session)).json()["phase"] == "replay ordered"
    return cup, node, match


def ok(answer: httpx.Response) -> None:
    assert answer.status_code == 200, answer.text


async def test_a_match_ruled_to_be_replayed_counts_for_nothing_until_it_is(
    client: Client, app: FastAPI
) -> None:
    cup, node, first = await ruled_to_be_replayed(client, app)
    assert [row["played"] for row in (await cup.get("/standings"))["tables"][0]["rows"]] == [0, 0, 0]
    await cup.post(f"/fixtures/{node}:replay", {"placement": placement(node, LATER), "reason": "the ruling"})
    second = await cup.match(node)
    assert second != first
    away = (await cup.fixture(node))["away"]["team"]
    await cup.play_out(node, away)
    await until(client, f"{second}/session", lambda found: found["phase"] == "result proposed")
    for team in (away, (await cup.fixture(node))["home"]["team"]):
        ok(await cup.captain(team).post(f"{second}/session/result:confirm", {"team": team}))
    await cup.until_match(node, "official")
    (winner, *_) = await cup.order()
    assert winner == away


async def test_what_is_recorded_at_the_match_that_no_longer_counts_moves_nothing(
    client: Client, app: FastAPI
) -> None:
    cup, node, first = await ruled_to_be_replayed(client, app)
    await cup.post(f"/fixtures/{node}:replay", {"placement": placement(node, LATER), "reason": "the ruling"})
    ball = (await cup.balls(first, 1))[0]
    correction = {"ball": ball, "delivery": {"bat_runs": 4}, "reason": "late"}
    found = await cup.at(first, "POST", "/corrections/preview", correction)
    assert (found["node"], found["correction"]) == (node, None)
    await cup.at(first, "POST", "/corrections", correction)
    await cup.tell(first)
    await cup.until_match(node, "open")
    assert (await cup.get("/corrections"))["corrections"] == []


async def test_an_official_result_is_played_again_unless_a_later_match_rests_on_it(
    client: Client, app: FastAPI
) -> None:
    cup = await Cup.drawn_up(client, app.state.services, final_in=timedelta(days=30))
    await cup.play_league()
    node = await cup.node_of("b", "c")
    replay = {"placement": placement(node, LATER), "reason": "an ineligible player"}
    await cup.post(f"/fixtures/{node}:replay", replay)
    fixture = await cup.fixture(FINAL)
    assert (fixture["home"], fixture["away"]) == (None, None), "the table is open again"
    await cup.play(node, "c")
    assert await cup.finalists() == ["a", "c"]


async def test_no_match_is_played_again_on_which_one_rests_that_has_begun(
    client: Client, app: FastAPI
) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    await cup.play_league()
    await cup.until_match(FINAL, "open")
    node = await cup.node_of("b", "c")
    replay = {"placement": placement(node, LATER), "reason": "an ineligible player"}
    refused = await client.post(f"{cup.address}/fixtures/{node}:replay", replay)
    assert assert_problem(refused, 422, "later_match_begun")["context"]["nodes"] == [FINAL]
