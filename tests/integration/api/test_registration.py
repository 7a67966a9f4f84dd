"""Who takes part, over HTTP: entries, the waitlist, check-in, who leaves. What is refused says why."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.integration.api.conftest import Client
from tests.integration.api.cup import Cup, Json, until
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_tournaments import ok

pytestmark = pytest.mark.usefixtures("with_workflows")

SOON = timedelta(seconds=3)
SECONDS = 1 / 3600


async def draft(client: Client, *, registration: Json | None = None, **settings: Any) -> str:
    """The address of a tournament for two teams and more who wait, without rules for squads."""
    given = {
        "format": "round-robin",
        "registration": {"capacity": 2, "reminder_hours": [], **(registration or {})},
        "squads": {"minimum_players": 0},
    }
    answer = await client.post("/v1/tournaments", {"name": "Winter Cup", "settings": {**given, **settings}})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def opened(client: Client, *teams: str, **more: Any) -> str:
    """One whose registration is open, with these teams."""
    tournament = await draft(client, **more)
    ok(await client.post(f"{tournament}/registration:open"))
    for team in teams:
        ok(await enter(client, tournament, team))
    return tournament


async def enter(client: Client, tournament: str, team: str, **more: Any) -> httpx.Response:
    return await client.post(f"{tournament}/entries", {"team": team, "name": f"Team {team}", **more})


async def statuses(client: Client, tournament: str) -> dict[str, str]:
    entries = (await client.get(f"{tournament}/entries")).json()["entries"]
    return {entry["team"]: entry["status"] for entry in entries}


def code(answer: httpx.Response) -> str:
    """Why something was refused; "" if it was not."""
    return (
        ""
        if answer.status_code == 200
        else assert_problem(answer, answer.status_code, answer.json()["code"])["code"]
    )


def ahead(long: timedelta) -> str:
    return (datetime.now(UTC) + long).isoformat()


# --- entries -----------------------------------------------------------------------------------------------


async def test_a_team_enters_while_registration_is_open_and_later_only_by_leave(client: Client) -> None:
    tournament = await draft(client, registration={"capacity": 4})
    before = code(await enter(client, tournament, "a"))
    ok(await client.post(f"{tournament}/registration:open"))
    while_open = [code(await enter(client, tournament, team)) for team in "ab"]
    ok(await client.post(f"{tournament}/registration:close"))
    after = code(await enter(client, tournament, "c"))
    late = code(await enter(client, tournament, "c", late=True))
    ok(await client.post(f"{tournament}/draw", {"seed": "x"}))
    drawn = code(await enter(client, tournament, "d", late=True))
    assert [before, *while_open, after, late, drawn] == [
        "registration_not_open",
        "",
        "",
        "registration_closed",
        "",
        "too_late_to_enter",
    ]
    entries = (await client.get(f"{tournament}/entries")).json()["entries"]
    assert [(one["team"], one["late"]) for one in entries] == [("a", False), ("b", False), ("c", True)]


async def test_a_name_and_a_team_stand_once(client: Client) -> None:
    tournament = await opened(client, "a", registration={"capacity": 4})
    found = {
        "the same team": code(await enter(client, tournament, "a", name="Another")),
        "the same name": code(await enter(client, tournament, "b", name="TEAM  a")),
        "no name": code(await enter(client, tournament, "b", name="  ")),
    }
    ok(await client.post(f"{tournament}/entries/a:disqualify", {"reason": "two names"}))
    found["who was disqualified"] = code(await enter(client, tournament, "a"))
    assert found == {
        "the same team": "team_entered_already",
        "the same name": "team_name_taken",
        "no name": "team_name_missing",
        "who was disqualified": "team_disqualified",
    }


async def test_over_capacity_there_is_no_place_without_a_waitlist(client: Client) -> None:
    tournament = await opened(client, "a", "b", registration={"waitlist": False})
    problem = assert_problem(await enter(client, tournament, "c"), 409, "tournament_full")
    assert problem["context"] == {"capacity": 2}


# --- the waitlist ------------------------------------------------------------------------------------------


async def test_those_who_wait_are_offered_a_place_in_their_order(client: Client) -> None:
    tournament = await opened(client, "a", "b", "c", "d", "e")
    assert await statuses(client, tournament) == {
        **dict.fromkeys("ab", "confirmed"),
        **dict.fromkeys("cde", "waiting"),
    }
    assert code(await client.post(f"{tournament}/entries/d/offer:accept")) == "no_offer"
    ok(await client.post(f"{tournament}/entries/a:withdraw", {"reason": "too few players"}))
    assert (await statuses(client, tournament))["c"] == "offered"
    ok(await client.post(f"{tournament}/entries/c/offer:decline"))
    assert (await statuses(client, tournament))["d"] == "offered"
    ok(await client.post(f"{tournament}/entries/d/offer:accept"))
    assert await statuses(client, tournament) == {
        "a": "withdrawn",
        "b": "confirmed",
        "c": "declined",
        "d": "confirmed",
        "e": "waiting",
    }


async def test_an_offer_has_a_deadline_after_which_the_next_is_offered_the_place(client: Client) -> None:
    tournament = await opened(client, "a", "b", "c", "d", registration={"offer_hours": 3 * SECONDS})
    ok(await client.post(f"{tournament}/entries/a:withdraw"))
    offered = (await client.get(f"{tournament}/entries")).json()["entries"][2]
    assert offered["offer_expires_at"] is not None
    entries = await until(
        client, f"{tournament}/entries", lambda found: found["entries"][2]["status"] == "declined"
    )
    assert entries["entries"][2]["reason"] == "the offer was not taken up in time"
    assert entries["entries"][3]["status"] in ("offered", "declined"), "the next one's turn"


# --- check-in ----------------------------------------------------------------------------------------------


async def test_who_does_not_check_in_in_time_loses_the_place_to_who_waits(client: Client) -> None:
    tournament = await opened(client, "a", "b", "c", registration={"check_in_required": True})
    waiting = code(await client.post(f"{tournament}/entries/c:check-in"))
    ok(await client.post(f"{tournament}/entries/a:check-in"))
    ok(await client.put(f"{tournament}/deadlines/check-in-closes", {"at": ahead(SOON)}))
    await until(client, tournament, lambda found: found["check_in_closed"])
    late = code(await client.post(f"{tournament}/entries/b:check-in"))
    assert (waiting, late) == ("entry_not_confirmed", "check_in_over")
    assert await statuses(client, tournament) == {"a": "confirmed", "b": "place lost", "c": "offered"}


async def test_a_tournament_without_check_in_has_none_to_close(client: Client) -> None:
    tournament = await opened(client, "a")
    assert code(await client.post(f"{tournament}/check-in:close")) == "no_check_in"


# --- who leaves --------------------------------------------------------------------------------------------


async def drawn(client: Client, *teams: str) -> str:
    """A drawn league, with a match every other day."""
    tournament = await opened(client, *teams, registration={"capacity": len(teams)})
    ok(await client.post(f"{tournament}/registration:close"))
    ok(await client.post(f"{tournament}/draw", {"seeds": teams}))
    fixtures = (await client.get(f"{tournament}/fixtures")).json()["fixtures"]
    placements = [
        {
            "node": fixture["node"],
            "ground": "oval",
            "starts_at": ahead(timedelta(days=30 + 2 * number)),
            "ends_at": ahead(timedelta(days=30 + 2 * number, hours=4)),
        }
        for number, fixture in enumerate(fixtures)
    ]
    ok(await client.put(f"{tournament}/fixtures", {"placements": placements}))
    return tournament


async def test_who_withdraws_after_the_draw_gives_its_matches_to_the_opponents(client: Client) -> None:
    tournament = await drawn(client, "a", "b", "c")
    ok(await client.post(f"{tournament}/entries/c:withdraw", {"reason": "too few players"}))
    rows = (await client.get(f"{tournament}/standings")).json()["tables"][0]["rows"]
    assert {row["team"]: (row["played"], row["points"]) for row in rows} == {
        "a": (1, 2),
        "b": (1, 2),
        "c": (2, 0),
    }
    assert code(await client.post(f"{tournament}/entries/c:withdraw")) == "entry_over"


@pytest.mark.parametrize(
    ("to_come", "statuses", "points"), [("awarded", "official", 2), ("cancelled", "cancelled", 0)]
)
async def test_the_matches_to_come_of_who_is_disqualified_are_awarded_or_cancelled(
    client: Client, to_come: str, statuses: str, points: int
) -> None:
    tournament = await drawn(client, "a", "b", "c")
    assert code(await client.post(f"{tournament}/entries/c:disqualify", {"reason": " "})) == "reason_missing"
    ruling = {"reason": "an ineligible player", "to_come": to_come}
    ok(await client.post(f"{tournament}/entries/c:disqualify", ruling))
    fixtures = (await client.get(f"{tournament}/fixtures?team=c")).json()["fixtures"]
    assert [fixture["status"] for fixture in fixtures] == [statuses] * 2
    rows = (await client.get(f"{tournament}/standings")).json()["tables"][0]["rows"]
    assert [row["points"] for row in rows if row["team"] == "a"] == [points]
    assert rows[-1]["team"] == "c"


@pytest.mark.parametrize(("played", "status", "points"), [("stand", "official", 2), ("void", "void", 0)])
async def test_the_matches_played_by_who_is_disqualified_stand_or_are_void(
    client: Client, app: FastAPI, played: str, status: str, points: int
) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    node = await cup.node_of("a", "b")
    await cup.play(node, "a")
    ruling = {"reason": "an ineligible player", "played": played, "to_come": "cancelled"}
    await cup.post("/entries/b:disqualify", ruling)
    assert (await cup.fixture(node))["status"] == status
    rows = (await cup.get("/standings"))["tables"][0]["rows"]
    assert {row["team"]: row["points"] for row in rows}["a"] == points
