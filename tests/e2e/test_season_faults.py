"""Every process and the Temporal server are killed in mid-season: it goes on, and nothing is lost or doubled."""

import asyncio
import signal
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from temporalio.client import Client

from adapters.cricsheet.season import SeasonPlan, plan_season, read_season
from cli.connection import connect
from cli.replaying import Report
from cli.season_replay import SeasonReplay, SeasonReport
from contracts.work import match_id_of
from stack.stack import Stack
from tests.e2e.little_season import MATCHES, write_little_season
from tests.e2e.store import query

KILLED = ("worker", "temporal", "sessions", "api", "relay", "temporal", "worker", "projector")
"""In this order, spread over the season."""
DAY_SECONDS = 1.0
SECONDS = 240
ABANDONED = ("Terns", "Kites")


@dataclass
class Killer:
    """Kills one process after another with SIGKILL, each when a share of the balls has been played."""

    stack: Stack
    balls: int
    killed: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def __call__(self, report: Report) -> None:
        due = len(self.killed)
        if due < len(KILLED) and report.balls >= self.balls * (due + 1) // (len(KILLED) + 1):
            self.killed.append((KILLED[due], self.kill(KILLED[due])))

    def kill(self, name: str) -> int:
        """Kill the process and all that it has started; the process id it had. One that is starting again just
        now is not there to be killed, so its supervisor is waited for."""
        process = psutil.Process(self.stack.supervisor.states()[name]["pid"])
        for each in (process, *process.children(recursive=True)):
            each.send_signal(signal.SIGKILL)
        return process.pid


@pytest.fixture
def plan(tmp_path: Path) -> SeasonPlan:
    return plan_season(read_season(write_little_season(tmp_path)), [ABANDONED])


@pytest.mark.timeout(SECONDS + 60)
async def test_a_season_goes_on_when_everything_that_carries_it_is_killed(
    stack: Stack, plan: SeasonPlan
) -> None:
    balls = 36 * len(plan.files)
    killer = Killer(stack, balls)
    async with connect() as client:
        season = SeasonReplay(client, plan, at_once=2, day_seconds=DAY_SECONDS, moved=killer)
        async with asyncio.timeout(SECONDS):
            report = await season.run()

    assert [name for name, _ in killer.killed] == list(KILLED)
    assert report.replay.mismatches == []
    assert (report.champion, report.official, report.replay.balls) == ("Swifts", MATCHES, balls)
    await assert_each_once(stack, report)
    await assert_nothing_is_stuck(stack, report)


async def assert_each_once(stack: Stack, report: SeasonReport) -> None:
    """Each match was opened, played ball by ball, made official and taken into the tournament once."""
    matches = {match_id_of(report.tournament, node.id): node.id for node in report.plan.structure.nodes}
    recorded = await query(
        stack,
        "select type, data->>'node', count(*) from event where stream_id = $1"
        " and type in ('SessionOpened', 'ResultRecorded') group by 1, 2",
        report.tournament,
    )
    assert sorted(recorded) == sorted(
        (kind, node, 1) for kind in ("ResultRecorded", "SessionOpened") for node in matches.values()
    )
    sessions = await query(
        stack,
        "select type, count(*), count(distinct stream_id) from event where stream_kind = 'session'"
        " and type in ('SessionOpened', 'ResultMadeOfficial') and stream_id in (select stream_id from event"
        " where type = 'SessionOpened' and data->>'tournament' = $1) group by type",
        str(report.tournament),
    )
    assert sorted(sessions) == [("ResultMadeOfficial", MATCHES, MATCHES), ("SessionOpened", MATCHES, MATCHES)]
    played = await query(
        stack,
        "select stream_id, count(*) filter (where type = 'MatchCreated'), count(*) filter (where type ="
        " 'BallRecorded') from event where stream_id = any($1::uuid[]) group by stream_id",
        list(matches),
    )
    balls = {node: 36 if node in report.plan.files else 0 for node in matches.values()}
    assert {matches[match]: (created, count) for match, created, count in played} == {
        node: (1, count) for node, count in balls.items()
    }


async def assert_nothing_is_stuck(stack: Stack, report: SeasonReport, seconds: float = 60) -> None:
    """No session's workflow runs any more, and none has failed."""
    client = await Client.connect(stack.addresses().temporal_address or "")
    asked = f"TournamentId = '{report.tournament}' and WorkflowType = 'MatchWorkflow'"
    async with asyncio.timeout(seconds):
        while await statuses(client, asked) != ["COMPLETED"] * MATCHES:
            await asyncio.sleep(0.2)


async def statuses(client: Client, asked: str) -> list[str]:
    """How the workflows that are asked for stand."""
    found = [each async for each in client.list_workflows(asked)]
    return sorted(each.status.name for each in found if each.status is not None)
