"""The table as it stands, while a match is in play."""

import pytest
from fastapi import FastAPI

from tests.integration.api.conftest import Client
from tests.integration.api.cup import NO_RUN, ONE_RUN, Cup, Json

pytestmark = pytest.mark.usefixtures("with_workflows")

SIX_RUNS = (1, 1, 1, 1, 1, 1)


async def in_the_chase(client: Client, app: FastAPI, over: tuple[int, ...]) -> tuple[Cup, str, str]:
    """A match of two overs, of which the side batting second has faced one: who bats first, who second."""
    cup = await Cup.drawn_up(client, app.state.services, overs=2)
    node = (await cup.fixtures())[0]["node"]
    match = await cup.begin(node)
    fixture = await cup.fixture(node)
    home, away = fixture["home"]["team"], fixture["away"]["team"]
    await cup.bat(match, home, away, SIX_RUNS, SIX_RUNS)
    await cup.bat(match, away, home, over)
    return cup, home, away


async def live(cup: Cup) -> list[Json]:
    return (await cup.get("/standings?live=true"))["tables"][0]["rows"]


@pytest.mark.parametrize(("over", "ahead"), [((2, 2, 2, 2, 2, 2), "away"), (ONE_RUN, "home")])
async def test_a_chase_counts_as_if_it_were_called_off_at_this_ball(
    client: Client, app: FastAPI, over: tuple[int, ...], ahead: str
) -> None:
    cup, home, away = await in_the_chase(client, app, over[:5])
    assert [row["provisional"] for row in await live(cup)] == [False] * 3, (
        "no result before the minimum overs"
    )
    match = await cup.match((await cup.fixtures())[0]["node"])
    await cup.at(match, "POST", "/balls", {"bat_runs": over[5]})
    winner = {"home": home, "away": away}[ahead]
    first = (await live(cup))[0]
    assert (first["team"], first["points"], first["playing"], first["provisional"]) == (winner, 2, True, True)
    assert first["climbed"] == first["official_place"] - 1
    official = await cup.get("/standings")
    assert [row["played"] for row in official["tables"][0]["rows"]] == [0, 0, 0]


async def test_level_on_par_is_a_tie_as_it_stands(client: Client, app: FastAPI) -> None:
    """One of two overs, no wicket down: par is half of twelve, the table being even over so few balls."""
    cup, home, away = await in_the_chase(client, app, NO_RUN)
    match = await cup.match((await cup.fixtures())[0]["node"])
    par = (await client.get(f"{match}/scorecard")).json()["innings"][-1]["chase"]["par"]
    ball = (await cup.balls(match, 2))[-1]
    await cup.at(
        match, "POST", "/corrections", {"ball": ball, "delivery": {"bat_runs": par}, "reason": "missed"}
    )
    rows = {row["team"]: row["points"] for row in await live(cup)}
    assert rows[home] == rows[away] == 1


async def test_the_table_comes_to_rest_when_the_result_is_official(client: Client, app: FastAPI) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    node = (await cup.fixtures())[0]["node"]
    await cup.play(node, (await cup.fixture(node))["home"]["team"])
    rows = await live(cup)
    assert [(row["climbed"], row["playing"], row["provisional"]) for row in rows] == [(0, False, False)] * 3
    assert [row["team"] for row in rows] == await cup.order()
