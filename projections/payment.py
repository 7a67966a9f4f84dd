"""The read models of a payment: a fold of its events, and its rows."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from domain.payment.evolve import evolve, initial
from domain.payment.state import PaymentState
from projections import payment_views as views
from projections.fold import StreamFold


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


class PaymentFold(StreamFold[PaymentState]):
    """One payment's state, and what of it stands in the read models."""

    __slots__ = ("_refunds", "_written")

    def __init__(self, tenant_id: UUID, payment_id: UUID) -> None:
        super().__init__(tenant_id, payment_id, initial(), evolve)
        self._refunds: dict[str, RefundRow] = {}
        self._written: dict[str, RefundRow] = {}

    def keep(self) -> None:
        super().keep()
        self._written = self._refunds

    def changes(self) -> PaymentChanges:
        """The rows that are new or different since ``keep``."""
        state, terms = self.state, self.state.terms
        self._refunds = {
            name: RefundRow(
                self.tenant_id,
                self.stream_id,
                name,
                one["version"],
                terms.tournament,
                terms.team,
                one["status"],
                self.times[one["version"] - 1],
                _json(one),
            )
            for name, one in views.refunds(state, self.stream_id).items()
        }
        return PaymentChanges(
            PaymentRow(
                self.tenant_id,
                self.stream_id,
                state.version,
                terms.tournament,
                terms.team,
                state.phase.value,
                self.times[0],
                _json(views.payment(state, self.stream_id)),
            ),
            [row for name, row in self._refunds.items() if self._written.get(name) != row],
        )


_encoder = msgspec.json.Encoder(enc_hook=str)


def _json(value: Any) -> str:
    return _encoder.encode(value).decode()
