"""What those who want fixtures, the workflow that has them solved and the solver agree on.

A problem and its solution travel packed: a league of thousands of matches would not fit a Temporal payload as
plain JSON.
"""

import base64
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from domain.tournament.fixtures.model import FixtureProblem, FixtureSolution, Placement

FIXTURES_QUEUE = "fixtures"
_Kind = TypeVar("_Kind")
PROGRESSED = "progressed"
"""Signal to FixturesWorkflow: how far the solver is; the last one counts."""


class UnreadableFixtures(ValueError):
    """A packed problem or solution that this code cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveProgress:
    """Where the solver is. ``cost`` None: no solution yet; ``bound``: no solution costs less."""

    phase: str = "waiting"
    """"waiting", "placing", "improving", "explaining" (why there is none) or "done"."""
    cost: int | None = None
    bound: int = 0
    seconds: float = 0.0
    part: int = 1
    parts: int = 1


class FixtureSolver(Protocol):
    """Places matches (see ``adapters.ortools.solver``). Blocks until it has an answer or ``stopped`` says stop."""

    def solve(
        self,
        problem: FixtureProblem,
        *,
        on_progress: Callable[[SolveProgress], None],
        stopped: Callable[[], bool],
    ) -> FixtureSolution: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FixturesRequest:
    """One request to place a tournament's matches. ``problem`` is packed, and so is ``basis``: where the matches
    were when it was made."""

    tenant_id: UUID
    tournament_id: UUID
    request_id: str
    problem: str
    basis: str
    time_limit_seconds: float = 20.0
    matches: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FixturesFound:
    """The answer to a request; ``solution`` is packed, and so is ``basis``, that of the request."""

    status: str
    cost: int
    bound: int
    conflict: tuple[str, ...]
    solution: str
    basis: str


def fixtures_workflow_id(tenant_id: UUID, tournament_id: UUID, request_id: str) -> str:
    return f"{tenant_id}/fixtures/{tournament_id}/{request_id}"


def fixtures_request(
    tenant_id: UUID,
    tournament_id: UUID,
    request_id: str,
    problem: FixtureProblem,
    basis: Sequence[Placement] = (),
) -> FixturesRequest:
    """The request to solve this problem, of matches that are placed at ``basis``."""
    return FixturesRequest(
        tenant_id=tenant_id,
        tournament_id=tournament_id,
        request_id=request_id,
        problem=pack(problem),
        basis=pack(tuple(basis)),
        time_limit_seconds=problem.time_limit_seconds,
        matches=len(problem.matches),
    )


def pack(value: FixtureProblem | FixtureSolution | tuple[Placement, ...]) -> str:
    """As text that a payload holds: JSON, compressed, in base 64."""
    return base64.b64encode(zlib.compress(msgspec.json.encode(value))).decode()


def unpack_problem(text: str) -> FixtureProblem:
    return _unpack(text, FixtureProblem)


def unpack_solution(text: str) -> FixtureSolution:
    return _unpack(text, FixtureSolution)


def unpack_basis(text: str) -> tuple[Placement, ...]:
    return _unpack(text, tuple[Placement, ...])


def _unpack(text: str, kind: type[_Kind]) -> _Kind:
    try:
        return msgspec.json.decode(zlib.decompress(base64.b64decode(text, validate=True)), type=kind)
    except (ValueError, zlib.error) as error:
        raise UnreadableFixtures(f"not a packed {getattr(kind, '__name__', kind)}: {error}") from error
