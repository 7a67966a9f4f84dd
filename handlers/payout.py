"""The write side of a payout. The mechanics are those of every stream (``handlers.stream``)."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from contracts import codec
from domain.payout.commands import PayoutCommand, ProposePayout
from domain.payout.decide import decide
from domain.payout.events import PayoutEvent
from domain.payout.evolve import evolve, initial
from domain.payout.state import PayoutState, Phase
from handlers.errors import PayoutNotFound
from handlers.ports import EventStore
from handlers.stream import AggregateKind, StreamAck, StreamHandler

PayoutAck = StreamAck[Phase]
"""Its summary is the phase after the command."""


def _ack(stream_id: UUID, first: int, names: Sequence[str], state: PayoutState, repeated: bool) -> PayoutAck:
    return StreamAck(
        stream_id=stream_id,
        version=state.version,
        first_version=first,
        events=tuple(names),
        summary=state.phase,
        repeated=repeated,
    )


PAYOUT: AggregateKind[PayoutState, PayoutCommand, PayoutEvent, PayoutAck] = AggregateKind(
    name=codec.PAYOUT,
    initial=initial,
    decide=decide,
    evolve=evolve,
    encode=codec.PAYOUT_EVENTS.encode,
    decode=codec.PAYOUT_EVENTS.decode,
    schema_versions=codec.PAYOUT_EVENTS.schema_versions,
    answer=_ack,
    encode_command=partial(codec.encode_command, codec.PAYOUT),
    created_by=(ProposePayout,),
    not_found=PayoutNotFound,
)


class PayoutHandler(StreamHandler[PayoutState, PayoutCommand, PayoutEvent, PayoutAck]):
    """Serves commands and reads of payouts. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_payouts: int = 100) -> None:
        super().__init__(store, PAYOUT, cached_streams=cached_payouts)
