"""From a format and a number of teams to the matches that will be played.

:func:`lay_out` is pure and always gives the same structure, so it can be shown before the draw and laid out
again at it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.tournament.format import bracket
from domain.tournament.format.checks import MOST_TEAMS, check_stage, check_structure, ends_of
from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.leagues import dealt, league, slug, swiss
from domain.tournament.format.model import (
    Bye,
    DoubleElimination,
    Format,
    Knockout,
    League,
    Node,
    Playoffs,
    Rank,
    Seed,
    Source,
    Stage,
    Structure,
    Swiss,
    TableSpec,
    WinnerOf,
)


@dataclass(frozen=True, slots=True)
class Laid:
    """A stage laid out. ``stands_for``: what takes the places of matches that a bye made needless."""

    nodes: Sequence[Node]
    tables: Sequence[TableSpec]
    stands_for: dict[Source, Source]


def lay_out(format: Format, teams: int) -> Structure:
    """The whole tournament of ``teams`` teams.

    Raises :class:`FormatInvalid` when the format does not fit the number of teams or does not end in one
    champion: ``no_stages``, ``stage_name_missing``, ``too_few_teams``, ``too_many_teams``, ``too_many_matches``,
    ``groups_mismatch``, ``meetings_invalid``, ``carry_over_invalid``, ``too_many_rounds``,
    ``entrants_missing``, ``format_cycle``, ``format_id_taken``, ``unknown_place``, ``place_of_later_stage``,
    ``place_taken_twice``, ``bye_in_table``, ``seeds_unused``, ``no_single_champion``,
    ``decided_place_invalid``.
    """
    if not format.stages:
        raise FormatInvalid("no_stages", "A format needs at least one stage.")
    if teams < 2:
        raise FormatInvalid("too_few_teams", "A tournament needs at least two teams.")
    if teams > MOST_TEAMS:
        raise FormatInvalid("too_many_teams", f"{MOST_TEAMS} teams are the most, not {teams}.")
    names = [stage.name for stage in format.stages]
    if len(set(names)) < len(names):
        raise FormatInvalid("format_id_taken", "Two stages have the same name.")
    laid: list[Laid] = []
    stands_for: dict[Source, Source] = {}
    for index, stage in enumerate(format.stages):
        entered = _with_entrants(stage, index, format, teams)
        one = _lay(_substituted(entered, stands_for))
        stands_for |= one.stands_for
        laid.append(one)
    nodes = tuple(node for one in laid for node in one.nodes)
    tables = tuple(table for one in laid for table in one.tables)
    structure = Structure(nodes=nodes, tables=tables)
    check_structure(structure, teams)
    return _with_champion(structure, format.stages[-1])


def _with_champion(structure: Structure, last: Stage) -> Structure:
    if isinstance(last, League | Swiss):
        tables = [table for table in structure.tables if table.stage == last.name]
        if len(tables) > 1:
            raise FormatInvalid(
                "no_single_champion",
                f"{last.name} ends in {len(tables)} tables; a last stage must find a champion.",
            )
        return replace(structure, champion=Rank(tables[0].id, 1))
    ends = ends_of(structure, last.name)
    if len(ends) != 1:
        raise FormatInvalid(
            "no_single_champion",
            f"{last.name} must end in one match; its winners go nowhere from: {', '.join(ends) or 'none'}.",
            detail={"nodes": ends},
        )
    return replace(structure, final=ends[0], champion=WinnerOf(ends[0]))


# --- who takes part in a stage -----------------------------------------------------------------------------


def _with_entrants(stage: Stage, index: int, format: Format, teams: int) -> Stage:
    """The stage with all its entrants named: the first takes the seeds no other names."""
    if isinstance(stage, Playoffs) or stage.entrants:
        return stage
    if index > 0:
        raise FormatInvalid("entrants_missing", f"{stage.name} does not say who takes part in it.")
    elsewhere = {
        source.number for other in format.stages[1:] for source in _sources(other) if isinstance(source, Seed)
    }
    seeds = tuple(Seed(number) for number in range(1, teams + 1) if number not in elsewhere)
    if isinstance(stage, League):
        return replace(stage, entrants=dealt(seeds, stage))
    return replace(stage, entrants=seeds)


def _sources(stage: Stage) -> Iterable[Source]:
    match stage:
        case League():
            return [source for group in stage.entrants for source in group]
        case Playoffs():
            return [source for match in stage.matches for source in (match.home, match.away)]
        case _:
            return stage.entrants


def _substituted(stage: Stage, stands_for: dict[Source, Source]) -> Stage:
    """The stage with the places of needless matches replaced by who takes them."""
    if not stands_for:
        return stage

    def settled(source: Source) -> Source:
        return stands_for.get(source, source)

    match stage:
        case League():
            return replace(stage, entrants=tuple(tuple(map(settled, group)) for group in stage.entrants))
        case Playoffs():
            matches = (replace(m, home=settled(m.home), away=settled(m.away)) for m in stage.matches)
            return replace(stage, matches=tuple(matches))
        case _:
            return replace(stage, entrants=tuple(map(settled, stage.entrants)))


# --- each kind of stage ------------------------------------------------------------------------------------


def _lay(stage: Stage) -> Laid:
    check_stage(stage)
    match stage:
        case League():
            return Laid(*league(stage), {})
        case Swiss():
            return Laid(*swiss(stage), {})
        case Knockout():
            entrants = [source for source in stage.entrants if not isinstance(source, Bye)]
            prefix = f"{slug(stage.name)}-"
            return Laid(bracket.knockout(stage.name, prefix, entrants, stage.third_place), (), {})
        case DoubleElimination():
            entrants = [source for source in stage.entrants if not isinstance(source, Bye)]
            return Laid(bracket.double_elimination(stage.name, f"{slug(stage.name)}-", entrants), (), {})
        case Playoffs():
            nodes, stands_for = bracket.playoffs(stage.name, stage.matches)
            return Laid(nodes, (), stands_for)
