"""Processes are killed in the middle of play: nothing may be lost, and nothing may be there twice."""

import signal
from dataclasses import dataclass, field
from uuid import UUID

import psutil

from cli.connection import connect
from cli.replaying import Replay, Report
from cli.script import Script, new_match_id, script_of_commands
from cli.simulator import simulate
from contracts.topics import BALL_EVENTS, WICKET_EVENTS
from domain.match.commands import DismissBatter, RecordBall
from domain.match.delivery import DismissalKind
from stack.stack import Stack
from tests.e2e.store import query, versions_in_kafka, wait_until_relayed

SEEDS = range(1, 7)
KILLED = ("api", "relay", "projector")
NOT_OUT = (DismissalKind.RETIRED_HURT, DismissalKind.RETIRED_NOT_OUT)


@dataclass
class Killer:
    """Kills one process after another with SIGKILL, each when a share of the balls has been played."""

    stack: Stack
    balls: int
    killed: dict[str, int] = field(default_factory=dict[str, int])

    def __call__(self, report: Report) -> None:
        due = len(self.killed)
        if due < len(KILLED) and report.balls >= self.balls * (due + 1) // (len(KILLED) + 2):
            self.killed[KILLED[due]] = self.kill(KILLED[due])

    def kill(self, name: str) -> int:
        """Kill the process and all that it has started; the process id it had."""
        process = psutil.Process(self.stack.supervisor.states()[name]["pid"])
        for each in (process, *process.children(recursive=True)):
            each.send_signal(signal.SIGKILL)
        return process.pid


async def test_killing_api_relay_and_projector_in_mid_replay_loses_and_doubles_nothing(stack: Stack) -> None:
    scripts = {new_match_id(): script_of_commands(f"seed {seed}", list(simulate(seed))) for seed in SEEDS}
    killer = Killer(stack, sum(script.balls for script in scripts.values()))

    async with connect() as client:
        report = await Replay(client, 3, killer).run(scripts.items())

    assert tuple(killer.killed) == KILLED
    assert {name: stack.supervisor.states()[name]["pid"] for name in KILLED} != killer.killed
    assert report.sent_again > 0, "nobody noticed that the API was away"
    assert report.balls == killer.balls
    assert report.mismatches == []
    await assert_stored_once(stack, scripts)
    await assert_in_kafka(stack, scripts)
    await assert_projected_once(stack, scripts)


async def assert_stored_once(stack: Stack, scripts: dict[UUID, Script]) -> None:
    """Every stream has the versions 1 to n, and as many balls as were sent."""
    rows = await query(
        stack,
        "select stream_id, array_agg(version order by version), count(*) filter (where type = 'BallRecorded')"
        " from event where stream_id = any($1::uuid[]) group by stream_id",
        list(scripts),
    )
    assert {match: (versions, balls) for match, versions, balls in rows} == {
        match: (list(range(1, script.version + 1)), script.balls) for match, script in scripts.items()
    }


async def assert_in_kafka(stack: Stack, scripts: dict[UUID, Script]) -> None:
    """Every event came at least once, and each stream in its order; wickets came to their own topic too."""
    await wait_until_relayed(stack)
    balls = await versions_in_kafka(stack, BALL_EVENTS, scripts)
    assert {match: list(dict.fromkeys(balls[match])) for match in scripts} == {
        match: list(range(1, script.version + 1)) for match, script in scripts.items()
    }
    wickets = await versions_in_kafka(stack, WICKET_EVENTS, scripts)
    assert {match: len(set(wickets[match])) for match in scripts} == {
        match: sum(map(takes_wicket, script.commands)) for match, script in scripts.items()
    }


def takes_wicket(command: object) -> bool:
    """Does a batter get out?"""
    if isinstance(command, DismissBatter):
        return command.kind not in NOT_OUT
    return isinstance(command, RecordBall) and any(w.kind not in NOT_OUT for w in command.wickets)


async def assert_projected_once(stack: Stack, scripts: dict[UUID, Script]) -> None:
    """The ball log has every ball once, and the match stands at its last version."""
    logged = await query(
        stack,
        "select match_id, count(*) from rm_ball where match_id = any($1::uuid[]) group by match_id",
        list(scripts),
    )
    assert dict(logged) == {match: script.balls for match, script in scripts.items()}
    reached = await query(
        stack, "select match_id, version from rm_match where match_id = any($1::uuid[])", list(scripts)
    )
    assert dict(reached) == {match: script.version for match, script in scripts.items()}
