"""Totals that have moved and were not told of yet."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from adapters.postgres.analytics_tables import SUMS
from adapters.postgres.analytics_totals import TOTALS
from domain.analytics.events import PlayerTotalsMoved, points_of

TELLERS_LOCK = 0x616E_616C
"""The advisory lock of the one process that tells."""
_MOVED = f"""
  select tenant_id, scope, scope_id, player, version, name, team, balls_per_over, {", ".join(SUMS)}
  from {TOTALS} where moved order by tenant_id, scope, scope_id, player limit $1
"""  # noqa: S608
# One that has moved again since stays moved. The rows are locked in the order of their key, as the consumers do.
_TOLD = f"""
  with told as (
    select t.tenant_id, t.scope, t.scope_id, t.player from {TOTALS} t
    join unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[])
      as k (tenant_id, scope, scope_id, player, version) using (tenant_id, scope, scope_id, player, version)
    order by 1, 2, 3, 4 for update of t
  )
  update {TOTALS} t set moved = false from told
  where (t.tenant_id, t.scope, t.scope_id, t.player) = (told.tenant_id, told.scope, told.scope_id, told.player)
"""  # noqa: S608


class Move(NamedTuple):
    """A total as it stands, with the version that names how it stands."""

    tenant_id: UUID
    version: int
    total: PlayerTotalsMoved


class AnalyticsMoves:
    """What is to be told, for the role ``pavilion_projector``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def waiting(self, limit: int) -> list[Move]:
        """Totals that have moved, up to ``limit``."""
        return [_move(row) for row in await self._pool.fetch(_MOVED, limit)]

    async def told(self, moves: Sequence[Move]) -> None:
        """They were told of, at these versions."""
        await self._pool.execute(
            _TOLD,
            [move.tenant_id for move in moves],
            [move.total.scope for move in moves],
            [move.total.scope_id for move in moves],
            [move.total.player for move in moves],
            [move.version for move in moves],
        )


def _move(row: asyncpg.Record) -> Move:
    sums = {name: row[name] for name in SUMS}
    return Move(
        row["tenant_id"],
        row["version"],
        PlayerTotalsMoved(
            scope=row["scope"],
            scope_id=row["scope_id"],
            player=row["player"],
            name=row["name"],
            team=row["team"],
            balls_per_over=row["balls_per_over"],
            **sums,
            points=points_of(sums),
        ),
    )
