"""The tables of the read models of payments, and how their rows are written."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from adapters.postgres.read_model import ReadModel
from adapters.postgres.tables import Table, jsonb, table_of, timestamp, write_all
from contracts.codec import PAYMENT
from contracts.topics import PAYMENT_EVENTS
from projections.payment import PaymentChanges, PaymentFold


class PaymentTable(SQLModel, table=True):
    __tablename__ = "rm_payment"  # type: ignore[assignment]
    tenant_id: UUID
    payment_id: UUID = Field(primary_key=True)
    version: int
    tournament_id: UUID
    team: str
    status: str
    created_at: datetime = timestamp()
    document: dict[str, Any] = jsonb()


class RefundTable(SQLModel, table=True):
    __tablename__ = "rm_refund"  # type: ignore[assignment]
    tenant_id: UUID
    payment_id: UUID = Field(primary_key=True)
    name: str = Field(primary_key=True)
    version: int
    tournament_id: UUID
    team: str
    status: str
    created_at: datetime = timestamp()
    document: dict[str, Any] = jsonb()


PAYMENTS = table_of(PaymentTable, versioned=True)
REFUNDS = table_of(RefundTable)
TABLES = (PAYMENTS, REFUNDS)
_WRITE_ALL = write_all(TABLES)


async def write_payments(connection: Any, changes: Iterable[PaymentChanges]) -> None:
    """Write the rows of many payments."""
    columns: list[Sequence[Any]] = []
    for table, rows in payment_rows(list(changes)).items():
        columns += zip(*rows, strict=True) if rows else [()] * len(table.columns)
    await connection.execute(_WRITE_ALL, *columns)


def payment_rows(changes: Sequence[PaymentChanges]) -> dict[Table, list[tuple[Any, ...]]]:
    """The rows of all changes, by the table they belong to, in the order of TABLES."""
    return {
        PAYMENTS: [change.payment for change in changes],
        REFUNDS: [row for change in changes for row in change.refunds],
    }


PAYMENT_MODEL = ReadModel(
    projection="payment",
    plural="payments",
    consumer="payments",
    topic=PAYMENT_EVENTS.name,
    kind=PAYMENT,
    key="payment_id",
    tables=TABLES,
    fold=PaymentFold,
    rows=payment_rows,
    write=write_payments,
)
