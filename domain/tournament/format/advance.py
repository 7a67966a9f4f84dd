"""Who goes on from a knockout that found no winner: washed out, or tied with no time for a Super Over."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.tournament.format.model import Known, Structure
from domain.tournament.format.places import Settled


class AdvanceBy(StrEnum):
    """What tells the two apart; playing conditions say which, in which order."""

    TABLE = "table"
    """The better place in the latest table both stood in (IPL: who finished higher in the league)."""
    GROUP_PLACE = "group place"
    """The better place, each in its own group of the same stage (ICC T20 World Cup 2022: who finished higher in
    the group of the Super 12)."""
    SEED = "seed"


PLACE_THEN_SEED = (AdvanceBy.TABLE, AdvanceBy.GROUP_PLACE, AdvanceBy.SEED)


@dataclass(frozen=True, slots=True)
class Advance:
    """The team that goes on and why, for people to read."""

    team: str
    by: AdvanceBy
    reason: str


def advance(
    structure: Structure,
    known: Known,
    node: str,
    order: Sequence[AdvanceBy] = PLACE_THEN_SEED,
    *,
    teams: tuple[str, str] | None = None,
) -> Advance | None:
    """Who goes on from ``node`` without a winner; None when its teams are not known or nothing in ``order``
    tells them apart (then it is played again or ruled on).

    ``teams`` are those that played it, if they are not those who should have (a place that a correction gave to
    another after the match had begun). Raises KeyError when there is no such node.
    """
    place = Settled(structure, known).places[node]
    home, away = teams or (place.home, place.away)
    if home is None or away is None:
        return None
    for by in order:
        for (one, other), what in _places(structure, known, by, (home, away)):
            if one != other:
                team, better, worse = (home, one, other) if one < other else (away, other, one)
                return Advance(team, by, f"{what} {better} against {worse}")
    return None


def _places(
    structure: Structure, known: Known, by: AdvanceBy, teams: tuple[str, str]
) -> list[tuple[tuple[int, int], str]]:
    """The places of both where they can be compared, the latest stage first, with what they are places in."""
    one, other = teams
    if by is AdvanceBy.SEED:
        seeds = {team: seed for seed, team in known.seeds.items()}
        return [((seeds[one], seeds[other]), "seed")] if one in seeds and other in seeds else []
    found: list[tuple[tuple[int, int], str]] = []
    tables = [table for table in reversed(structure.tables) if table.id in known.tables]
    for first in tables:
        for second in tables:
            same = first.id == second.id
            if first.stage != second.stage or same is not (by is AdvanceBy.TABLE):
                continue
            orders = known.tables[first.id], known.tables[second.id]
            if one in orders[0] and other in orders[1]:
                where = first.name if same else first.stage
                found.append(((orders[0].index(one) + 1, orders[1].index(other) + 1), f"{where} place"))
    return found
