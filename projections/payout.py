"""The read model of a payout: a fold of its events, and its row."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from domain.payout.evolve import evolve, initial
from domain.payout.state import PayoutState
from projections import payout_views as views

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


class PayoutFold:
    """One payout's state, and what of it stands in the read model."""

    __slots__ = ("_times", "payout_id", "state", "tenant_id", "written_version")

    def __init__(self, tenant_id: UUID, payout_id: UUID) -> None:
        self.tenant_id = tenant_id
        self.payout_id = payout_id
        self.state: PayoutState = initial()
        self.written_version = 0
        self._times: list[datetime] = []

    @property
    def version(self) -> int:
        """The version of the last event that was applied."""
        return self.state.version

    def apply(self, event: Any, recorded_at: datetime) -> None:
        """Fold in the event of the next version."""
        self.state = evolve(self.state, event)
        self._times.append(recorded_at)

    def keep(self) -> None:
        """What was last shown stands in the read model."""
        self.written_version = self.state.version

    def changes(self) -> PayoutRow:
        """The row as it is now."""
        state = self.state
        return PayoutRow(
            self.tenant_id,
            self.payout_id,
            state.version,
            state.terms.tournament,
            state.phase.value,
            self._times[0],
            _encoder.encode(views.payout(state)).decode(),
        )
