"""An old result turns out otherwise: looked at first, then applied at once or held until somebody rules on it."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from tests.integration.api.conftest import Client
from tests.integration.api.cup import FINAL, Cup
from tests.integration.api.test_problems import assert_problem

pytestmark = pytest.mark.usefixtures("with_workflows")

IN_A_MONTH = timedelta(days=30)


async def cup_with_league_over(client: Client, app: FastAPI, **more: Any) -> Cup:
    """a won twice, b once; a and b meet in the final, whose session is open if it is not in a month."""
    cup = await Cup.drawn_up(client, app.state.services, **more)
    await cup.play_league()
    if not more:
        await cup.until_match(FINAL, "open")
    return cup


async def the_other_way_round(cup: Cup, *teams: str) -> tuple[str, dict[str, Any]]:
    """The address of a match, and the correction of the one ball by which the other side has won it."""
    match = await cup.match(await cup.node_of(*teams))
    won_by_home = (await cup.client.get(match)).json()["summary"]["result"]["by_runs"] is not None
    ball = (await cup.balls(match, 2 if won_by_home else 1))[-1]
    return match, {"ball": ball, "delivery": {"bat_runs": 4}, "reason": "it crossed the boundary"}


async def test_a_preview_shows_the_tables_who_goes_on_and_the_matches_played_on_the_old_result(
    client: Client, app: FastAPI
) -> None:
    cup = await cup_with_league_over(client, app)
    match, correction = await the_other_way_round(cup, "b", "c")
    before = (await client.get(match)).headers["etag"]
    found = await cup.at(match, "POST", "/corrections/preview", correction)
    assert found["summary"]["result"]["winner"] == "c"
    moved = found["correction"]
    (table,) = moved["tables"]
    assert [row["team"] for row in table["before"]] == ["a", "b", "c"]
    assert [row["team"] for row in table["after"]] == ["a", "c", "b"]
    assert [team["team"] for team in table["goes_on_before"]] == ["a", "b"]
    assert [team["team"] for team in table["goes_on_after"]] == ["a", "c"]
    assert moved["calls_in_question"] == [FINAL], "its session is open"
    assert (await client.get(match)).headers["etag"] == before
    assert await cup.order() == ["a", "b", "c"]
    assert (await cup.get("/corrections"))["corrections"] == []


async def test_a_correction_on_which_nothing_rests_is_applied_at_once(client: Client, app: FastAPI) -> None:
    cup = await cup_with_league_over(client, app, final_in=IN_A_MONTH)
    assert await cup.finalists() == ["a", "b"]
    match, correction = await the_other_way_round(cup, "b", "c")
    found = await cup.at(match, "POST", "/corrections/preview", correction)
    assert found["correction"]["calls_in_question"] == []
    await cup.at(match, "POST", "/corrections", correction)
    await cup.tell(match)
    await cup.until("/standings", lambda found: found["tables"][0]["rows"][1]["team"] == "c")
    assert await cup.finalists() == ["a", "c"]
    assert (await cup.get("/corrections"))["corrections"] == []


async def held(client: Client, app: FastAPI) -> tuple[Cup, str]:
    """A cup in which the correction of a league match waits for a ruling, and that match's node."""
    cup = await cup_with_league_over(client, app)
    match, correction = await the_other_way_round(cup, "b", "c")
    await cup.at(match, "POST", "/corrections", correction)
    await cup.tell(match)
    (waiting,) = (await cup.until("/corrections", lambda found: bool(found["corrections"])))["corrections"]
    assert waiting["calls_in_question"] == [FINAL]
    assert waiting["after"]["winner"]["team"] == "c"
    assert await cup.order() == ["a", "b", "c"], "nothing has moved yet"
    return cup, waiting["node"]


async def test_a_held_correction_is_applied_by_a_ruling(client: Client, app: FastAPI) -> None:
    cup, node = await held(client, app)
    scorer = client.somebody("one", "scorer")
    apply = f"{cup.address}/corrections/{node}:apply"
    assert_problem(await scorer.post(apply, {"reason": "-"}), 403, "role_missing")
    referee = client.somebody("srinath", "referee")
    done = await referee.post(apply, {"reason": "the ball crossed the boundary"})
    assert done.status_code == 200, done.text
    assert await cup.order() == ["a", "c", "b"]
    assert await cup.finalists() == ["a", "b"], "a match that has begun stays as it was drawn up"
    assert (await cup.get("/corrections"))["corrections"] == []
    assert_problem(await referee.post(apply, {"reason": "again"}), 422, "no_correction_held")


async def test_a_held_correction_is_rejected_by_a_ruling(client: Client, app: FastAPI) -> None:
    cup, node = await held(client, app)
    await cup.post(f"/corrections/{node}:reject", {"reason": "the final is under way"})
    assert await cup.order() == ["a", "b", "c"]
    assert (await cup.get("/corrections"))["corrections"] == []
    again = await client.post(f"{cup.address}/corrections/{node}:apply", {"reason": "after all"})
    assert_problem(again, 422, "no_correction_held")


async def test_while_a_correction_waits_nothing_is_settled(client: Client, app: FastAPI) -> None:
    cup, _ = await held(client, app)
    await cup.play(FINAL, "a")
    assert (await cup.get())["phase"] == "completed"
    assert_problem(await client.post(f"{cup.address}:settle"), 422, "correction_held")


async def test_a_match_without_an_official_result_moves_nothing(client: Client, app: FastAPI) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    match = await cup.begin(await cup.node_of("a", "b"))
    first, *_ = await cup.bat(match, "a", "b", (1, 0, 0, 0, 0, 0))
    correction = {"ball": first, "delivery": {"bat_runs": 4}, "reason": "it crossed the boundary"}
    found = await cup.at(match, "POST", "/corrections/preview", correction)
    assert (found["summary"]["runs"], found["correction"]) == (4, None)
    alone = await client.in_play()
    ball = await cup.at(alone, "POST", "/balls", {"striker": "rcb1", "non_striker": "rcb2", "bowler": "mi11"})
    found = await cup.at(
        alone, "POST", "/removals/preview", {"ball": ball["version"], "reason": "never bowled"}
    )
    assert (found["tournament_id"], found["correction"]) == (None, None)
    refused = await client.post(f"{alone}/corrections/preview", correction | {"ball": 99})
    assert_problem(refused, 422, "ball_not_found")
