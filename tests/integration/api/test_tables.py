"""Tables, draws and formats by rules that the organiser gives, over HTTP."""

from typing import Any

import pytest
from fastapi import FastAPI

from tests.integration.api.conftest import Client
from tests.integration.api.cup import Cup, Json
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_tournaments import ok

pytestmark = pytest.mark.usefixtures("with_workflows")

OWN_RULES = {
    "name": "our own",
    "points": {
        "win": 5,
        "tie": 3,
        "draw": 0,
        "no_result": 2,
        "loss": 1,
        "bonus": {"ratio": "5/4", "points": 2},
    },
    "order": ["points", "head-to-head points", "drawing of lots"],
    "lots_seed": "the first ball of 1774",
}


async def table(cup: Cup) -> list[Json]:
    return (await cup.get("/standings"))["tables"][0]["rows"]


async def test_points_and_their_order_are_those_of_the_organiser(client: Client, app: FastAPI) -> None:
    cup = await Cup.drawn_up(client, app.state.services, table_rules=OWN_RULES)
    drawn = [row["above_next"] for row in await table(cup)]
    assert drawn == ["drawing of lots", "drawing of lots", None]
    await cup.play(await cup.node_of("a", "b"), "a")
    rows = {row["team"]: row["points"] for row in await table(cup)}
    assert rows == {"a": 5 + 2, "b": 1, "c": 0}, "a win with its bonus, a defeat, no match"
    assert (await cup.get())["settings"]["table_rules"]["lots_seed"] == OWN_RULES["lots_seed"]


async def test_points_are_deducted_with_a_reason_and_given_back(client: Client, app: FastAPI) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    await cup.play_league()
    before = await cup.order()
    for_the_over_rate = {"team": "a", "points": 3, "reason": "slow over rate"}
    await cup.post("/deductions", for_the_over_rate)
    assert before == ["a", "b", "c"]
    first, *_ = await table(cup)
    assert (first["team"], first["above_next"]) == ("b", "points: 2 to 1")
    shown = (await cup.get())["deductions"]
    assert [(one["team"], one["points"], one["reason"]) for one in shown] == [("a", 3, "slow over rate")]
    await cup.post("/deductions", {"team": "a", "points": -3, "reason": "on appeal"})
    assert await cup.order() == before
    nothing = await client.post(f"{cup.address}/deductions", for_the_over_rate | {"points": 0})
    assert_problem(nothing, 422, "no_points")


async def opened(client: Client, teams: str, **settings: Any) -> str:
    """The address of a tournament whose teams have entered."""
    given = {"registration": {"capacity": len(teams)}, "squads": {"minimum_players": 0}, **settings}
    created = await client.post("/v1/tournaments", {"name": "Winter Cup", "settings": given})
    assert created.status_code == 201, created.text
    tournament = created.headers["location"]
    ok(await client.post(f"{tournament}/registration:open"))
    entries = [{"team": team, "name": f"Team {team}"} for team in teams]
    ok(await client.post(f"{tournament}/entries:bulk", {"entries": entries}))
    ok(await client.post(f"{tournament}/registration:close"))
    return tournament


async def seeds(client: Client, tournament: str) -> str:
    return "".join(one["team"] for one in (await client.get(tournament)).json()["seeds"])


async def test_a_draw_from_pots_is_published_with_its_seed_and_comes_out_the_same_again(
    client: Client,
) -> None:
    draw = {"pots": [["a", "b"], ["c", "d"]], "seed": "the first ball of 1774"}
    drawn = []
    for _ in range(2):
        tournament = await opened(client, "abcd", format="round-robin")
        unfit = await client.post(f"{tournament}/draw", {**draw, "pots": [["a", "b"], ["c"]]})
        assert unfit.status_code == 422, unfit.text
        ok(await client.post(f"{tournament}/draw", draw))
        drawn.append(await seeds(client, tournament))
        assert (await client.get(tournament)).json()["draw_seed"] == draw["seed"]
    assert drawn[0] == drawn[1]
    assert {*drawn[0][:2]} == {"a", "b"}


SEED = [{"kind": "seed", "number": number} for number in range(1, 5)]
STEPLADDER = [
    {"id": "first", "name": "First rung", "home": SEED[2], "away": SEED[3]},
    {"id": "second", "name": "Second rung", "home": SEED[1], "away": {"kind": "winner of", "node": "first"}},
    {"id": "final", "name": "Final", "home": SEED[0], "away": {"kind": "winner of", "node": "second"}},
]


def playoffs(matches: list[Json]) -> Json:
    return {"name": "Ladder", "stages": [{"kind": "playoffs", "name": "Ladder", "matches": matches}]}


async def test_an_organiser_draws_a_graph_of_playoffs(client: Client) -> None:
    tournament = await opened(client, "abcd", format=playoffs(STEPLADDER))
    before = (await client.get(f"{tournament}/structure?teams=4")).json()
    assert before["structure"]["matches"] == 3
    assert "Second rung" in before["text"]
    ok(await client.post(f"{tournament}/draw", {"seeds": list("abcd")}))
    fixtures = (await client.get(f"{tournament}/fixtures")).json()["fixtures"]
    sides = {one["node"]: [one[side] and one[side]["team"] for side in ("home", "away")] for one in fixtures}
    assert list(sides.values()) == [["c", "d"], ["b", None], ["a", None]]


@pytest.mark.parametrize(
    ("matches", "code"),
    [
        (
            [*STEPLADDER[:2], STEPLADDER[2] | {"away": {"kind": "winner of", "node": "third"}}],
            "unknown_place",
        ),
        (
            [STEPLADDER[0] | {"home": {"kind": "winner of", "node": "second"}}, *STEPLADDER[1:]],
            "format_cycle",
        ),
        ([STEPLADDER[0], STEPLADDER[0], *STEPLADDER[1:]], "format_id_taken"),
        (STEPLADDER[:1], "seeds_unused"),
    ],
)
async def test_a_graph_that_leads_to_no_champion_is_refused(
    client: Client, matches: list[Json], code: str
) -> None:
    settings = {"format": playoffs(matches), "registration": {"capacity": 4}}
    answer = await client.post("/v1/tournaments", {"name": "Winter Cup", "settings": settings})
    assert_problem(answer, 422, code)
