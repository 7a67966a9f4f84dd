<<<<<<< HEAD
"""How long it takes to place a league's matches, and how good the places are."""

import asyncio
=======
"""How soon a season's fixtures are found, and how near to the best known tour the solver comes."""

import time
>>>>>>> refs/heads/bench
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.ortools.solver import CpSatSolver
<<<<<<< HEAD
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
=======
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
>>>>>>> refs/heads/bench

    yield pair


<<<<<<< HEAD
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
=======
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
>>>>>>> refs/heads/bench

    yield pair


<<<<<<< HEAD
def _percent(cost: int, bound: int) -> float:
    """How much of the cost is not proved to be needed."""
    return round(100 * (cost - bound) / cost, 1) if cost else 0.0


FIXTURES = Suite(
    name="fixtures",
    prepare=prepare_fixtures,
=======
FIXTURES = Suite(
    name="fixtures",
    prepare=prepare,
>>>>>>> refs/heads/bench
    pairs=3,
    figures=(
        Figure(
            "fixtures_seconds",
<<<<<<< HEAD
            "ten teams, double round robin, six grounds, rest days, closed dates, a break: to fixtures without a "
            "hard violation",
=======
            "10 teams, 90 matches, 6 grounds: first fixtures without a hard breach",
>>>>>>> refs/heads/bench
            "s",
            "< 20",
        ),
    ),
)
<<<<<<< HEAD
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
=======
TOUR = Suite(
    name="tour",
    prepare=prepare_tour,
    pairs=1,
    figures=(Figure("ttp_nl8_gap", "NL8 after 120 s, above the best known tour of 39,721 miles", "%"),),
>>>>>>> refs/heads/bench
)
