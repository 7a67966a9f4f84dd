"""The read models of analytics: how their rows are written, and the totals with them."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from adapters.postgres.analytics_tables import TABLE_OF, TABLES
from adapters.postgres.analytics_totals import TELL, make_anew, move
from adapters.postgres.read_model import ReadModel
from adapters.postgres.tables import Table, upsert, write_all
from contracts.codec import MATCH
from contracts.topics import BALL_EVENTS
from projections.analytics import AnalyticsFold
from projections.analytics_rows import KEYS, KINDS, Changes, MeetingRow, PlayerRow

STAGED: tuple[type[Any], ...] = (PlayerRow, MeetingRow)
"""The rows that are many go by COPY into a table of the session's own, and from there to where they stand: COPY straight
to where they stand is refused under row-level security, and arrays of columns cost three times the encoding."""
TOGETHER = 20
"""Matches whose rows are sent together, while those of the next ones are worked out."""
_STAGES = {kind: f"staged_{TABLE_OF[kind].name}" for kind in STAGED}
# Emptied too: another write of the same transaction may have left rows.
_LAY_OUT = "; ".join(
    f"create temp table if not exists {stage} (like {TABLE_OF[kind].name}) on commit delete rows; delete from {stage}"  # noqa: S608
    for kind, stage in _STAGES.items()
)
_TAKE = {
    kind: upsert(TABLE_OF[kind], f"select * from {stage} where match_id = any($1::uuid[])")  # noqa: S608
    for kind, stage in _STAGES.items()
}
_MOVE = move(_STAGES[PlayerRow])
_FEW = tuple(kind for kind in KINDS if kind not in STAGED)
_WRITE_FEW = write_all([TABLE_OF[kind] for kind in _FEW])


def _delete(kind: type[Any]) -> str:
    table = TABLE_OF[kind]
    columns = table.columns[1 : KEYS[kind]]
    arrays = ", ".join(f"${number}::{table.types[number]}[]" for number in range(1, KEYS[kind]))
    named = ", ".join(f'"{name}"' for name in columns)
    return f"delete from {table.name} where ({named}) in (select * from unnest({arrays}))"  # noqa: S608


_DELETES = {kind: _delete(kind) for kind in KINDS}


async def write_changes(connection: Any, changes: Iterable[Changes]) -> None:
    """Write the rows of many matches, and move the totals by what differs."""
    written = await _write_as_they_come(connection, changes)
    gone = _gone(PlayerRow, written)
    unlike = await connection.fetch(_MOVE, *_columns(gone, 2))
    if gone:
        await connection.execute(_DELETES[PlayerRow], *_columns(gone, 2))
    await connection.execute(_TAKE[PlayerRow], _matches_with(PlayerRow, written))
    told = [
        (row.tenant_id, row.player, row.season, row.tournament) for change in written for row in change.told
    ]
    if told or unlike:
        await connection.execute(TELL, *_columns([*unlike, *told], 4))


async def _write_as_they_come(connection: Any, changes: Iterable[Changes]) -> list[Changes]:
    """Write all rows but those of players, which are staged. The server takes some while the next are worked out."""
    written: list[Changes] = []
    part: list[Changes] = []
    writing: asyncio.Future[None] = asyncio.ensure_future(connection.execute(_LAY_OUT))
    try:
        for change in changes:
            part.append(change)
            await asyncio.sleep(0)  # what the server has answered is taken, and the next statement sent
            if len(part) == TOGETHER:
                await writing
                writing = asyncio.ensure_future(_write_part(connection, part))
                written, part = written + part, []
        await writing
        await _write_part(connection, part)
    finally:
        await asyncio.wait([writing])
    return written + part


async def _write_part(connection: Any, changes: Sequence[Changes]) -> None:
    rows = {kind: [row for change in changes for row in change.rows[kind]] for kind in KINDS}
    for kind, stage in _STAGES.items():
        await connection.copy_records_to_table(stage, records=rows[kind], columns=TABLE_OF[kind].columns)
    for kind in KINDS:
        if kind is not PlayerRow and (keys := _gone(kind, changes)):
            await connection.execute(_DELETES[kind], *_columns(keys, KEYS[kind] - 1))
    await connection.execute(_TAKE[MeetingRow], _matches_with(MeetingRow, changes))
    few = (column for kind in _FEW for column in _columns(rows[kind], len(TABLE_OF[kind].columns)))
    await connection.execute(_WRITE_FEW, *few)


def _matches_with(kind: type[Any], changes: Iterable[Changes]) -> list[UUID]:
    return [rows[0].match_id for change in changes if (rows := change.rows[kind])]


def _gone(kind: type[Any], changes: Iterable[Changes]) -> list[tuple[Any, ...]]:
    """What names the rows that are gone, without the tenant."""
    return [key[1:] for change in changes for key in change.gone.get(kind, ())]


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
