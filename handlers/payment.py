"""The write side of a payment. The mechanics are those of every stream (``handlers.stream``)."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from contracts import codec
from domain.payment.commands import PaymentCommand, RequestPayment
from domain.payment.decide import decide
from domain.payment.events import PaymentEvent
from domain.payment.evolve import evolve, initial
from domain.payment.state import PaymentState, Phase
from handlers.errors import PaymentNotFound
from handlers.ports import EventStore
from handlers.stream import AggregateKind, StreamAck, StreamHandler

PaymentAck = StreamAck[Phase]
"""Its summary is the phase after the command."""


def _ack(
    stream_id: UUID, first: int, names: Sequence[str], state: PaymentState, repeated: bool
) -> PaymentAck:
    return StreamAck(
        stream_id=stream_id,
        version=state.version,
        first_version=first,
        events=tuple(names),
        summary=state.phase,
        repeated=repeated,
    )


PAYMENT: AggregateKind[PaymentState, PaymentCommand, PaymentEvent, PaymentAck] = AggregateKind(
    name=codec.PAYMENT,
    initial=initial,
    decide=decide,
    evolve=evolve,
    encode=codec.PAYMENT_EVENTS.encode,
    decode=codec.PAYMENT_EVENTS.decode,
    schema_versions=codec.PAYMENT_EVENTS.schema_versions,
    answer=_ack,
    encode_command=partial(codec.encode_command, codec.PAYMENT),
    created_by=(RequestPayment,),
    not_found=PaymentNotFound,
)


class PaymentHandler(StreamHandler[PaymentState, PaymentCommand, PaymentEvent, PaymentAck]):
    """Serves commands and reads of payments. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_payments: int = 1000) -> None:
        super().__init__(store, PAYMENT, cached_streams=cached_payments)
