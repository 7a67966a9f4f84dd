"""The write side of a payment. The mechanics are those of every stream (``handlers.stream``)."""

from contracts import codec
from domain.payment.commands import PaymentCommand, RequestPayment
from domain.payment.decide import decide
from domain.payment.events import PaymentEvent
from domain.payment.evolve import evolve, initial
from domain.payment.state import PaymentState, Phase
from handlers.errors import PaymentNotFound
from handlers.kept import kept_kind
from handlers.ports import EventStore
from handlers.stream import AggregateKind, StreamAck, StreamHandler

PaymentAck = StreamAck[Phase]
"""Its summary is the phase after the command."""

PAYMENT: AggregateKind[PaymentState, PaymentCommand, PaymentEvent, PaymentAck] = kept_kind(
    codec.PAYMENT,
    codec.PAYMENT_EVENTS,
    initial=initial,
    decide=decide,
    evolve=evolve,
    created_by=RequestPayment,
    not_found=PaymentNotFound,
)


class PaymentHandler(StreamHandler[PaymentState, PaymentCommand, PaymentEvent, PaymentAck]):
    """Serves commands and reads of payments. One per process; safe to call from many tasks."""

    def __init__(self, store: EventStore, *, cached_payments: int = 1000) -> None:
        super().__init__(store, PAYMENT, cached_streams=cached_payments)
