"""The draw, the fixtures and the officials."""

from dataclasses import dataclass
from typing import Literal

from domain.tournament.fixtures.model import Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawTournament:
    """``seeds``: by hand, all teams in order. Else drawn by ``seed`` (published), from ``pots`` where given:
    the first pot has the first seeds."""

    seeds: tuple[str, ...] = ()
    pots: tuple[tuple[str, ...], ...] = ()
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFixtures:
    """Placements of every node that is not over. From ``drawn`` the tournament becomes ``scheduled``.

    ``instead_of``, here and below: where these matches were when the new places were chosen (None: whatever); it is
    refused if one of them has moved since.
    """

    placements: tuple[Placement, ...]
    instead_of: tuple[Placement, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFixtures:
    placements: tuple[Placement, ...]
    reason: str
    instead_of: tuple[Placement, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignOfficial:
    """Nobody is assigned to two matches that overlap."""

    node: str
    person: str
    name: str
    role: Literal["scorer", "umpire", "referee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmOfficial:
    node: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveOfficial:
    node: str
    person: str
    reason: str = ""
