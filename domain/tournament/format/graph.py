"""What depends on what in a structure: after a correction, and for the order of fixtures."""

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
from domain.tournament.format.places import Settled

_Key = tuple[str, ...]
"""What a place waits for: ("node", id), ("table", id) or ("round", stage, number)."""


def prerequisites(structure: Structure) -> dict[str, tuple[str, ...]]:
    """The nodes that must be over before it is known who plays a node: those its places come from, all matches
    of a table (with those carried over to it) for a rank, the round before for a Swiss pairing."""
    parts = _Parts(structure)
    return {node.id: parts.behind(_keys(node)) for node in structure.nodes}


def dependents(structure: Structure, id: str) -> tuple[str, ...]:
    """All nodes, in their order, whose teams may change when the result of node ``id``, or the order of table
    ``id``, changes: through ranks, winners, losers, Swiss pairings and results carried over, to the end.

    Raises KeyError when there is no such node or table.
    """
    parts = _Parts(structure)
    if id not in parts.by_id and id not in parts.tables:
        raise KeyError(id)
    changed = {id}
    # One pass is enough since nodes stand after those they depend on, and what a place waits for, once it is
    # asked, does not change any more.
    moved: dict[frozenset[_Key], bool] = {}
    found: list[str] = []
    for node in structure.nodes:
        keys = _keys(node)
        if keys not in moved:
            of_table = any(parts.reads(key, id) for key in keys)
            moved[keys] = of_table or not changed.isdisjoint(parts.behind(keys))
        if moved[keys]:
            changed.add(node.id)
            found.append(node.id)
    return tuple(found)


def possible_teams(structure: Structure, known: Known) -> dict[str, frozenset[str]]:
    """The teams that may still play each node, the two when they are known; empty before the draw."""
    settled = Settled(structure, known)
    tables = {table.id: table.members for table in structure.tables}
    in_stage = {table.stage: table.id for table in structure.tables}
    found: dict[str, frozenset[str]] = {}
    unions: dict[str, frozenset[str]] = {}

    def possible(source: Source) -> frozenset[str]:
        taker = settled.taker(source)
        if taker is not None:
            return frozenset({taker}) if isinstance(taker, str) else frozenset[str]()
        match source:
            case WinnerOf(node) | LoserOf(node):
                return found[node]
            case Rank(table, _):
                return any_of(table)
            case Paired(stage, _, _, _):
                return any_of(in_stage[stage])
            case Seed() | Bye():
                return frozenset()

    def any_of(table: str) -> frozenset[str]:
        if table not in unions:
            unions[table] = frozenset[str]().union(*map(possible, tables[table]))
        return unions[table]

    for node in structure.nodes:
        found[node.id] = possible(node.home) | possible(node.away)
    return found


def _keys(node: Node) -> frozenset[_Key]:
    keys = {_key(node.home), _key(node.away)}
    if node.only_if is not None:
        keys.add(("node", node.only_if.node))
    return frozenset(key for key in keys if key)


def _key(source: Source) -> _Key:
    match source:
        case WinnerOf(node) | LoserOf(node):
            return ("node", node)
        case Rank(table, _):
            return ("table", table)
        case Paired(stage, round, _, _):
            return ("round", stage, str(round))
        case Seed() | Bye():
            return ()


class _Parts:
    """The parts of a structure by what they belong to."""

    def __init__(self, structure: Structure) -> None:
        self.by_id = {node.id: node for node in structure.nodes}
        self.tables = {table.id: table for table in structure.tables}
        self.in_stage = {table.stage: table for table in structure.tables}
        self.in_table: dict[str, list[str]] = {table.id: [] for table in structure.tables}
        self.in_round: dict[_Key, list[str]] = {}
        for node in structure.nodes:
            if node.table is not None:
                self.in_table[node.table].append(node.id)
                self.in_round.setdefault(("round", node.stage, str(node.round)), []).append(node.id)
        self._behind: dict[frozenset[_Key], tuple[str, ...]] = {}

    def behind(self, keys: frozenset[_Key]) -> tuple[str, ...]:
        """The nodes that what ``keys`` name comes from directly."""
        if keys not in self._behind:
            nodes = [id for key in sorted(keys) for id in self._nodes(key)]
            self._behind[keys] = tuple(dict.fromkeys(nodes))
        return self._behind[keys]

    def reads(self, key: _Key, table: str) -> bool:
        """Does what ``key`` names come from the order of ``table`` itself?"""
        if key[0] == "round" and key[2] == "1":
            return any(_key(member) == ("table", table) for member in self.in_stage[key[1]].members)
        return key == ("table", table)

    def _nodes(self, key: _Key) -> list[str]:
        kind, name = key[:2]
        if kind == "node":
            return [name]
        if kind == "table":
            counted = (name, *self.tables[name].carried)
            return [id for table in counted for id in self.in_table[table]]
        if key[2] != "1":
            return self.in_round[("round", name, str(int(key[2]) - 1))]
        members = frozenset(_key(member) for member in self.in_stage[name].members)
        return list(self.behind(frozenset(key for key in members if key)))
