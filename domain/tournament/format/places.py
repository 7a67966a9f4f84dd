"""Who takes which place, as far as it is known, and who is champion, second, third in the end.

Everything is computed from the structure and from what is known, each time anew, so a corrected result simply
gives other places. Nobody (a bye, a place below the last of a table, the loser of a match nobody lost) counts
as known: the other side goes through at once, however many byes follow each other.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from domain.tournament.format.model import (
    Bye,
    Known,
    LoserOf,
    Node,
    Paired,
    Rank,
    Seed,
    Source,
    Structure,
    WinnerOf,
)


class Status(StrEnum):
    WAITING = "waiting"
    """Not both teams are known."""
    PLAYABLE = "playable"
    OVER = "over"
    BYE = "bye"
    """One side is nobody: the other, once it is known, goes through without a match."""
    NOT_NEEDED = "not needed"
    """A second final after the unbeaten side won the first."""


@dataclass(frozen=True, slots=True)
class Place:
    """The two teams of a node, None where not known (or nobody)."""

    home: str | None
    away: str | None
    status: Status


class _Nobody(Enum):
    NOBODY = "nobody"


NOBODY = _Nobody.NOBODY
Taker = str | _Nobody | None
"""A team, nobody, or None: not known yet."""


def bracket(structure: Structure, known: Known) -> dict[str, Place]:
    """The place of every node, in the order of the structure."""
    return Settled(structure, known).places


def resolve(structure: Structure, known: Known) -> dict[str, tuple[str | None, str | None]]:
    """Home and away of every node as far as known."""
    return {id: (place.home, place.away) for id, place in bracket(structure, known).items()}


def playable(structure: Structure, known: Known) -> tuple[str, ...]:
    """The nodes that can be played now: both teams known, needed, and without a result."""
    places = bracket(structure, known)
    return tuple(id for id, place in places.items() if place.status is Status.PLAYABLE)


def members(structure: Structure, known: Known) -> dict[str, tuple[str | None, ...]]:
    """The teams of every table in the order of the draw, None where not known."""
    settled = Settled(structure, known)
    return {
        table.id: tuple(_team(settled.taker(source)) for source in table.members)
        for table in structure.tables
    }


def champion(structure: Structure, known: Known) -> str | None:
    """The champion, None as long as there is none."""
    if structure.champion is None:
        return None
    return _team(Settled(structure, known).taker(structure.champion))


class Settled:
    """Places worked out node by node; a node stands after those it takes from."""

    def __init__(self, structure: Structure, known: Known) -> None:
        self.known = known
        self.places: dict[str, Place] = {}
        self._gone_through: dict[Source, Taker] = {}
        for node in structure.nodes:
            home, away = self.taker(node.home), self.taker(node.away)
            status = self._status(node, home, away)
            self.places[node.id] = Place(_team(home), _team(away), status)
            if node.table is None:
                winner, loser = self._outcome(node, status, home, away)
                self._gone_through[WinnerOf(node.id)] = winner
                self._gone_through[LoserOf(node.id)] = loser

    def taker(self, source: Source) -> Taker:
        """Who takes this place."""
        match source:
            case Seed(number):
                return self.known.seeds.get(number)
            case Rank(table, place):
                order = self.known.tables.get(table)
                if order is None:
                    return None
                return order[place - 1] if place <= len(order) else NOBODY
            case Paired():
                return self._paired(source)
            case Bye():
                return NOBODY
            case _:
                return self._gone_through.get(source)

    def _paired(self, source: Paired) -> Taker:
        pairs = self.known.pairings.get((source.stage, source.round))
        if pairs is None:
            return None
        matches = [pair for pair in pairs if pair[1] is not None]
        return matches[source.pair - 1][source.side - 1] if source.pair <= len(matches) else NOBODY

    def _status(self, node: Node, home: Taker, away: Taker) -> Status:
        if node.id in self.known.results:
            return Status.OVER
        needed = self._needed(node)
        if needed is False:
            return Status.NOT_NEEDED
        if needed is None or home is None or away is None:
            return Status.WAITING
        return Status.BYE if NOBODY in (home, away) else Status.PLAYABLE

    def _needed(self, node: Node) -> bool | None:
        if node.only_if is None:
            return True
        first = self.places[node.only_if.node]
        if first.status is not Status.OVER:
            return None if first.status in (Status.WAITING, Status.PLAYABLE) else False
        return (
            self.known.results[node.only_if.node].winner == (first.home, first.away)[node.only_if.winner - 1]
        )

    def _outcome(self, node: Node, status: Status, home: Taker, away: Taker) -> tuple[Taker, Taker]:
        """Who goes on as winner and as loser."""
        if status is Status.OVER:
            result = self.known.results[node.id]
            return result.winner or NOBODY, result.loser or NOBODY
        if status is Status.NOT_NEEDED:
            return home, away
        if NOBODY in (home, away):
            return (away if home is NOBODY else home), NOBODY
        return None, None


def _team(taker: Taker) -> str | None:
    return taker if isinstance(taker, str) else None
