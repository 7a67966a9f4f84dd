"""How soon a season's fixtures are found, and how near to the best known tour the solver comes."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.ortools.solver import CpSatSolver
from benchmarks.fixture_problems import ten_teams
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.travelling_tournament import BEST_KNOWN, faults, solve
from contracts.fixtures import SolveProgress
from domain.tournament.fixtures import check
from domain.tournament.fixtures.model import FixtureProblem

TOURING_TEAMS = 8
TOURING_SECONDS = 120.0


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """The time until the first fixtures without a hard breach, and how far they are from the bound at the end."""
    problem = ten_teams()

    async def pair() -> dict[str, Sample]:
        return {"fixtures_seconds": _place(problem)}

    yield pair


def _place(problem: FixtureProblem) -> Sample:
    begun = time.perf_counter()
    reported: list[tuple[float, SolveProgress]] = []
    found = CpSatSolver().solve(
        problem, on_progress=lambda progress: reported.append((time.perf_counter() - begun, progress))
    )
    if not found.placements or check.hard(check.breaches(problem, found.placements)):
        raise RuntimeError(f"no fixtures without a hard breach: {found.status}")
    first = next(seconds for seconds, progress in reported if progress.cost is not None)
    note = {
        "status": found.status,
        "cost": found.cost,
        "bound": found.bound,
        "gap": round((found.cost - found.bound) / found.cost, 3) if found.cost else 0.0,
        "seconds": round(found.seconds, 1),
    }
    return Sample(first, None, note)


@asynccontextmanager
async def prepare_tour(env: Environment) -> AsyncIterator[Pair]:
    """One search of two minutes."""

    async def pair() -> dict[str, Sample]:
        tour = solve(TOURING_TEAMS, TOURING_SECONDS)
        if tour is None or faults(tour.rounds, TOURING_TEAMS):
            raise RuntimeError("no tour was found" if tour is None else "the tour breaks the rules")
        best = BEST_KNOWN[TOURING_TEAMS]
        note = {
            "distance": tour.distance,
            "bound": tour.bound,
            "best_known": best,
            "seconds": TOURING_SECONDS,
        }
        return {"ttp_nl8_gap": Sample(100 * (tour.distance / best - 1), None, note)}

    yield pair


FIXTURES = Suite(
    name="fixtures",
    prepare=prepare,
    pairs=3,
    figures=(
        Figure(
            "fixtures_seconds",
            "10 teams, 90 matches, 6 grounds: first fixtures without a hard breach",
            "s",
            "< 20",
        ),
    ),
)
TOUR = Suite(
    name="tour",
    prepare=prepare_tour,
    pairs=1,
    figures=(Figure("ttp_nl8_gap", "NL8 after 120 s, above the best known tour of 39,721 miles", "%"),),
)
