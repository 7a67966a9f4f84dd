"""Analytics of real seasons, built through Kafka, against `pavilion leaders` on the same files."""

from typing import Any

import asyncpg

from activities.event_relay import Relay
from adapters.postgres.analytics_projection import ANALYTICS_MODEL
from benchmarks.matches import store
from domain.tournament.leaders import leaders
from tests.integration.relay import seasons
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.projecting import dead, projected, projecting
from tests.integration.relay.test_projector import TENANT
from tests.integration.relay.test_relay import Publisher, Tail, running

FOLDERS = ("ipl-2019", "ipl-2020", "ipl-2021", "ipl-2022", "ipl-2023")


async def test_core(
    owner: asyncpg.Connection, tail: Tail, publisher: Publisher, broker: Broker, projector_pool: Any
) -> None:
    import time

    t = time.time()
    played = {folder: [seasons.play(path) for path in seasons.files(folder)] for folder in FOLDERS}
    print("played", time.time() - t)
    async with running(Relay(tail(), publisher())), projecting(ANALYTICS_MODEL, projector_pool, broker):
        for matches in played.values():
            await store(owner, [row for match in matches for row in seasons.rows(match, TENANT)])
        print("stored", time.time() - t)
        await eventually(lambda: projected(owner, ANALYTICS_MODEL), seconds=100)
    print("projected", time.time() - t)
    assert await dead(broker, ANALYTICS_MODEL) == []
    for folder, matches in played.items():
        season = seasons.season_of(folder)
        print("read", time.time() - t)
        found = leaders(sorted(season.matches, key=lambda match: str(match.played_on or "")))
        name = matches[0].state.created.season
        teams = seasons.names(matches, season)
        rows = await owner.fetch(
            "select * from analytics_total where scope = 'season' and scope_id = $1 and bat_innings > 0", name
        )
        got = {
            r["player"]: (
                r["name"],
                teams[r["bat_team"]],
                r["matches"],
                r["bat_innings"],
                r["not_outs"],
                r["runs"],
                r["balls"],
                r["fifties"],
                r["hundreds"],
                r["fours"],
                r["sixes"],
            )
            for r in rows
        }
        want = {
            b.player: (
                b.name,
                b.team,
                b.matches,
                b.innings,
                b.not_outs,
                b.runs,
                b.balls,
                b.fifties,
                b.hundreds,
                b.fours,
                b.sixes,
            )
            for b in found.batting
        }
        assert got == want
        rows = await owner.fetch(
            "select * from analytics_total where scope = 'season' and scope_id = $1 and bowl_innings > 0",
            name,
        )
        got = {
            r["player"]: (
                r["name"],
                teams[r["bowl_team"]],
                r["matches"],
                r["bowl_innings"],
                r["bowl_balls"],
                r["maidens"],
                r["conceded"],
                r["wickets"],
                r["four_wickets"],
                r["five_wickets"],
                r["bowl_dots"],
            )
            for r in rows
        }
        want = {
            b.player: (
                b.name,
                b.team,
                b.matches,
                b.innings,
                b.balls,
                b.maidens,
                b.runs,
                b.wickets,
                b.four_wickets,
                b.five_wickets,
                b.dots,
            )
            for b in found.bowling
        }
        assert got == want
