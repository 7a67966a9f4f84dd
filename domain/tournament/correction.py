"""What the correction of an old result would change, looked at before anything is changed.

Tables, who goes on from them, who plays which later match, the champion: each before and after. A place in a
match that has already begun cannot simply change hands; such matches are named, and the correction waits for
a ruling.
"""

from collections.abc import Collection
from dataclasses import dataclass

from domain.tournament.format.model import Known, Structure
from domain.tournament.format.places import champion, resolve
from domain.tournament.match_summary import MatchSummary
from domain.tournament.record import Record, known, places_leading_on, running_table
from domain.tournament.running_table import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """A table before and after. ``goes_on``: the teams in places that lead to a later match or table; those of
    a table not yet finished as it stands."""

    table: str
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    goes_on_before: tuple[str, ...]
    goes_on_after: tuple[str, ...]


Pair = tuple[str | None, str | None]
"""Home and away, None where not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChange:
    """Who plays a match before and after. ``begun``: it has begun, or is over, with ``before``."""

    node: str
    before: Pair
    after: Pair
    begun: bool

    @property
    def disturbed(self) -> bool:
        """It has begun with a team whose place it no longer would be (that only home and away change is none)."""
        return self.begun and set(self.before) != set(self.after)


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
        return tuple(place.node for place in self.places if place.disturbed)


def preview(before: Record, after: Record, node: str, *, begun: Collection[str]) -> CorrectionPreview:
    """What changes when the result of ``node`` is corrected, so that the record ``before`` becomes ``after``
    (:func:`domain.tournament.record.corrected`).

    ``begun``: the nodes whose matches have begun or are over.
    """
    was, will_be = known(before), known(after)
    return CorrectionPreview(
        node=node,
        before=before.played.get(node),
        after=after.played.get(node),
        tables=_table_changes(before, was, after, will_be),
        places=_place_changes(before.structure, was, will_be, begun),
        champion_before=champion(before.structure, was),
        champion_after=champion(before.structure, will_be),
    )


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
    return tuple(
        PlaceChange(node=node, before=old[node], after=new[node], begun=node in begun)
        for node in old
        if old[node] != new[node]
    )
