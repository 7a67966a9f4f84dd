"""The tables of a tournament from its state."""

from collections.abc import Iterator
from typing import Any

from domain.tournament.format.model import TableSpec
from domain.tournament.lifecycle.state import TournamentState


def tables(state: TournamentState) -> Iterator[tuple[TableSpec, list[Any]]]:
    """Each table with its rows, best first."""
    yield from ()
