"""Brackets: knockouts, double elimination and graphs an organiser drew, as nodes without byes.

A place that nobody takes (:class:`Bye`) needs no match: the other side goes through when the bracket is laid
out, and whoever was to meet the loser of it has a bye in turn. So no bye is left to stall.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter

from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.model import (
    Bye,
    LoserOf,
    Node,
    OnlyIf,
    PlayoffMatch,
    Source,
    WinnerOf,
)

BYE = Bye()
_NAMES = {1: "Final", 2: "Semi-final", 4: "Quarter-final"}

Slots = list[Source]


@dataclass(slots=True)
class _Bracket:
    """Collects the matches of a stage. ``prefix`` begins every id."""

    stage: str
    prefix: str
    nodes: list[Node] = field(default_factory=list[Node])

    def match(
        self, id: str, name: str, round: int, home: Source, away: Source, decides: int | None = None
    ) -> tuple[Source, Source]:
        """Where the winner and the loser come from; without a match where a side is a bye."""
        if isinstance(home, Bye) or isinstance(away, Bye):
            return (away if isinstance(home, Bye) else home), BYE
        id = self.prefix + id
        self.nodes.append(
            Node(id=id, name=name, stage=self.stage, round=round, home=home, away=away, decides=decides)
        )
        return WinnerOf(id), LoserOf(id)

    def play(
        self, pairs: Sequence[tuple[Source, Source]], round: int, id: str, name: str
    ) -> tuple[Slots, Slots]:
        """One round. Matches are numbered without those that a bye makes needless."""
        winners, losers = Slots(), Slots()
        number = 1
        for home, away in pairs:
            winner, loser = self.match(f"{id}-{number}", f"{name} {number}", round, home, away)
            number += isinstance(winner, WinnerOf) and isinstance(loser, LoserOf)
            winners.append(winner)
            losers.append(loser)
        return winners, losers


def seeded_slots(entrants: Sequence[Source]) -> Slots:
    """Entrants, the best first, in the slots of a bracket: 1 and 2 can meet in the final only, 1 to 4 in the
    semi-finals, and the byes that fill it up fall to the best."""
    order = [0]
    while len(order) < len(entrants):
        order = [slot for seed in order for slot in (seed, 2 * len(order) - 1 - seed)]
    return [entrants[seed] if seed < len(entrants) else BYE for seed in order]


def knockout(stage: str, prefix: str, entrants: Sequence[Source], third_place: bool) -> list[Node]:
    """Single elimination of at least two entrants."""
    bracket = _Bracket(stage, prefix)
    slots = seeded_slots(entrants)
    losers: Slots = []
    round = 1
    while len(slots) > 2:
        matches = len(slots) // 2
        name = _NAMES.get(matches)
        id = name.lower() if name else f"R{round}"
        slots, losers = bracket.play(_adjacent(slots), round, id, name or f"Round {round}, match")
        round += 1
    if third_place and len(losers) == 2:
        bracket.match("third-place", "Third-place match", round, losers[0], losers[1], decides=3)
    bracket.match("final", "Final", round, slots[0], slots[1], decides=1)
    return bracket.nodes


def double_elimination(stage: str, prefix: str, entrants: Sequence[Source]) -> list[Node]:
    """A bracket of those unbeaten and one of those who lost once; the winners of both meet in the final.

    The losers of a round join the other bracket: those of the first among themselves, each later round's meet
    its survivors, every other time from the far end so that nobody soon meets the same opponent again. When the
    final is the first loss of the unbeaten side a second one is played.
    """
    bracket = _Bracket(stage, prefix)
    unbeaten, losers = seeded_slots(entrants), Slots()
    survivors = Slots()
    turn = 1
    while len(unbeaten) > 1:
        round = max(1, 2 * turn - 2)
        unbeaten, losers = bracket.play(
            _adjacent(unbeaten), round, f"W{turn}", f"Winners' round {turn}, match"
        )
        survivors = _join(bracket, survivors, losers, turn)
        turn += 1
    round = max(2, 2 * turn - 2)
    winner, loser = bracket.match("final", "Final", round, unbeaten[0], survivors[0])
    bracket.match("second-final", "Second final", round + 1, winner, loser, decides=1)
    bracket.nodes[-1] = replace(bracket.nodes[-1], only_if=OnlyIf(prefix + "final", 2))
    return bracket.nodes


def _join(bracket: _Bracket, survivors: Slots, losers: Slots, turn: int) -> Slots:
    """The losers of the ``turn``-th round of the unbeaten go into the other bracket; who is left of it then."""
    if turn == 1:
        return losers
    number = 2 * turn - 3
    survivors, _ = bracket.play(
        _adjacent(survivors), number + 1, f"L{number}", f"Losers' round {number}, match"
    )
    newcomers = losers[::-1] if turn % 2 == 0 else losers
    pairs = list(zip(newcomers, survivors, strict=True))
    number += 1
    survivors, _ = bracket.play(pairs, number + 1, f"L{number}", f"Losers' round {number}, match")
    return survivors


def _adjacent(slots: Slots) -> list[tuple[Source, Source]]:
    return list(zip(slots[::2], slots[1::2], strict=True))


def playoffs(stage: str, matches: Sequence[PlayoffMatch]) -> tuple[list[Node], dict[Source, Source]]:
    """The matches of a graph, each after those it takes from, and what the places of those left out stand for.

    Raises FormatInvalid ``format_cycle`` when a match waits for itself.
    """
    bracket = _Bracket(stage, "")
    stands_for: dict[Source, Source] = {}
    rounds: dict[str, int] = {}  # without those that a bye made needless
    ends = _ends(matches)
    for match in _in_order(matches):
        home, away = stands_for.get(match.home, match.home), stands_for.get(match.away, match.away)
        before = [rounds.get(name, 0) for name in taken_from((home, away))]
        decides = 1 if ends == [match.id] else match.decides
        rounds[match.id] = 1 + max(before, default=0)
        winner, loser = bracket.match(match.id, match.name, rounds[match.id], home, away, decides)
        if winner != WinnerOf(match.id):
            stands_for |= {WinnerOf(match.id): winner, LoserOf(match.id): loser}
    return bracket.nodes, stands_for


def _ends(matches: Sequence[PlayoffMatch]) -> list[str]:
    """The matches whose winner goes nowhere in this stage, unless they say what they decide."""
    going_on = {
        side.node for match in matches for side in (match.home, match.away) if isinstance(side, WinnerOf)
    }
    return [match.id for match in matches if match.id not in going_on and match.decides in (None, 1)]


def _in_order(matches: Sequence[PlayoffMatch]) -> list[PlayoffMatch]:
    by_id = {match.id: match for match in matches}
    if len(by_id) < len(matches):
        raise FormatInvalid("format_id_taken", "Two play-off matches have the same id.")
    graph: Mapping[str, Iterable[str]] = {
        match.id: [name for name in taken_from((match.home, match.away)) if name in by_id]
        for match in matches
    }
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        cycle = list(reversed(error.args[1]))
        raise FormatInvalid(
            "format_cycle", f"These matches wait for each other: {', '.join(cycle)}.", detail={"nodes": cycle}
        ) from error
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = 1 + max((depth[before] for before in graph[name]), default=0)
    return sorted(matches, key=lambda match: depth[match.id])


def taken_from(sources: Iterable[Source]) -> list[str]:
    """The nodes whose winner or loser is among ``sources``."""
    return [source.node for source in sources if isinstance(source, WinnerOf | LoserOf)]
