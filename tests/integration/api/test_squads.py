"""Who may play for whom, over HTTP: squads, transfers, permits, captains. What is refused says why."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.integration.api.conftest import Client
from tests.integration.api.cup import Json, until
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_registration import SOON, ahead, code, enter, opened
from tests.integration.api.test_tournaments import ok

pytestmark = pytest.mark.usefixtures("with_workflows")


async def name_squad(client: Client, tournament: str, team: str, *players: Json) -> httpx.Response:
    return await client.put(f"{tournament}/entries/{team}/squad", {"players": players})


def player(id: str, born: str | None = None) -> Json:
    return {"id": id, "name": id.upper(), **({"born": born} if born else {})}


UNDER_19 = {
    "minimum_players": 2,
    "maximum_players": 3,
    "youngest": 15,
    "oldest": 18,
    "age_on": "2030-01-01",
    "transfers": 1,
}
P, Q, R, S = (player(id, "2013-06-01") for id in "pqrs")
TOO_OLD, TOO_YOUNG = player("o", "2011-01-01"), player("y", "2015-01-02")


async def test_every_rule_of_a_squad_is_told_when_it_is_broken(client: Client) -> None:
    tournament = await opened(client, "a", "b", squads={**UNDER_19, "minimum_players": 0})
    ok(await name_squad(client, tournament, "b", S))
    squads = {
        "too many": (P, Q, R, player("t", "2013-06-01")),
        "twice": (P, P),
        "of another team": (P, S),
        "of unknown age": (P, player("n")),
        "too old by a day": (P, TOO_OLD),
        "too young by a day": (P, TOO_YOUNG),
        "as it should be": (P, Q),
    }
    found = {name: code(await name_squad(client, tournament, "a", *squad)) for name, squad in squads.items()}
    assert found == {
        "too many": "squad_too_large",
        "twice": "player_named_twice",
        "of another team": "player_in_another_squad",
        "of unknown age": "date_of_birth_missing",
        "too old by a day": "player_too_old",
        "too young by a day": "player_too_young",
        "as it should be": "",
    }


async def test_a_squad_has_a_minimum_from_the_entry_on(client: Client) -> None:
    tournament = await opened(client, squads=UNDER_19)
    problem = assert_problem(await enter(client, tournament, "a", players=[P]), 422, "squad_too_small")
    assert problem["context"] == {"players": 1, "minimum": 2}
    assert code(await enter(client, tournament, "a", players=[P, Q])) == ""
    assert code(await name_squad(client, tournament, "a", P)) == "squad_too_small"


async def test_a_permit_lets_one_player_in_against_the_rules(client: Client) -> None:
    tournament = await opened(client, "a", squads={**UNDER_19, "minimum_players": 0})
    captain = client.somebody("captain", "captain")
    assert code(await captain.post(f"{tournament}/permits", {"player": "o", "reason": "-"})) == "role_missing"
    assert (
        code(await client.post(f"{tournament}/permits", {"player": "o", "reason": " "})) == "reason_missing"
    )
    ok(await client.post(f"{tournament}/permits", {"player": "o", "reason": "one day too old"}))
    assert code(await name_squad(client, tournament, "a", TOO_OLD)) == ""
    assert (await client.get(tournament)).json()["permits"] == [{"player": "o", "reason": "one day too old"}]


async def test_after_the_close_a_team_has_only_so_many_transfers(client: Client) -> None:
    tournament = await opened(client, squads={**UNDER_19, "minimum_players": 1})
    ok(await enter(client, tournament, "a", players=[P, Q, R]))
    ok(await enter(client, tournament, "b", players=[S]))

    async def transfer(id: str, giving: str = "a", taking: str = "b") -> str:
        body = {"player": id, "from_team": giving, "to_team": taking}
        return code(await client.post(f"{tournament}/transfers", body))

    ok(await client.post(f"{tournament}/registration:close"))
    found = {
        "not in the squad": await transfer("s"),
        "to the same team": await transfer("p", taking="a"),
        "the last player": await transfer("s", giving="b", taking="a"),
        "the first": await transfer("p"),
        "another": await transfer("q"),
    }
    ok(await client.post(f"{tournament}/rosters:lock"))
    found["after the lock"] = await transfer("p", giving="b", taking="a")
    assert found == {
        "not in the squad": "player_not_in_squad",
        "to the same team": "same_team_twice",
        "the last player": "squad_too_small",
        "the first": "",
        "another": "no_transfers_left",
        "after the lock": "rosters_locked",
    }


async def test_the_rosters_lock_on_their_date_and_a_permit_still_opens_them(client: Client) -> None:
    tournament = await opened(client, squads=UNDER_19)
    ok(await enter(client, tournament, "a", players=[P, Q]))
    ok(await client.put(f"{tournament}/deadlines/roster-lock", {"at": ahead(SOON)}))
    await until(client, tournament, lambda found: found["rosters_locked"])
    locked = assert_problem(await name_squad(client, tournament, "a", P, Q, R), 422, "rosters_locked")
    assert locked["context"] == {"players": ["r"]}
    ok(await client.post(f"{tournament}/permits", {"player": "r", "reason": "an injury"}))
    assert code(await name_squad(client, tournament, "a", P, Q, R)) == ""


async def test_who_has_left_names_no_squad(client: Client) -> None:
    tournament = await opened(client, "a")
    ok(await client.post(f"{tournament}/entries/a:withdraw"))
    assert code(await name_squad(client, tournament, "a", P)) == "entry_over"
    assert code(await name_squad(client, tournament, "x", P)) == "team_not_entered"


# --- captains ----------------------------------------------------------------------------------------------


async def test_an_invitation_is_good_once_in_time_and_only_the_latest(client: Client) -> None:
    tournament = await opened(client, "a")
    captain = client.somebody("ann", "captain")

    async def invite(long: timedelta) -> str:
        asked = {"email": "ann@example.org", "expires_at": ahead(long)}
        return ok(await client.post(f"{tournament}/entries/a/invitations", asked))["token"]

    async def accept(token: str) -> str:
        return code(await captain.post(f"{tournament}/entries/a/invitations:accept", {"token": token}))

    first, latest = await invite(timedelta(days=1)), await invite(timedelta(days=1))
    found = {"an earlier one": await accept(first), "the latest": await accept(latest)}
    found["again"] = await accept(latest)
    short = await invite(timedelta(milliseconds=1500))
    progress = f"{tournament}/progress"
    ends = datetime.now(UTC) + timedelta(milliseconds=1600)
    await until(client, progress, lambda _: datetime.now(UTC) > ends)
    found["too late"] = await accept(short)
    assert found == {
        "an earlier one": "invitation_unknown",
        "the latest": "",
        "again": "invitation_used",
        "too late": "invitation_expired",
    }
    past = {"email": "ann@example.org", "expires_at": "2020-01-01T00:00:00Z"}
    assert code(await client.post(f"{tournament}/entries/a/invitations", past)) == "expiry_in_past"
