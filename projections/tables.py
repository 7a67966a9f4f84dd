"""The tables of a tournament from its state."""

from collections.abc import Iterator

from domain.tournament.format.model import TableSpec
from domain.tournament.lifecycle.known import table_rows
from domain.tournament.lifecycle.state import TournamentState
from domain.tournament.standings import Row


def tables(state: TournamentState) -> Iterator[tuple[TableSpec, list[Row]]]:
    """Each table of the structure with its rows, best first; nothing before the draw."""
    for table in state.structure.tables if state.structure else ():
        yield table, table_rows(state, table)
