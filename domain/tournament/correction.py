"""What the correction of an old result would change, looked at before anything is changed.

Tables, who goes on from them, who plays which later match, the champion: each before and after. A place in a
match that has already begun cannot simply change hands; such matches are named, and the correction waits for
a ruling.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from domain.tournament.format.model import Known, NodeResult, Structure
from domain.tournament.format.places import champion, resolve
from domain.tournament.match_summary import MatchSummary
from domain.tournament.record import Record, known, places_leading_on, running_table
from domain.tournament.running_table import Row

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """A table before and after. ``goes_on``: the teams in places that lead to a later match or table; those of
    a table not yet finished as it stands."""

    table: str
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    goes_on_before: tuple[str, ...]
    goes_on_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChange:
    """Who plays a match: ``before`` and ``after`` at home (side 1) or away (side 2), None if not known.
    ``begun``: the match has begun, or is over, with ``before``."""

    node: str
    side: Literal[1, 2]
    before: str | None
    after: str | None
    begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionPreview:
    """All that would change, the corrected match of ``node`` itself apart."""

    node: str
    before: MatchSummary | None
    after: MatchSummary | None
    tables: tuple[TableChange, ...]
    places: tuple[PlaceChange, ...]
    champion_before: str | None
    champion_after: str | None

    @property
    def disturbed(self) -> tuple[str, ...]:
        """The matches that have begun with a team whose place it no longer would be, in order of play."""
        return tuple(dict.fromkeys(place.node for place in self.places if place.begun))


def preview(
    record: Record,
    node: str,
    corrected: MatchSummary | None,
    *,
    begun: Collection[str],
    going_on: NodeResult | None = None,
) -> CorrectionPreview:
    """What changes if the result of ``node`` becomes ``corrected`` (None: it is taken back).

    ``begun``: the nodes whose matches have begun or are over. ``going_on``: who goes on from the node, where
    the result alone does not say. Raises KeyError when there is no such node.
    """
    if all(one.id != node for one in record.structure.nodes):
        raise KeyError(node)
    after = replace(
        record,
        played=_with(record.played, node, corrected),
        going_on=_with(record.going_on, node, going_on),
    )
    was, will_be = known(record), known(after)
    return CorrectionPreview(
        node=node,
        before=record.played.get(node),
        after=corrected,
        tables=_table_changes(record, was, after, will_be),
        places=_place_changes(record.structure, was, will_be, begun),
        champion_before=champion(record.structure, was),
        champion_after=champion(record.structure, will_be),
    )


def _with(mapping: Mapping[str, _T], key: str, value: _T | None) -> dict[str, _T]:
    others = {one: kept for one, kept in mapping.items() if one != key}
    return others if value is None else others | {key: value}


def _table_changes(record: Record, was: Known, after: Record, will_be: Known) -> tuple[TableChange, ...]:
    changes: list[TableChange] = []
    leading_on = places_leading_on(record.structure)
    for table in (spec.id for spec in record.structure.tables):
        old = tuple(running_table(record, table, was).rows())
        new = tuple(running_table(after, table, will_be).rows())
        if old != new:
            places = leading_on.get(table, ())
            changes.append(
                TableChange(
                    table=table,
                    before=old,
                    after=new,
                    goes_on_before=_going_on(old, places),
                    goes_on_after=_going_on(new, places),
                )
            )
    return tuple(changes)


def _going_on(rows: tuple[Row, ...], places: tuple[int, ...]) -> tuple[str, ...]:
    ranked = [row.team for row in rows if not row.disqualified]
    return tuple(ranked[place - 1] for place in places if place <= len(ranked))


def _place_changes(
    structure: Structure, was: Known, will_be: Known, begun: Collection[str]
) -> tuple[PlaceChange, ...]:
    old, new = resolve(structure, was), resolve(structure, will_be)
    sides: tuple[Literal[1, 2], ...] = (1, 2)
    return tuple(
        PlaceChange(
            node=node,
            side=side,
            before=old[node][side - 1],
            after=new[node][side - 1],
            begun=node in begun,
        )
        for node in old
        for side in sides
        if old[node][side - 1] != new[node][side - 1]
    )
