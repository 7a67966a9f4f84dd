"""The read model of a payout: a fold of its events, and its row."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from domain.payout.evolve import evolve, initial
from domain.payout.state import PayoutState
from projections import payout_views as views
from projections.fold import StreamFold

_encoder = msgspec.json.Encoder(enc_hook=str)


class PayoutRow(NamedTuple):
    """``document`` is JSON."""

    tenant_id: UUID
    payout_id: UUID
    version: int
    tournament_id: UUID
    status: str
    created_at: datetime
    document: str


class PayoutFold(StreamFold[PayoutState]):
    """One payout's state, and what of it stands in the read model."""

    __slots__ = ()

    def __init__(self, tenant_id: UUID, payout_id: UUID) -> None:
        super().__init__(tenant_id, payout_id, initial(), evolve)

    def changes(self) -> PayoutRow:
        """The row as it is now."""
        state = self.state
        return PayoutRow(
            self.tenant_id,
            self.stream_id,
            state.version,
            state.terms.tournament,
            state.phase.value,
            self.times[0],
            _encoder.encode(views.payout(state)).decode(),
        )
