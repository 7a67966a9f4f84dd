"""How long it takes to place a league's matches, and how good the places are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.ortools.solver import CpSatSolver
from benchmarks import travelling_tournament as ttp
from benchmarks.fixture_problems import ten_teams
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from contracts.fixtures import SolveProgress
from domain.tournament.fixtures import check

ANSWER_SECONDS = 18.0
TTP_SECONDS = 120.0


@asynccontextmanager
async def prepare_fixtures(env: Environment) -> AsyncIterator[Pair]:
    """The time to the first placements of all matches; how good they are when the solver's time is over."""
    problem = ten_teams(ANSWER_SECONDS)

    async def pair() -> dict[str, Sample]:
        told: list[SolveProgress] = []
        solution = await asyncio.to_thread(CpSatSolver().solve, problem, on_progress=told.append)
        broken = check.hard(check.breaches(problem, solution.placements))
        if broken:
            raise RuntimeError(f"the fixtures cannot be played: {broken[0].detail}")
        first = next(each for each in told if each.cost is not None)
        note = {
            "first_cost": first.cost,
            "seconds": solution.seconds,
            "cost": solution.cost,
            "bound": solution.bound,
            "gap_percent": _percent(solution.cost, solution.bound),
        }
        return {"fixtures_seconds": Sample(first.seconds, note=note)}

    yield pair


@asynccontextmanager
async def prepare_ttp(env: Environment) -> AsyncIterator[Pair]:
    """The best tour of NL8 after two minutes, against the best there is."""

    async def pair() -> dict[str, Sample]:
        tour = await asyncio.to_thread(ttp.solve, 8, TTP_SECONDS)
        if tour is None:
            raise RuntimeError(f"no tour of NL8 in {TTP_SECONDS:g} s")
        if broken := ttp.faults(tour.rounds, 8):
            raise RuntimeError(f"this is no tour of NL8: {broken[0]}")
        best = ttp.BEST_KNOWN[8]
        note = {
            "distance": tour.distance,
            "best_known": best,
            "bound": tour.bound,
            "gap_to_bound_percent": _percent(tour.distance, tour.bound),
        }
        return {"ttp_nl8_gap": Sample(100 * (tour.distance - best) / best, note=note)}

    yield pair


def _percent(cost: int, bound: int) -> float:
    """How much of the cost is not proved to be needed."""
    return round(100 * (cost - bound) / cost, 1) if cost else 0.0


FIXTURES = Suite(
    name="fixtures",
    prepare=prepare_fixtures,
    pairs=3,
    figures=(
        Figure(
            "fixtures_seconds",
            "ten teams, double round robin, six grounds, rest days, closed dates, a break: to fixtures without a "
            "hard violation",
            "s",
            "< 20",
        ),
    ),
)
TTP = Suite(
    name="ttp",
    prepare=prepare_ttp,
    pairs=1,
    figures=(
        Figure(
            "ttp_nl8_gap",
            "Travelling Tournament Problem NL8 after 120 s, over the best known 39,721",
            "%",
        ),
    ),
)
