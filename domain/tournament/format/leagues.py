"""Leagues, their groups and Swiss rounds, as nodes and tables."""

from collections.abc import Sequence
from itertools import pairwise

from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.model import League, Node, Paired, Rank, Seed, Source, Swiss, TableSpec
from domain.tournament.format.round_robin import Round, between_groups, in_rounds, round_robin


def slug(name: str) -> str:
    """A stage's name as ids begin with it: "Super Eight" is "super-eight"."""
    return "-".join(_words(name.lower()))


def _words(name: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in name).split()


def dealt(seeds: Sequence[Seed], stage: League) -> tuple[tuple[Seed, ...], ...]:
    """The seeds in the groups of the stage, like a snake: 1 to A, 2 to B, 3 to B, 4 to A …"""
    groups = stage.groups
    if groups < 1:
        raise FormatInvalid("groups_mismatch", f"{stage.name} needs at least one group.")
    if len(seeds) < 2 * groups:
        raise FormatInvalid(
            "too_few_teams",
            f"{stage.name} needs {2 * groups} teams for {groups} groups; there are {len(seeds)}.",
        )
    dealt: list[list[Seed]] = [[] for _ in range(groups)]
    for position, seed in enumerate(seeds):
        row, column = divmod(position, groups)
        dealt[column if row % 2 == 0 else groups - 1 - column].append(seed)
    return tuple(tuple(group) for group in dealt)


def league(stage: League) -> tuple[list[Node], list[TableSpec]]:
    """The matches and the tables of its groups."""
    nodes: list[Node] = []
    tables: list[TableSpec] = []
    for index, members in enumerate(stage.entrants):
        group = _group_name(stage, index)
        name = f"{stage.name} {group}".rstrip()
        table = "-".join([slug(stage.name), *_words(group)])
        carried = _carried(members) if stage.carry_over else ()
        tables.append(TableSpec(id=table, name=name, stage=stage.name, members=members, carried=carried))
        for number, pairs in enumerate(_rounds(stage, members), 1):
            nodes += [
                Node(
                    id=f"{table}-R{number}-{position}",
                    name=f"{name} round {number}, match {position}",
                    stage=stage.name,
                    round=number,
                    home=members[home],
                    away=members[away],
                    table=table,
                )
                for position, (home, away) in enumerate(pairs, 1)
            ]
    return nodes, tables


def _group_name(stage: League, index: int) -> str:
    """ "A" to "Z", "AA" …; nothing for the only one."""
    if stage.group_names:
        return stage.group_names[index]
    letters = ""
    while len(stage.entrants) > 1 and index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def _rounds(stage: League, members: Sequence[Source]) -> list[Round]:
    if stage.meetings:
        return in_rounds((home - 1, away - 1) for home, away in stage.meetings)
    if not stage.carry_over:
        return round_robin(len(members), stage.legs)
    groups: dict[Source | str, list[int]] = {}
    for index, source in enumerate(members):
        groups.setdefault(source.table if isinstance(source, Rank) else source, []).append(index)
    return between_groups(list(groups.values()), stage.legs)


def _carried(members: Sequence[Source]) -> tuple[str, ...]:
    """The tables two or more members come from: those who met there do not meet again."""
    origins = sorted(source.table for source in members if isinstance(source, Rank))
    return tuple(dict.fromkeys(one for one, next in pairwise(origins) if one == next))


def swiss(stage: Swiss) -> tuple[list[Node], list[TableSpec]]:
    """As many matches in each round as there are pairs; who plays them is known round by round."""
    table = slug(stage.name)
    nodes = [
        Node(
            id=f"{table}-R{round}-{pair}",
            name=f"{stage.name} round {round}, match {pair}",
            stage=stage.name,
            round=round,
            home=Paired(stage.name, round, pair, 1),
            away=Paired(stage.name, round, pair, 2),
            table=table,
        )
        for round in range(1, stage.rounds + 1)
        for pair in range(1, len(stage.entrants) // 2 + 1)
    ]
    return nodes, [TableSpec(id=table, name=stage.name, stage=stage.name, members=stage.entrants)]
