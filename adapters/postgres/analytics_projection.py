"""The read models of analytics: how their rows are written, and the totals with them."""

from collections.abc import Sequence
from typing import Any

from adapters.postgres.analytics_tables import PLAYERS, TABLE_OF, TABLES
from adapters.postgres.analytics_totals import MOVE, TELL, make_anew
from adapters.postgres.read_model import ReadModel
from adapters.postgres.tables import Table, upsert
from contracts.codec import MATCH
from contracts.topics import BALL_EVENTS
from projections.analytics import AnalyticsFold
from projections.analytics_rows import KEYS, KINDS, Changes, PlayerRow

_UPSERTS = {kind: upsert(table, 1) for kind, table in TABLE_OF.items()}


def _delete(kind: type[Any]) -> str:
    table = TABLE_OF[kind]
    columns = table.columns[1 : KEYS[kind]]
    arrays = ", ".join(f"${number}::{table.types[number]}[]" for number in range(1, KEYS[kind]))
    named = ", ".join(f'"{name}"' for name in columns)
    return f"delete from {table.name} where ({named}) in (select * from unnest({arrays}))"  # noqa: S608


_DELETES = {kind: _delete(kind) for kind in KINDS}


async def write_changes(connection: Any, changes: Sequence[Changes]) -> None:
    """Write the rows of many matches, and move the totals by what differs."""
    players: list[PlayerRow] = [row for change in changes for row in change.rows[PlayerRow]]
    gone = {kind: [key for change in changes for key in change.gone.get(kind, ())] for kind in KINDS}
    if players or gone[PlayerRow]:
        columns = _columns(players, len(PLAYERS.columns))
        await connection.execute(MOVE, *columns, *_columns([key[1:] for key in gone[PlayerRow]], 2))
    for kind, keys in gone.items():
        if keys:
            await connection.execute(_DELETES[kind], *_columns([key[1:] for key in keys], KEYS[kind] - 1))
    for kind in KINDS:
        rows = [row for change in changes for row in change.rows[kind]]
        if rows:
            await connection.execute(_UPSERTS[kind], *_columns(rows, len(TABLE_OF[kind].columns)))
    told = [_said(row, again) for change in changes for row, again in change.told]
    if told:
        await connection.execute(TELL, *_columns(told, len(told[0])))


def _said(row: PlayerRow, again: bool) -> tuple[Any, ...]:
    return (
        *(row.tenant_id, row.player, row.season, row.tournament, row.name, row.team, row.balls_per_over),
        *(row.bat_innings > 0, row.bowl_innings > 0, again),
    )


def rows_by_table(changes: Sequence[Changes]) -> dict[Table, list[tuple[Any, ...]]]:
    """The rows of all changes, by the table they belong to, in the order of TABLES."""
    return {
        table: [row for change in changes for row in change.rows[kind]] for kind, table in TABLE_OF.items()
    }


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


ANALYTICS_MODEL = ReadModel(
    projection="analytics",
    plural="analytics",
    consumer="analytics",
    topic=BALL_EVENTS.name,
    kind=MATCH,
    key="match_id",
    tables=TABLES,
    fold=AnalyticsFold,
    rows=rows_by_table,
    write=write_changes,
    settle=make_anew,
)
