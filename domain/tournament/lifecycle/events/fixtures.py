"""What happened to the draw, the fixtures and the officials."""

from dataclasses import dataclass
from typing import Literal

from domain.tournament.fixtures.model import Placement
from domain.tournament.format.model import Structure


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentDrawn:
    """``seeds`` are the teams, the first seed first; ``seed`` is what they were drawn by, "" if by hand."""

    structure: Structure
    seeds: tuple[str, ...]
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixturesSet:
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FixturesMoved:
    placements: tuple[Placement, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialAssigned:
    node: str
    person: str
    name: str
    role: Literal["scorer", "umpire", "referee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialConfirmed:
    node: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialRemoved:
    node: str
    person: str
    reason: str = ""
