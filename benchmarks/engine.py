"""The pure engine: one ball decided and folded."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.live_matches import RUNS
from domain.match import MatchState, decide, evolve, initial
from domain.match.commands import CreateMatch, NameLineUp, Player, RecordBall, RecordToss, StartInnings, Team
from domain.match.conditions import TEST

BALLS = 6000


def live_match() -> MatchState:
    """A match of unlimited overs in its first innings."""
    state = initial()
    commands = [CreateMatch(conditions=TEST, teams=(Team(id="A", name="Avon"), Team(id="B", name="Barrow")))]
    line_ups = [
        NameLineUp(
            team=side.upper(), players=tuple(Player(id=f"{side}{n}", name=f"{side}{n}") for n in range(1, 12))
        )
        for side in "ab"
    ]
    for command in (*commands, *line_ups, RecordToss(winner="A", decision="bat"), StartInnings()):
        for event in decide(state, command, None):
            evolve(state, event)
    return state


def balls() -> list[RecordBall]:
    first = RecordBall(striker="a1", non_striker="a2", bowler="b7")
    rest = [
        RecordBall(bat_runs=RUNS[n % len(RUNS)], bowler=f"b{7 + n // 6 % 5}" if n % 6 == 0 else None)
        for n in range(1, BALLS)
    ]
    return [first, *rest]


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    commands = balls()

    async def pair() -> dict[str, Sample]:
        state = live_match()
        begun = time.process_time()
        for command in commands:
            for event in decide(state, command, None):
                evolve(state, event)
        between = time.process_time()
        for number in range(BALLS):
            RecordBall(bat_runs=RUNS[number % len(RUNS)])
        ended = time.process_time()
        per_ball = 1e6 / BALLS
        return {"fold_us_per_ball": Sample((between - begun) * per_ball, (ended - between) * per_ball)}

    yield pair


ENGINE = Suite(
    name="engine",
    prepare=prepare,
    figures=(
        Figure(
            "fold_us_per_ball", "decide and evolve one ball; bare: making the command alone", "µs", "≤ 30"
        ),
    ),
)
