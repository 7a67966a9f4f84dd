"""Analytics over HTTP: what is asked for is answered, in JSON and CSV, page by page."""

import csv
import io
from typing import Any

import httpx
import pytest

from api.analytics.lists import LISTS, RECORDS
from tests.integration.api.conftest import Client
from tests.integration.api.league import scored
from tests.integration.api.test_problems import assert_problem
from tests.integration.api.test_tournaments import project

PATHS = {each.path: each for each in LISTS}


@pytest.fixture
async def played(client: Client, postgres_dsn: str) -> Client:
    """A league with two matches: in 2025 on ground 1, in 2026 on ground 2, of the same two teams."""
    await scored(client.tenant_id, postgres_dsn)
    await project(postgres_dsn)
    return client


async def rows(client: Client, path: str, query: str = "limit=100") -> list[dict[str, Any]]:
    answer = await client.get(f"/v1/analytics/{path}?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()[PATHS[path].rows]


@pytest.mark.parametrize("path", PATHS)
async def test_a_league_without_a_ball_has_empty_lists(client: Client, path: str) -> None:
    answer = await client.get(f"/v1/analytics/{path}")
    assert (answer.status_code, answer.json()) == (200, {PATHS[path].rows: [], "next": None})


async def test_a_league_without_a_ball_has_no_caps_and_no_records(client: Client) -> None:
    caps = await client.get("/v1/analytics/caps?season=2026")
    assert caps.json() == {"orange_cap": [], "purple_cap": []}
    records = await client.get("/v1/analytics/records")
    assert records.json() == {kind: [] for kind in RECORDS}


async def test_what_is_asked_for_is_all_that_counts(played: Client) -> None:
    both = await rows(played, "batting")
    assert {row["matches"] for row in both} == {2}
    parts = [await rows(played, "batting", f"season={season}") for season in (2025, 2026)]
    grounds = [await rows(played, "batting", f"venue=ground {number}&limit=100") for number in (1, 2)]
    phases = [
        await rows(played, "batting", f"phase={phase}&limit=100")
        for phase in ("powerplay", "middle", "death")
    ]
    for split in (parts, grounds, phases):
        assert sum(row["runs"] for part in split for row in part) == sum(row["runs"] for row in both)
    assert {row["team"] for row in await rows(played, "batting", "team=home&limit=100")} == {"home"}
    against = await rows(played, "bowling", "opponent=home&limit=100")
    assert {row["team"] for row in against} == {"away"}
    assert await rows(played, "batting", "season=1999") == []
    assert await rows(played, "batting", "tournament=cup&limit=100") == both
    faced = await rows(played, "batting", "min_balls=30&limit=100")
    assert faced == [row for row in both if row["balls"] >= 30]
    assert await rows(played, "batting", "min_innings=3") == []


@pytest.mark.parametrize(
    ("path", "sort", "field", "falling"),
    [
        ("batting", "strike_rate", "strike_rate", True),
        ("batting", "average", "average", True),
        ("batting", "sixes", "sixes", True),
        ("batting", "dot_rate", "dot_rate", False),
        ("batting", "rotation_rate", "rotation_rate", True),
        ("bowling", "economy", "economy", False),
        ("bowling", "dots", "dots", True),
        ("match-ups", "runs", "runs", True),
        ("partnerships", "balls", "balls", True),
        ("teams", "runs", "runs", True),
    ],
)
async def test_a_list_is_in_the_order_asked_for(
    played: Client, path: str, sort: str, field: str, falling: bool
) -> None:
    found = [row[field] for row in await rows(played, path, f"sort={sort}&limit=100&min_balls=1")]
    known = [value for value in found if value is not None]
    assert found[: len(known)] == known == sorted(known, reverse=falling)


async def test_the_orange_cap_is_by_runs_and_the_purple_cap_by_wickets(played: Client) -> None:
    caps = (await played.get("/v1/analytics/caps?tournament=cup&limit=3")).json()
    batting, bowling = await rows(played, "batting"), await rows(played, "bowling")
    assert [row["player"] for row in caps["orange_cap"]] == [row["player"] for row in batting[:3]]
    assert [row["player"] for row in caps["purple_cap"]] == [row["player"] for row in bowling[:3]]
    assert [row["rank"] for row in caps["orange_cap"]] == [1, 2, 3]
    runs = [(-row["runs"], -(row["strike_rate"] or 0)) for row in batting]
    assert runs == sorted(runs)


async def test_records_of_one_kind_and_of_one_team(played: Client) -> None:
    answer = await played.get("/v1/analytics/records?record=highest_score&limit=2&team=home")
    found = answer.json()
    assert found.keys() == {"highest_score"}
    assert [row["team"] for row in found["highest_score"]] == ["home", "home"]
    best = max((await rows(played, "batting", "team=home")), key=lambda row: int(row["highest"].rstrip("*")))
    assert found["highest_score"][0]["runs"] == int(best["highest"].rstrip("*"))


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_in_csv_has_what_the_page_in_json_has(played: Client, path: str) -> None:
    """And says where the next page is."""
    shown = (await rows(played, path, "limit=2"))[:2]
    answer = await played.get(f"/v1/analytics/{path}?limit=2", accept="text/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    read = list(csv.DictReader(io.StringIO(answer.text)))
    assert read == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in shown
    ]
    whole = await rows(played, path)
    assert ("link" in answer.headers) == (len(whole) > 2)
    if len(whole) > 2:
        following = answer.headers["link"].removeprefix("<").partition(">")[0]
        after = await played.get(following, accept="text/csv")
        assert next(csv.DictReader(io.StringIO(after.text))) == {
            name: "" if value is None else str(value) for name, value in whole[2].items()
        }
    tag = answer.headers["etag"]
    assert (
        await played.get(f"/v1/analytics/{path}?limit=2", accept="text/csv", if_none_match=tag)
    ).status_code == 304


async def test_a_cursor_is_good_for_its_own_list_and_order_alone(played: Client) -> None:
    cursor = (await played.get("/v1/analytics/batting?limit=1")).json()["next"]
    for path in ("bowling", "batting?sort=sixes", "mvp"):
        sign = "&" if "?" in path else "?"
        answer = await played.get(f"/v1/analytics/{path}{sign}cursor={cursor}")
        assert_problem(answer, 400, "malformed_parameter")


@pytest.mark.parametrize(
    "asked",
    [
        "batting?phase=tea",
        "batting?sort=luck",
        "batting?min_innings=0",
        "batting?min_balls=many",
        "phases?side=field",
        "records?record=longest_beard",
        "partnerships?wicket=0",
        "caps?limit=101",
    ],
)
async def test_what_cannot_be_asked_for_is_refused(client: Client, asked: str) -> None:
    answer = await client.get(f"/v1/analytics/{asked}")
    problem = assert_problem(answer, 400, "malformed_parameter")
    assert asked.partition("?")[2].partition("=")[0] in (problem or answer.json())["param"]


async def test_another_league_sees_nothing_of_it(played: Client) -> None:
    stranger = Client(played.http, played.issuer)
    for path, each in PATHS.items():
        answer: httpx.Response = await stranger.get(f"/v1/analytics/{path}")
        assert answer.json()[each.rows] == [], path
