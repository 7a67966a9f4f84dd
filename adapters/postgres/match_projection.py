"""The read models of matches: how their rows are written."""

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.postgres.match_tables import (
    BALLS,
    CARDS,
    DELETE_DETAILS,
    FALLS,
    MATCHES,
    OVERS,
    PARTNERSHIPS,
    TABLES,
    WRITE_ALL,
)
from adapters.postgres.read_model import ReadModel
from adapters.postgres.tables import Table
from contracts.codec import MATCH
from contracts.topics import BALL_EVENTS
from projections.match import MatchFold
from projections.match_rows import MatchChanges


async def write_changes(connection: Any, worked_out: Iterable[MatchChanges]) -> None:
    """Write the rows of many matches."""
    changes = list(worked_out)
    replaced = [change.match.match_id for change in changes if change.whole]
    if replaced:
        for statement in DELETE_DETAILS:
            await connection.execute(statement, replaced)
    columns: list[Sequence[Any]] = []
    for table, rows in rows_by_table(changes).items():
        columns += zip(*rows, strict=True) if rows else [()] * len(table.columns)
    await connection.execute(WRITE_ALL, *columns)


def rows_by_table(changes: Sequence[MatchChanges]) -> dict[Table, list[tuple[Any, ...]]]:
    """The rows of all changes, by the table they belong to, in the order of TABLES."""
    return {
        MATCHES: [change.match for change in changes],
        CARDS: [change.card for change in changes],
        BALLS: [row for change in changes for row in change.balls],
        OVERS: [row for change in changes for row in change.overs],
        FALLS: [row for change in changes for row in change.falls],
        PARTNERSHIPS: [row for change in changes for row in change.partnerships],
    }


MATCH_MODEL = ReadModel(
    projection="match",
    plural="matches",
    consumer="projector",
    topic=BALL_EVENTS.name,
    kind=MATCH,
    key="match_id",
    tables=TABLES,
    fold=MatchFold,
    rows=rows_by_table,
    write=write_changes,
)
