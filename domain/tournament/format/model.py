"""Formats as data: what an organiser chooses (:class:`Format`) and what is played (:class:`Structure`).

A format is a sequence of stages that follow each other. It is laid out once, at the draw, into a structure:
tables with members and nodes with two places each. Who takes a place is not known in advance; a place names
where its team comes from. Everything that follows (fixtures, bracket, qualification) reads the structure.
"""

from dataclasses import dataclass, field
from typing import Literal

# --- where a team comes from -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seed:
    """The team with this seed, from 1."""

    number: int


@dataclass(frozen=True, slots=True)
class Rank:
    """The team in this place, from 1, of a table when all its matches are official."""

    table: str
    place: int


@dataclass(frozen=True, slots=True)
class WinnerOf:
    node: str


@dataclass(frozen=True, slots=True)
class LoserOf:
    node: str


@dataclass(frozen=True, slots=True)
class Paired:
    """Decided by the Swiss pairing of a round, from the table so far: place 1 or 2 of its ``pair``-th match."""

    stage: str
    round: int
    pair: int
    side: Literal[1, 2]


@dataclass(frozen=True, slots=True)
class Bye:
    """Nobody: the other side goes through without a match."""


Source = Seed | Rank | WinnerOf | LoserOf | Paired | Bye

# --- what an organiser chooses -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class League:
    """Everybody meets everybody of their group ``legs`` times. One group: a plain league.

    ``carry_over``: results between teams that come from the same earlier table count here too and are not
    played again (the Super Six of World Cups).
    """

    name: str
    kind: Literal["league"] = "league"
    groups: int = 1
    legs: int = 1
    entrants: tuple[tuple[Source, ...], ...] = ()
    """The members of each group; empty: the seeds that no other stage names, dealt like a snake (1 to A, 2 to B,
    3 to B, 4 to A …). Only the first stage may leave its entrants open."""
    group_names: tuple[str, ...] = ()
    """Empty: A, B, C …"""
    carry_over: bool = False
    meetings: tuple[tuple[int, int], ...] = ()
    """Where not everybody meets equally often (the IPL of ten teams): home and away by place in the group,
    from 1, instead of ``legs``. Needs a single group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swiss:
    """``rounds`` rounds; each pairs teams with like records that have not met. With an odd number of teams one
    has a bye in each round (no node; its pair in ``Known.pairings`` is with None), nobody twice."""

    name: str
    kind: Literal["swiss"] = "swiss"
    rounds: int
    entrants: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Knockout:
    """Single elimination; the best seeds have the byes."""

    name: str
    kind: Literal["knockout"] = "knockout"
    entrants: tuple[Source, ...] = ()
    third_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleElimination:
    """Two losses and a team is out. The final is played again if its first loss is the unbeaten team's."""

    name: str
    kind: Literal["double elimination"] = "double elimination"
    entrants: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayoffMatch:
    """One node of a graph an organiser drew. ``name`` is shown ("Qualifier 1").

    ``decides``: for a match besides the final whose winner goes nowhere, the place it is played for (3: third
    place; its loser is fourth).
    """

    id: str
    name: str
    home: Source
    away: Source
    decides: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Playoffs:
    """Any graph of matches that ends in one: the page playoff of the IPL, the five-team form, another's own."""

    name: str
    kind: Literal["playoffs"] = "playoffs"
    matches: tuple[PlayoffMatch, ...]


Stage = League | Swiss | Knockout | DoubleElimination | Playoffs


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The stages in order. The first takes the seeds, each other names the tables or matches it takes from (or
    seeds that start there). The last one makes the champion."""

    name: str
    stages: tuple[Stage, ...]


# --- what is played ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """The node is played only if ``winner`` (home 1, away 2) won ``node`` (the second final of two).

    Else its home goes through as if it had won, its away as if it had lost.
    """

    node: str
    winner: Literal[1, 2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One match to be played. ``id`` is unique in its structure and stays ("league-R3-2", "qualifier-1").

    ``table`` is the table its result counts in, None in knockouts. ``round`` counts from 1 in its stage.
    ``decides`` is the place in its stage it is played for (1 the final, 3 the third-place match), None where its
    winner plays on; a place in the last stage is the place in the tournament.
    """

    id: str
    name: str
    stage: str
    round: int
    home: Source
    away: Source
    table: str | None = None
    only_if: OnlyIf | None = None
    decides: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A points table: ``id`` is unique ("league", "super-eight-A"), ``members`` in the order of the draw."""

    id: str
    name: str
    stage: str
    members: tuple[Source, ...]
    carried: tuple[str, ...] = ()
    """Tables whose matches between members count here too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A whole tournament laid out. ``final`` is the node that makes the champion, None where a table does.

    A node stands after those whose winners and losers it takes. Byes are worked out: the nodes are those that
    need a match. Each place (a seed, a rank, a winner, a loser) is taken once, so no team can meet itself.
    """

    nodes: tuple[Node, ...]
    tables: tuple[TableSpec, ...] = ()
    final: str | None = None
    champion: Source | None = None
    """Where the champion comes from: ``WinnerOf`` the final or ``Rank`` 1 of the last table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeResult:
    """Who goes on from a node. In knockouts there always is a winner (see ``advance`` for no results), unless
    both are out: then the side they would have met goes through."""

    winner: str | None
    loser: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known when places are resolved.

    ``seeds`` maps a seed to its team, ``results`` a node to its result, ``tables`` a finished table to its
    teams in order, ``pairings`` a Swiss round (stage, round) to its pairs (None: a bye).
    """

    seeds: dict[int, str] = field(default_factory=dict[int, str])
    results: dict[str, NodeResult] = field(default_factory=dict[str, NodeResult])
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    pairings: dict[tuple[str, int], tuple[tuple[str, str | None], ...]] = field(
        default_factory=dict[tuple[str, int], tuple[tuple[str, str | None], ...]]
    )
