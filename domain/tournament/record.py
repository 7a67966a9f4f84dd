"""What a tournament has on record, and what follows from it: its tables, and who takes which place.

All is computed anew from the structure and the results, so another result (a correction) simply gives another
record, and what it changes is the difference between the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from domain.tournament.format.advance import advance
from domain.tournament.format.model import Known, Node, NodeResult, Rank, Source, Structure, TableSpec
from domain.tournament.format.places import Settled, Status, bracket, members
from domain.tournament.match_summary import MatchSummary
from domain.tournament.points import Deduction
from domain.tournament.qualification import Qualification, qualification
from domain.tournament.race import Fixture
from domain.tournament.running_table import Disqualification, RunningTable
from domain.tournament.table_rules import TableRules

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything tables and places rest on.

    ``played``: the official results by node. ``going_on``: who went on from a node where the result alone does
    not say (a ruling, a walkover). ``closed``: nodes without a result that will not be played.
    ``deductions`` and the ``disqualified`` are by table: who goes out keeps a place taken before that.
    """

    structure: Structure
    rules: TableRules
    seeds: Mapping[int, str] = field(default_factory=dict[int, str])
    played: Mapping[str, MatchSummary] = field(default_factory=dict[str, MatchSummary])
    going_on: Mapping[str, NodeResult] = field(default_factory=dict[str, NodeResult])
    closed: frozenset[str] = frozenset()
    pairings: Mapping[tuple[str, int], tuple[tuple[str, str | None], ...]] = field(
        default_factory=dict[tuple[str, int], tuple[tuple[str, str | None], ...]]
    )
    deductions: Mapping[str, tuple[Deduction, ...]] = field(default_factory=dict[str, tuple[Deduction, ...]])
    disqualified: Mapping[str, tuple[Disqualification, ...]] = field(
        default_factory=dict[str, tuple[Disqualification, ...]]
    )


def known(record: Record) -> Known:
    """Who takes which place: results of nodes, and the order of every table whose matches are all over.

    A table's order leaves out the disqualified. A knockout without a winner sends on whom ``going_on`` names,
    else the better placed of the two.
    """
    found = _fresh(record, {}, {})
    while True:
        results = _new_results(record, found)
        found = _fresh(record, found.results | results, found.tables)
        orders = _new_orders(record, found)
        found = _fresh(record, found.results, found.tables | orders)
        if not orders:
            return found


def running_table(record: Record, table_id: str, found: Known | None = None) -> RunningTable:
    """The table as far as it is played, by node, with the results carried over into it and Swiss byes.

    A match counts when both its teams belong to the table. One may not any more: a match that had begun when a
    correction gave its team's place to another.

    ``found`` is what :func:`known` gave, if it is at hand. Raises KeyError when there is no such table.
    """
    found = found or known(record)
    spec = _specs(record)[table_id]
    teams = [team for team in members(record.structure, found)[table_id] if team is not None]
    table = RunningTable(
        record.rules,
        teams=teams,
        deductions=[one for one in record.deductions.get(table_id, ()) if one.team in teams],
        disqualified=[one for one in record.disqualified.get(table_id, ()) if one.team in teams],
    )
    for node in record.structure.nodes:
        match = record.played.get(node.id)
        counts = node.table == table_id or node.table in spec.carried
        if match is not None and counts and set(match.teams) <= set(teams):
            table.put(node.id, match)
    for (stage, round), pairs in record.pairings.items():
        for team, opponent in pairs:
            if stage == spec.stage and opponent is None:
                table.put_bye(f"{stage}, round {round}", team)
    return table


def corrected(
    record: Record, node: str, summary: MatchSummary | None, going_on: NodeResult | None = None
) -> Record:
    """The record if the result of ``node`` were ``summary`` (None: it is taken back).

    ``going_on``: who goes on from the node, where the result alone does not say. Raises KeyError when there is
    no such node.
    """
    if all(one.id != node for one in record.structure.nodes):
        raise KeyError(node)
    return replace(
        record,
        played=_with(record.played, node, summary),
        going_on=_with(record.going_on, node, going_on),
    )


def places_leading_on(structure: Structure) -> dict[str, tuple[int, ...]]:
    """For each table the places that something later takes (or the championship), in order."""
    sources: list[Source] = [source for node in structure.nodes for source in (node.home, node.away)]
    sources += [source for table in structure.tables for source in table.members]
    sources += [structure.champion] if structure.champion else []
    ranks = {source for source in sources if isinstance(source, Rank)}
    return {
        table.id: tuple(sorted(rank.place for rank in ranks if rank.table == table.id))
        for table in structure.tables
    }


def to_come(record: Record, table_id: str, found: Known | None = None) -> tuple[Fixture, ...] | None:
    """The matches of a table without a result yet; None while it is open who plays some of them."""
    found = found or known(record)
    places = bracket(record.structure, found)
    fixtures: list[Fixture] = []
    for node in record.structure.nodes:
        place = places[node.id]
        if node.table != table_id:
            continue
        if place.status is Status.WAITING:
            return None
        if place.status is Status.PLAYABLE and place.home and place.away:
            fixtures.append(Fixture(node.id, place.home, place.away))
    return tuple(fixtures)


def prospects(record: Record, table_id: str, *, seed: str, draws: bool = False) -> Qualification | None:
    """Who can still go on from a table, as :func:`qualification` says it.

    None where the table leads nowhere by its first places, or it is not yet open who plays whom (a Swiss
    round to be paired). Raises KeyError when there is no such table.
    """
    found = known(record)
    table = running_table(record, table_id, found)
    places = places_leading_on(record.structure)[table_id]
    fixtures = to_come(record, table_id, found)
    if fixtures is None or not places or places != tuple(range(1, len(places) + 1)):
        return None
    return qualification(table, fixtures, len(places), seed=seed, draws=draws)


def _with(mapping: Mapping[str, _T], key: str, value: _T | None) -> dict[str, _T]:
    others = {one: kept for one, kept in mapping.items() if one != key}
    return others if value is None else others | {key: value}


def _fresh(record: Record, results: dict[str, NodeResult], tables: dict[str, tuple[str, ...]]) -> Known:
    return Known(seeds=dict(record.seeds), results=results, tables=tables, pairings=dict(record.pairings))


def _specs(record: Record) -> dict[str, TableSpec]:
    return {table.id: table for table in record.structure.tables}


def _new_results(record: Record, found: Known) -> dict[str, NodeResult]:
    """Results of nodes that are over, as far as it is clear who goes on from them."""
    results: dict[str, NodeResult] = {}
    for node in record.structure.nodes:
        if node.id in found.results:
            continue
        result = record.going_on.get(node.id) or _result(record, found, node)
        if result is not None:
            results[node.id] = result
    return results


def _result(record: Record, found: Known, node: Node) -> NodeResult | None:
    match = record.played.get(node.id)
    if match is None:
        return NodeResult(winner=None, loser=None) if node.id in record.closed else None
    winner = match.result.winner
    if winner is None and node.table is None:
        better = advance(record.structure, found, node.id, teams=match.teams)
        if better is None:
            return None
        winner = better.team
    return NodeResult(winner=winner, loser=None if winner is None else match.opponent(winner))


def _new_orders(record: Record, found: Known) -> dict[str, tuple[str, ...]]:
    """The order of tables whose teams are known and whose matches are all over."""
    settled = Settled(record.structure, found)
    waiting = {
        node.table
        for node in record.structure.nodes
        if settled.places[node.id].status in (Status.WAITING, Status.PLAYABLE)
    }
    orders: dict[str, tuple[str, ...]] = {}
    for spec in record.structure.tables:
        open_place = any(settled.taker(source) is None for source in spec.members)
        if spec.id in found.tables or open_place or waiting & {spec.id, *spec.carried}:
            continue
        rows = running_table(record, spec.id, found).rows()
        orders[spec.id] = tuple(row.team for row in rows if not row.disqualified)
    return orders
