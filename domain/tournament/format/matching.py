"""The largest matching of a graph: as many pairs as there can be of those who may be paired (Edmonds 1965)."""

from collections import deque
from collections.abc import Iterable, Mapping


class Matching:
    """Keeps a largest matching of those present while pairs are taken out one after the other.

    ``refused`` are those each may not be paired with; all others may be.
    """

    def __init__(self, members: Iterable[int], refused: Mapping[int, set[int]]) -> None:
        self.present = set(members)
        self.refused = refused
        self.mate: dict[int, int] = {}
        for one in self.present:
            self._pair_at_once(one)
        for one in self.present:
            if one not in self.mate:
                self._augment(one)

    def left_over(self) -> int:
        """How many cannot be paired."""
        return len(self.present) - len(self.mate)

    def without(self, *gone: int) -> "Matching":
        """The same without some members."""
        smaller = Matching.__new__(Matching)
        smaller.present = self.present - {*gone}
        smaller.refused = self.refused
        smaller.mate = {
            one: other for one, other in self.mate.items() if one not in gone and other not in gone
        }
        for one in [mate for mate in map(self.mate.get, gone) if mate is not None]:
            if one in smaller.present and one not in smaller.mate:
                smaller._augment(one)
        return smaller

    def allowed(self, one: int) -> Iterable[int]:
        refused = self.refused[one]
        return (other for other in self.present if other != one and other not in refused)

    def _pair_at_once(self, one: int) -> None:
        if one in self.mate:
            return
        other = next((other for other in self.allowed(one) if other not in self.mate), None)
        if other is not None:
            self.mate[one], self.mate[other] = other, one

    def _augment(self, root: int) -> None:
        """One more pair, if there is an alternating path from ``root`` to another without a mate."""
        search = _Search(self, root)
        end = search.find()
        while end is not None:
            before = search.parent[end]
            further = self.mate.get(before)
            self.mate[end], self.mate[before] = before, end
            end = further


class _Search:
    """A search in breadth for an alternating path. Members reached over an even number of steps are outer; a
    cycle of odd length through outer members (a blossom) is treated as one of them, named by its base."""

    def __init__(self, matching: Matching, root: int) -> None:
        self.allowed = matching.allowed
        self.mate = matching.mate
        self.root = root
        self.base = {one: one for one in matching.present}
        self.parent: dict[int, int] = {}
        self.outer = {root}
        self.queue = deque([root])

    def find(self) -> int | None:
        """The end of a path, whose members lead back by ``parent`` and ``mate``."""
        while self.queue:
            one = self.queue.popleft()
            for other in self.allowed(one):
                if self.base[one] == self.base[other] or self.mate.get(one) == other:
                    continue
                if other in self.outer:
                    self._contract(one, other)
                elif other not in self.parent:
                    self.parent[other] = one
                    if other not in self.mate:
                        return other
                    self._reach(self.mate[other])
        return None

    def _reach(self, one: int) -> None:
        if one not in self.outer:
            self.outer.add(one)
            self.queue.append(one)

    def _contract(self, one: int, other: int) -> None:
        base = self._common_base(one, other)
        blossom = self._lead_back(one, other, base) | self._lead_back(other, one, base)
        for member in self.base:
            if self.base[member] in blossom:
                self.base[member] = base
                self._reach(member)

    def _common_base(self, one: int, other: int) -> int:
        passed: set[int] = set()
        place = self.base[one]
        passed.add(place)
        while place != self.root:
            place = self.base[self.parent[self.mate[place]]]
            passed.add(place)
        place = self.base[other]
        while place not in passed:
            place = self.base[self.parent[self.mate[place]]]
        return place

    def _lead_back(self, one: int, child: int, base: int) -> set[int]:
        """The bases from ``one`` to ``base``; on the way each gets a way back through the other side."""
        bases: set[int] = set()
        while self.base[one] != base:
            mate = self.mate[one]
            bases |= {self.base[one], self.base[mate]}
            self.parent[one] = child
            child, one = mate, self.parent[mate]
        return bases
