"""The final order of a tournament: which place each way out of the structure means, and who has it."""

from collections.abc import Iterable
from itertools import count

from domain.tournament.format.checks import taken_places
from domain.tournament.format.model import Known, LoserOf, Node, Rank, Source, Structure, WinnerOf
from domain.tournament.format.places import Settled

Range = tuple[int, int]
"""From the best to the worst place that some teams share: (3, 3), or (5, 8) for the losers of quarter-finals."""

_SortKey = tuple[int, int, int]


def ranking(structure: Structure, known: Known) -> list[tuple[Range, str]]:
    """The places that are decided, the best first; teams that share a range are not told apart."""
    settled = Settled(structure, known)
    return [
        (places, team)
        for places, sources in final_places(structure)
        for team in map(settled.taker, sources)
        if isinstance(team, str)
    ]


def final_places(structure: Structure) -> list[tuple[Range, tuple[Source, ...]]]:
    """Where the teams of each place come from.

    Who goes further stands higher: those who reached the last stage before those who did not; in a table by
    rank (the thirds of all groups share their places), in a bracket by how many matches they were away from
    the end of it. Matches that decide a place give it to their winner and the next to their loser.
    """
    taken = {source for _, source in taken_places(structure)}
    order: list[tuple[Source, ...]] = []
    for stage in reversed(dict.fromkeys(node.stage for node in structure.nodes)):
        tables = [table for table in structure.tables if table.stage == stage]
        if tables:
            longest = max(len(table.members) for table in tables)
            groups = (
                [Rank(table.id, place) for table in tables if place <= len(table.members)]
                for place in range(1, longest + 1)
            )
        else:
            groups = _out_of_bracket([node for node in structure.nodes if node.stage == stage], taken)
        left = (tuple(source for source in group if source not in taken) for group in groups)
        order += [group for group in left if group]
    ranges: list[tuple[Range, tuple[Source, ...]]] = []
    place = 1
    for group in order:
        ranges.append(((place, place + len(group) - 1), group))
        place += len(group)
    return ranges


def _out_of_bracket(nodes: list[Node], taken: set[Source]) -> Iterable[list[Source]]:
    """The ways out of a bracket, the best first."""
    fixed: dict[int, list[Source]] = {}
    shared: dict[_SortKey, list[Source]] = {}
    ways = _ways(nodes)
    for node in nodes:
        if node.decides is not None:
            fixed[node.decides] = [WinnerOf(node.id)]
            fixed[node.decides + 1] = [LoserOf(node.id)]
            continue
        for lost, source in enumerate((WinnerOf(node.id), LoserOf(node.id))):
            if source not in taken:
                shared.setdefault((*ways[node.id], lost), []).append(source)
    free = (place for place in count(1) if place not in fixed)
    places = dict(fixed)
    for key in sorted(shared):
        first, *_ = [next(free) for _ in shared[key]]
        places[first] = shared[key]
    return [places[place] for place in sorted(places)]


def _ways(nodes: list[Node]) -> dict[str, tuple[int, int]]:
    """For each node the place that the winners after it play for, and how many matches it is away from that."""
    takes = {
        source.node: node.id
        for node in nodes
        for source in (node.home, node.away)
        if isinstance(source, WinnerOf)
    }
    ways: dict[str, tuple[int, int]] = {}
    for node in reversed(nodes):
        if node.id in takes:
            place, distance = ways[takes[node.id]]
            ways[node.id] = place, distance + 1
        else:
            ways[node.id] = node.decides or 1, 0
    return ways
