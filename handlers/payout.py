"""The write side of a payout. The mechanics are those of every stream (``handlers.stream``)."""

from contracts import codec
from domain.payout.commands import PayoutCommand, ProposePayout
from domain.payout.decide import decide
from domain.payout.events import PayoutEvent
from domain.payout.evolve import evolve, initial
from domain.payout.state import PayoutState, Phase
from handlers.errors import PayoutNotFound
from handlers.kept import kept_kind
from handlers.ports import EventStore
from handlers.stream import AggregateKind, StreamAck, StreamHandler

PayoutAck = StreamAck[Phase]
"""Its summary is the phase after the command."""

PAYOUT: AggregateKind[PayoutState, PayoutCommand, PayoutEvent, PayoutAck] = kept_kind(
    codec.PAYOUT,
    codec.PAYOUT_EVENTS,
    initial=initial,
    decide=decide,
    evolve=evolve,
    created_by=ProposePayout,
    not_found=PayoutNotFound,
)


class PayoutHandler(StreamHandler[PayoutState, PayoutCommand, PayoutEvent, PayoutAck]):
    """Serves commands and reads of payouts. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_payouts: int = 100) -> None:
        super().__init__(store, PAYOUT, cached_streams=cached_payouts)
