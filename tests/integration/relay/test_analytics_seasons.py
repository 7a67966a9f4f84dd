"""Analytics of real seasons, built through Kafka, against `pavilion leaders` on the same files."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from activities.event_relay import Relay
from adapters.postgres.analytics_projection import ANALYTICS_MODEL
from adapters.postgres.analytics_reads import PostgresAnalytics
from adapters.postgres.pool import create_pool
from adapters.postgres.rebuild import Rebuild
from api.analytics import shown
from api.analytics.lists import RECORDS
from benchmarks.matches import store
from cli.leaders import batting_fields, bowling_fields
from domain.analytics.points import half_points
from domain.tournament.leaders import leaders
from tests.integration.relay import seasons
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.projecting import dead, projected, projecting
from tests.integration.relay.test_projector import TENANT
from tests.integration.relay.test_relay import Publisher, Tail, running

FOLDERS = ("ipl-2019", "ipl-2020", "ipl-2021", "ipl-2022", "ipl-2023")
EVERYBODY = 10_000


@pytest.fixture
async def reads(postgres_dsn: str) -> AsyncIterator[PostgresAnalytics]:
    pool = await create_pool(postgres_dsn, role="pavilion_app", application_name="api", max_size=2)
    yield PostgresAnalytics(pool)
    pool.terminate()


def like(rows: list[dict[str, Any]], fields: list[dict[str, Any]], teams: dict[str, str]) -> list[Any]:
    """The rows as the command prints them: its columns, the player's name, the team as the season calls it."""
    return [
        {name: row["name"] if name == "player" else row[name] for name in fields[0]}
        | {"team": teams[row["team"]]}
        for row in rows
    ]


async def test_five_seasons_built_through_kafka_are_those_of_the_command(
    owner: asyncpg.Connection,
    owner_pool: Any,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
    reads: PostgresAnalytics,
) -> None:
    """Every player and every column, in the same order; and made anew from the store they are the same."""
    played = {folder: [seasons.play(path) for path in seasons.files(folder)] for folder in FOLDERS}
    async with running(Relay(tail(), publisher())), projecting(ANALYTICS_MODEL, projector_pool, broker):
        for matches in played.values():
            await store(owner, [row for match in matches for row in seasons.rows(match, TENANT)])
        await eventually(lambda: projected(owner, ANALYTICS_MODEL), seconds=120)
    assert await dead(broker, ANALYTICS_MODEL) == []

    for folder, matches in played.items():
        season = seasons.season_of(folder)
        teams = seasons.names(matches, season)
        found = leaders(sorted(season.matches, key=lambda match: str(match.played_on or "")))
        which = {"season": matches[0].season}
        batting = await reads.figures(TENANT, "batting", which, limit=EVERYBODY)
        expected = [batting_fields(record) for record in found.batting]
        assert like([shown.batting(row) for row in batting], expected, teams) == expected, folder
        bowling = await reads.figures(TENANT, "bowling", which, limit=EVERYBODY)
        expected = [bowling_fields(record) for record in found.bowling]
        assert like([shown.bowling(row) for row in bowling], expected, teams) == expected, folder

    totals = await everything(owner)
    report = await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    assert (report.differences, report.compared) == ([], sum(map(len, played.values())))
    assert await everything(owner) == totals


async def everything(owner: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """All totals, with their versions: what was right is not written again."""
    return [
        tuple(row)
        for row in await owner.fetch(
            "select * from analytics_total order by tenant_id, scope, scope_id, player"
        )
    ]


async def test_a_season_is_told_as_it_was_played(
    owner: asyncpg.Connection, owner_pool: Any, reads: PostgresAnalytics
) -> None:
    """IPL 2019, as it stands in the books: caps, records, and splits that add up."""
    matches = [seasons.play(path) for path in seasons.files("ipl-2019")]
    await store(owner, [row for match in matches for row in seasons.rows(match, TENANT)])
    await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    which = {"season": "2019"}

    async def rows(table: str, sort: str = "", **more: str | int) -> list[Any]:
        return await reads.figures(TENANT, table, {**which, **more}, sort=sort, limit=EVERYBODY)

    orange, purple = (await rows("batting"))[0], (await rows("bowling"))[0]
    assert (orange.place.label, orange.document["runs"]) == ("DA Warner", 692)
    assert (purple.place.label, purple.document["wickets"]) == ("Imran Tahir", 26)

    records = await reads.records(TENANT, which, RECORDS, 1)
    first = {kind: found[0] for kind, found in records.items()}
    assert (first["highest_score"]["name"], first["highest_score"]["runs"]) == ("JM Bairstow", 114)
    best = first["best_figures"]
    assert (best["name"], best["wickets"], best["runs"], best["balls"]) == ("AS Joseph", 6, 12, 22)
    assert (first["fastest_fifty"]["name"], first["fastest_fifty"]["balls"]) == ("HH Pandya", 17)
    assert first["hat_trick"]["name"] == "SM Curran"
    assert (first["win_by_runs"]["runs"], first["highest_total"]["runs"]) == (118, 232)
    assert (first["lowest_total"]["runs"], first["highest_partnership"]["runs"]) == (70, 185)

    # The phases of everybody together are the whole.
    for table, name in (
        ("batting", "runs"),
        ("batting", "balls"),
        ("bowling", "wickets"),
        ("bowling", "balls"),
    ):
        whole = sum(row.document[name] for row in await rows(table))
        parts = [await rows(table, phase=phase) for phase in ("powerplay", "middle", "death")]
        if (table, name) == ("bowling", "balls"):
            # An over called complete after five balls counts six in a bowler's figures.
            assert whole >= sum(row.document[name] for part in parts for row in part) >= whole - 6
        else:
            assert sum(row.document[name] for part in parts for row in part) == whole, (table, name)
    # What a batter did against all bowlers is what the batter did.
    met = await rows("match_ups", batter=orange.place.id)
    assert sum(row.document["runs"] for row in met) == 692
    assert (
        sum(row.document["outs"] for row in met) == orange.document["innings"] - orange.document["not_outs"]
    )

    valued = await rows("mvp")
    for row in valued[:50]:
        sums = {**row.document, "bowl_dots": row.document["dots"]}
        assert row.document["half_points"] == half_points(sums), row.place.label
    assert [row.place.first for row in valued] == sorted(row.place.first for row in valued)

    teams = await rows("teams")
    assert sum(row.document["won"] for row in teams) == sum(row.document["lost"] for row in teams) == 59
    assert sum(row.document["no_result"] for row in teams) == 2
    grounds = await rows("venues")
    assert sum(row.document["matches"] for row in grounds) == len(matches)


@pytest.mark.parametrize("table", ["batting", "bowling"])
async def test_a_list_of_a_part_of_a_scope_is_added_up_from_the_matches(
    owner: asyncpg.Connection, owner_pool: Any, reads: PostgresAnalytics, table: str
) -> None:
    """Totals, and the same sums over the rows of matches, are one list."""
    matches = [seasons.play(path) for path in seasons.files("ipl-2019")[:12]]
    await store(owner, [row for match in matches for row in seasons.rows(match, TENANT)])
    await Rebuild(ANALYTICS_MODEL, owner_pool).run()
    totals = await reads.figures(TENANT, table, {"season": "2019"}, limit=EVERYBODY)
    both = {"season": "2019", "tournament": "Indian Premier League"}
    assert await reads.figures(TENANT, table, both, limit=EVERYBODY) == totals
    by_team = [
        row
        for team in {side for match in matches for side in match.state.sides}
        for row in await reads.figures(TENANT, table, {"team": team}, limit=EVERYBODY)
    ]
    assert sorted(row.place.id for row in by_team) == sorted(row.place.id for row in totals)
