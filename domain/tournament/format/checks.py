"""What a format must keep so that it can be played: before a stage is laid out and when all of it is.

Each place (a seed, a rank of a table, the winner or the loser of a match) is taken at most once and everything
comes from earlier matches. So the teams flow through the structure and are never doubled: nobody can meet
itself, and where one match is left whose winner goes nowhere there is one champion whatever the results.
"""

from collections.abc import Iterable, Iterator

from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.leagues import slug
from domain.tournament.format.model import (
    Bye,
    DoubleElimination,
    Knockout,
    League,
    LoserOf,
    Node,
    Paired,
    Playoffs,
    Rank,
    Seed,
    Source,
    Stage,
    Structure,
    Swiss,
    WinnerOf,
)

MOST_TEAMS = 10_000
MOST_MATCHES = 100_000
"""Of a stage: a limit against mistakes, above a double round robin of 300 teams (89,700)."""

# --- one stage ---------------------------------------------------------------------------------------------


def check_stage(stage: Stage) -> None:
    """Raises FormatInvalid when a stage, with its entrants named, cannot be laid out."""
    if not slug(stage.name):
        raise FormatInvalid("stage_name_missing", "A stage needs a name of letters or digits.")
    match stage:
        case League():
            _check_league(stage)
        case Swiss():
            _check_swiss(stage)
        case Knockout() | DoubleElimination():
            _at_least_two(stage.name, stage.entrants)
        case Playoffs():
            if not stage.matches:
                raise FormatInvalid("too_few_teams", f"{stage.name} has no match.")


def _at_least_two(name: str, entrants: Iterable[Source]) -> None:
    present = sum(not isinstance(source, Bye) for source in entrants)
    if present < 2:
        raise FormatInvalid("too_few_teams", f"{name} needs two teams at least; it has {present}.")


def _check_league(stage: League) -> None:
    groups = len(stage.entrants)
    if stage.groups not in (1, groups) or (stage.group_names and len(stage.group_names) != groups):
        raise FormatInvalid(
            "groups_mismatch", f"{stage.name} names the teams of {groups} groups, its settings say otherwise."
        )
    if len(set(stage.group_names)) < len(stage.group_names):
        raise FormatInvalid("groups_mismatch", f"{stage.name} has two groups of the same name.")
    for members in stage.entrants:
        _in_a_table(stage.name, members)
    if stage.legs < 1:
        raise FormatInvalid(
            "meetings_invalid", f"{stage.name}: teams meet once at least, not {stage.legs} times."
        )
    pairs = sum(len(members) * (len(members) - 1) // 2 for members in stage.entrants)
    _not_too_many(stage.name, len(stage.meetings) or pairs * stage.legs)
    if stage.meetings:
        _check_meetings(stage)
    if stage.carry_over:
        _check_carry_over(stage)


def _in_a_table(name: str, members: Iterable[Source]) -> None:
    _at_least_two(name, members)
    if any(isinstance(source, Bye) for source in members):
        raise FormatInvalid("bye_in_table", f"{name}: nobody cannot be in a table.")


def _not_too_many(name: str, matches: int) -> None:
    if matches > MOST_MATCHES:
        raise FormatInvalid("too_many_matches", f"{name} has {matches} matches; {MOST_MATCHES} is the most.")


def _check_meetings(stage: League) -> None:
    (*more, only) = stage.entrants
    if more or stage.legs > 1 or stage.carry_over:
        raise FormatInvalid(
            "meetings_invalid",
            f"{stage.name}: a list of meetings stands instead of groups, legs and carry over.",
        )
    members = range(1, len(only) + 1)
    for home, away in stage.meetings:
        if home == away or home not in members or away not in members:
            raise FormatInvalid(
                "meetings_invalid",
                f"{stage.name}: {home} v {away} is no meeting of places 1 to {len(members)}.",
                detail={"meeting": [home, away]},
            )
    idle = sorted({*members} - {place for meeting in stage.meetings for place in meeting})
    if idle:
        raise FormatInvalid(
            "meetings_invalid", f"{stage.name}: place {idle[0]} meets nobody.", detail={"places": idle}
        )


def _check_carry_over(stage: League) -> None:
    for members in stage.entrants:
        if not all(isinstance(source, Rank) for source in members):
            raise FormatInvalid(
                "carry_over_invalid",
                f"{stage.name} carries results over, so its teams must come from tables.",
            )
        if len({source.table for source in members if isinstance(source, Rank)}) < 2:
            raise FormatInvalid("carry_over_invalid", f"{stage.name}: all have met in one table already.")


def _check_swiss(stage: Swiss) -> None:
    _in_a_table(stage.name, stage.entrants)
    most = len(stage.entrants) - 1 + len(stage.entrants) % 2
    if not 1 <= stage.rounds <= most:
        raise FormatInvalid(
            "too_many_rounds",
            f"{stage.name}: {len(stage.entrants)} teams play 1 to {most} rounds without meeting twice, "
            f"not {stage.rounds}.",
        )
    _not_too_many(stage.name, stage.rounds * (len(stage.entrants) // 2))


# --- the whole ---------------------------------------------------------------------------------------------


def check_structure(structure: Structure, teams: int) -> None:
    """Raises FormatInvalid unless every place that is taken exists, comes from earlier and is taken once, and
    every seed is taken."""
    ids = [node.id for node in structure.nodes] + [table.id for table in structure.tables]
    if len(set(ids)) < len(ids):
        taken = next(id for id in ids if ids.count(id) > 1)
        raise FormatInvalid("format_id_taken", f"Two parts of the format are called {taken!r}.")
    given = _Given(structure, teams)
    for where, source in taken_places(structure):
        given.take(source, where)
    unused = [seed for seed in range(1, teams + 1) if Seed(seed) not in given.taken]
    if unused:
        raise FormatInvalid(
            "seeds_unused",
            f"{len(unused)} of {teams} teams take no part, from seed {unused[0]} on.",
            detail={"seeds": unused},
        )
    _check_decided(structure)


def taken_places(structure: Structure) -> Iterator[tuple[str, Source]]:
    """Every place taken, with the table or node that takes it; a table takes its members once for all its
    matches."""
    for table in structure.tables:
        yield from ((table.id, source) for source in table.members)
    for node in structure.nodes:
        if node.table is None:
            yield from ((node.id, source) for source in (node.home, node.away))


class _Given:
    """The places there are to take, and those taken."""

    def __init__(self, structure: Structure, teams: int) -> None:
        stages = list(dict.fromkeys(node.stage for node in structure.nodes))
        self.teams = teams
        self.sizes = {table.id: len(table.members) for table in structure.tables}
        self.knockouts = {node.id for node in structure.nodes if node.table is None}
        self.stage_of = {node.id: stages.index(node.stage) for node in structure.nodes}
        self.stage_of |= {table.id: stages.index(table.stage) for table in structure.tables}
        self.taken: dict[Source, str] = {}

    def take(self, source: Source, where: str) -> None:
        described = describe_place(source)
        if not self._exists(source):
            raise FormatInvalid(
                "unknown_place", f"{where} takes {described}, which there is not.", detail={"where": where}
            )
        if self._comes_later(source, where):
            raise FormatInvalid(
                "place_of_later_stage",
                f"{where} takes {described}, which is known only later.",
                detail={"where": where},
            )
        if source in self.taken:
            raise FormatInvalid(
                "place_taken_twice",
                f"{described} is taken by {self.taken[source]} and by {where}.",
                detail={"where": [self.taken[source], where]},
            )
        self.taken[source] = where

    def _exists(self, source: Source) -> bool:
        match source:
            case Seed(number):
                return 1 <= number <= self.teams
            case Rank(table, place):
                return 1 <= place <= self.sizes.get(table, 0)
            case WinnerOf(node) | LoserOf(node):
                return node in self.knockouts
            case Paired() | Bye():
                return False

    def _comes_later(self, source: Source, where: str) -> bool:
        match source:
            case Rank(table, _):
                return self.stage_of[table] >= self.stage_of[where]
            case WinnerOf(node) | LoserOf(node):
                return self.stage_of[node] > self.stage_of[where]
            case _:
                return False


def describe_place(source: Source) -> str:
    """A place in the words of the format: "rank 2 of league", "winner of qualifier-1"."""
    match source:
        case Seed(number):
            return f"seed {number}"
        case Rank(table, place):
            return f"rank {place} of {table}"
        case WinnerOf(node):
            return f"winner of {node}"
        case LoserOf(node):
            return f"loser of {node}"
        case Paired(stage, round, pair, _):
            return f"pair {pair} of round {round} of {stage}"
        case Bye():
            return "a bye"


def ends_of(structure: Structure, stage: str) -> list[str]:
    """The matches of a stage whose winner goes nowhere, but for those played for a lower place."""
    going_on = {source for _, source in taken_places(structure)}
    return [node.id for node in structure.nodes if node.stage == stage and _is_end(node, going_on)]


def _is_end(node: Node, going_on: set[Source]) -> bool:
    return node.table is None and WinnerOf(node.id) not in going_on and node.decides in (None, 1)


def _check_decided(structure: Structure) -> None:
    going_on = {source for _, source in taken_places(structure)}
    decided: dict[str, list[Node]] = {}
    for node in structure.nodes:
        if node.decides is None:
            continue
        if node.decides == 2 or node.decides < 1 or WinnerOf(node.id) in going_on:
            raise FormatInvalid(
                "decided_place_invalid",
                f"{node.id} cannot decide place {node.decides}: it must be 3 or more, its winner plays no more.",
                detail={"node": node.id},
            )
        for other in decided.setdefault(node.stage, []):
            if other.decides is not None and abs(other.decides - node.decides) < 2:
                raise FormatInvalid(
                    "decided_place_invalid",
                    f"{other.id} and {node.id} decide the same place.",
                    detail={"nodes": [other.id, node.id]},
                )
        decided[node.stage].append(node)
