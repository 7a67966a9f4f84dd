"""The table of the read model of payouts, and how its rows are written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from adapters.postgres.read_model import ReadModel
from adapters.postgres.tables import Table, jsonb, table_of, timestamp, write_all
from contracts.codec import PAYOUT
from contracts.topics import PAYMENT_EVENTS
from projections.payout import PayoutFold, PayoutRow


class PayoutTable(SQLModel, table=True):
    __tablename__ = "rm_payout"  # type: ignore[assignment]
    tenant_id: UUID
    payout_id: UUID = Field(primary_key=True)
    version: int
    tournament_id: UUID
    status: str
    created_at: datetime = timestamp()
    document: dict[str, Any] = jsonb()


PAYOUTS = table_of(PayoutTable, versioned=True)
_WRITE = write_all((PAYOUTS,))


async def write_payouts(connection: Any, rows: Iterable[PayoutRow]) -> None:
    """Write the rows of many payouts."""
    await connection.execute(_WRITE, *zip(*rows, strict=True))


def payout_rows(rows: Sequence[PayoutRow]) -> dict[Table, list[tuple[Any, ...]]]:
    """The rows by their table."""
    return {PAYOUTS: list(rows)}


PAYOUT_MODEL = ReadModel(
    projection="payout",
    plural="payouts",
    consumer="payouts",
    topic=PAYMENT_EVENTS.name,
    kind=PAYOUT,
    key="payout_id",
    tables=(PAYOUTS,),
    fold=PayoutFold,
    rows=payout_rows,
    write=write_payouts,
)
