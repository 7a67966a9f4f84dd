"""Endpoints that have fixtures worked out: asked for, looked at, and applied if they are liked."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import encode, expected_version, idempotency_key, json_answer, versioned
from api.operations import principal, read_body
from api.services import services
from api.strict import checked
from api.tournament.bodies import ApplyFixtures, RescheduleFixtures, SolveFixtures
from api.tournament.sources import read_state, tournament_id_of
from api.wire import answered, carry_out, wire_command
from contracts.codec import TOURNAMENT, plain_command
from contracts.fixtures import FixturesFound, SolveProgress, fixtures_request, unpack_basis, unpack_solution
from contracts.ids import first_event_id
from contracts.work import Aggregate
from domain.match.errors import CommandRefused
from domain.tournament.fixtures.explain import explain
from domain.tournament.fixtures.model import FixtureProblem, FixtureSolution, Placement
from domain.tournament.fixtures.problem import problem_of
from domain.tournament.fixtures.reschedule import moves, without_day, without_matches
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.state import TournamentState

LARGEST_BYTES = 1024 * 1024
_solves = msgspec.json.Decoder(SolveFixtures)
_reschedules = msgspec.json.Decoder(RescheduleFixtures)
_applies = msgspec.json.Decoder(ApplyFixtures)


async def solve_fixtures(request: Request) -> Response:
    """Places all matches that are not over by the tournament's fixture rules. Nothing changes until applied."""
    key = idempotency_key(request)
    asked: SolveFixtures = checked(_solves.decode, await read_body(request, LARGEST_BYTES) or b"{}")
    fixed = tuple(msgspec.convert(msgspec.to_builtins(one), Placement) for one in asked.fixed)

    def problem(state: TournamentState) -> FixtureProblem:
        return problem_now(state, (*_kept(state), *fixed), asked.seed, asked.time_limit_seconds)

    return await _begin(request, problem, key)


async def reschedule_fixtures(request: Request) -> Response:
    """Finds other places for some matches or a lost day, with least change to the rest. Nothing changes yet."""
    key = idempotency_key(request)
    asked: RescheduleFixtures = checked(_reschedules.decode, await read_body(request))
    if bool(asked.nodes) == (asked.day is not None):
        raise Problem("invalid_body", "say either nodes or day", members={"param": "nodes"})

    def problem(state: TournamentState) -> FixtureProblem:
        placed = placements(state)
        fixed = (*_kept(state), *_named(placed, asked.staying))
        whole = problem_now(state, fixed, asked.seed, asked.time_limit_seconds)
        if asked.day is not None:
            return without_day(whole, placed, asked.day, grounds=asked.grounds, earliest=asked.earliest)
        earliest = asked.earliest or _tomorrow(state)
        return without_matches(whole, placed, asked.nodes, earliest=earliest)

    return await _begin(request, problem, key)


async def get_solution(request: Request) -> Response:
    """How far it is; once it is there, the places found, what they cost and which matches would move."""
    (found, basis), id_ = await _found(request), request.path_params["solution"]
    if not isinstance(found, FixtureSolution):
        return versioned(request, None, encode({"id": id_, "status": "solving", "progress": found}))
    body = {
        "id": id_,
        **{name: getattr(found, name) for name in _SHOWN},
        "moves": moves(basis, found.placements),
    }
    return versioned(request, None, encode(body))


async def apply_solution(request: Request) -> Response:
    """Sets the fixtures of a drawn tournament as they were worked out; later on moves those that changed."""
    key, expected = idempotency_key(request), expected_version(request)
    said: ApplyFixtures = checked(_applies.decode, await read_body(request) or b"{}")
    found, basis = await _found(request)
    if not isinstance(found, FixtureSolution):
        raise Problem("solution_pending", "the fixtures are still being worked out; come again")
    if not found.placements:
        raise Problem("not_solved", f"there are no fixtures to apply: {found.status}")
    command = _command(found, basis, said.reason)
    aggregate = Aggregate(
        kind=TOURNAMENT, tenant_id=principal(request).tenant_id, id=tournament_id_of(request)
    )
    done = await carry_out(
        request,
        aggregate,
        wire_command(request, type(command), plain_command(TOURNAMENT, command), key, expected),
    )
    return answered(aggregate.id, done)


async def explain_fixture(request: Request) -> Response:
    """Why a match is where it is: what it costs there, what rules the other places out, and alternatives."""
    node = request.path_params["node"]
    version, found = await read_state(
        request, lambda state: (state.version, explain(problem_now(state, ()), placements(state), node))
    )
    return versioned(request, version, encode({"explanation": found, "version": version}))


def problem_now(
    state: TournamentState, fixed: tuple[Placement, ...], seed: int = 1, time_limit_seconds: float = 20.0
) -> FixtureProblem:
    """The tournament's matches as they are to be placed. Raises CommandRefused before the draw."""
    known = {match.node: (match.home, match.away) for match in state.matches.values()}
    return problem_of(
        state.drawn,
        state.seeds,
        state.rules.fixtures,
        known=known,
        fixed=tuple({place.node: place for place in fixed}.values()),
        seed=seed,
        time_limit_seconds=time_limit_seconds,
    )


def placements(state: TournamentState) -> tuple[Placement, ...]:
    """Where and when the matches are now."""
    return tuple(match.placement for match in state.matches.values() if match.placement is not None)


def _kept(state: TournamentState) -> tuple[Placement, ...]:
    """Matches that have begun or are over stay where they were."""
    return tuple(
        match.placement
        for match in state.matches.values()
        if match.placement is not None and (match.begun or match.over)
    )


def _named(placed: tuple[Placement, ...], nodes: tuple[str, ...]) -> list[Placement]:
    places = {place.node: place for place in placed}
    for node in nodes:
        if node not in places:
            raise CommandRefused("match_not_placed", f"{node} has no place yet", detail={"node": node})
    return [places[node] for node in nodes]


def _tomorrow(state: TournamentState) -> date:
    return (state.rules.clock.here(datetime.now(UTC)) + timedelta(days=1)).date()


def _command(
    found: FixtureSolution, basis: tuple[Placement, ...], reason: str
) -> c.SetFixtures | c.MoveFixtures:
    """The same for a repeated request, whatever has happened since."""
    if not basis:
        return c.SetFixtures(placements=found.placements, instead_of=basis)
    changed = [move for move in moves(basis, found.placements) if move.after is not None]
    return c.MoveFixtures(
        placements=tuple(move.after for move in changed if move.after is not None),
        instead_of=tuple(move.before for move in changed if move.before is not None),
        reason=reason or "rescheduled",
    )


async def _begin(request: Request, render: Callable[[TournamentState], FixtureProblem], key: str) -> Response:
    problem, basis = await read_state(request, lambda state: (render(state), placements(state)))
    tenant_id, tournament_id = principal(request).tenant_id, tournament_id_of(request)
    id_ = first_event_id(tenant_id, f"{tournament_id}/fixtures", key).hex
    await services(request).workflows.place_fixtures(
        fixtures_request(tenant_id, tournament_id, id_, problem, basis)
    )
    location = f"/v1/tournaments/{tournament_id}/fixtures/solutions/{id_}"
    return json_answer({"id": id_, "status": "solving"}, 202, {"location": location})


async def _found(request: Request) -> tuple[FixtureSolution | SolveProgress, tuple[Placement, ...]]:
    """The solution, and where the matches were when it was asked for; how far the solver is while there is none."""
    id_ = request.path_params["solution"]
    try:
        known = UUID(id_).hex
    except ValueError as error:
        raise Problem("solution_not_found", f"no fixtures are called {id_[:40]!r}") from error
    found = await services(request).workflows.placed_fixtures(
        principal(request).tenant_id, tournament_id_of(request), known
    )
    if not isinstance(found, FixturesFound):
        return found, ()
    return unpack_solution(found.solution), unpack_basis(found.basis)


_SHOWN = ("status", "cost", "bound", "conflict", "breaches", "placements", "parts", "seconds")
