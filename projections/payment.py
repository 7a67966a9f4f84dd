"""The read models of a payment: a fold of its events, and its rows."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from domain.payment.evolve import evolve, initial
from domain.payment.state import PaymentState
from projections import payment_views as views


class PaymentRow(NamedTuple):
    """``document`` is JSON, here and below."""

    tenant_id: UUID
    payment_id: UUID
    version: int
    tournament_id: UUID
    team: str
    status: str
    created_at: datetime
    document: str


class RefundRow(NamedTuple):
    """``name`` tells it from the payment's others; ``version``: of the event it began with."""

    tenant_id: UUID
    payment_id: UUID
    name: str
    version: int
    tournament_id: UUID
    team: str
    status: str
    created_at: datetime
    document: str


class PaymentChanges(NamedTuple):
    """The rows of one payment that are new or different. None ever goes."""

    payment: PaymentRow
    refunds: list[RefundRow]


class PaymentFold:
    """One payment's state, and what of it stands in the read models."""

    __slots__ = ("_refunds", "_times", "_written", "payment_id", "state", "tenant_id", "written_version")

    def __init__(self, tenant_id: UUID, payment_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.payment_id = payment_id
        self.state: PaymentState = initial()
        self.written_version = 0
        self._times: list[datetime] = []
        self._refunds: dict[str, RefundRow] = {}
        self._written: dict[str, RefundRow] = {}

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self.state.version

    def apply(self, event: Any, recorded_at: datetime) -> None:
        """Fold in the event of the next version."""
        self.state = evolve(self.state, event)
        self._times.append(recorded_at)

    def keep(self) -> None:
        """What was last shown stands in the read models."""
        self.written_version = self.state.version
        self._written = self._refunds

    def changes(self) -> PaymentChanges:
        """The rows that are new or different since ``keep``."""
        state, terms = self.state, self.state.terms
        self._refunds = {
            name: RefundRow(
                self.tenant_id,
                self.payment_id,
                name,
                one["version"],
                terms.tournament,
                terms.team,
                one["status"],
                self._times[one["version"] - 1],
                _json(one),
            )
            for name, one in views.refunds(state, self.payment_id).items()
        }
        return PaymentChanges(
            PaymentRow(
                self.tenant_id,
                self.payment_id,
                state.version,
                terms.tournament,
                terms.team,
                state.phase.value,
                self._times[0],
                _json(views.payment(state, self.payment_id)),
            ),
            [row for name, row in self._refunds.items() if self._written.get(name) != row],
        )


_encoder = msgspec.json.Encoder(enc_hook=str)


def _json(value: Any) -> str:
    return _encoder.encode(value).decode()
