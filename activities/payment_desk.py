"""What a payment is told, and what is read of it: news of its entry, of Stripe, and of the steps taken."""

from dataclasses import dataclass

from activities.desk import Desk
from contracts import codec
from contracts.entry import BegunPayment
from contracts.payments import Intent
from contracts.work import Aggregate, Progress
from domain.payment import commands as c
from domain.payment.state import PaymentState
from domain.tournament.lifecycle.fees import facts_of
from handlers.ledger import Books
from handlers.payment import PaymentHandler
from handlers.payment_provider import PaymentProvider
from handlers.ports import EventStore
from handlers.tournament import TournamentHandler
from projections.payment_facts import whole_look
from projections.progress import payment_progress

State = PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPorts:
    """What payments touch."""

    store: EventStore
    payments: PaymentHandler
    tournaments: TournamentHandler
    provider: PaymentProvider
    ledger: Books


class PaymentDesk(Desk[PaymentState, c.PaymentCommand]):
    """Payments as everything about them is written down."""

    def __init__(self, ports: PaymentPorts) -> None:
        super().__init__(
            ports.payments, ports.store, kind=codec.PAYMENT, stream_of=lambda aggregate: aggregate.id
        )
        self.ports = ports

    async def hear(self, aggregate: Aggregate) -> None:
        terms = await self.read(aggregate, lambda state: state.terms)
        facts = await self.ports.tournaments.read(
            aggregate.tenant_id, terms.tournament, lambda state: facts_of(state, terms.number)
        )
        await self.tell(aggregate, c.HearOfEntry(entry=facts))

    async def observe(self, aggregate: Aggregate, intent: Intent) -> None:
        """A whole look: the intent as fetched, and what there is about a charge that succeeded. Of a dispute that was
        won before anybody looked the charge says nothing, but Stripe keeps its fee: one that is known to be paid is
        asked for disputes each time."""
        provider = self.ports.provider
        charge = intent.latest_charge
        asked, paid = await self.read(
            aggregate, lambda state: (bool(state.asked or state.refunds), state.paid is not None)
        )
        refunds = await provider.refunds(intent.id) if charge and (charge.amount_refunded or asked) else ()
        disputes = await provider.disputes(intent.id) if charge and (charge.disputed or paid) else ()
        await self.tell(aggregate, c.ObserveIntent(seen=whole_look(intent, refunds, disputes)))

    async def begun(self, aggregate: Aggregate, intent: Intent | None) -> BegunPayment:
        secret = intent.client_secret if intent is not None else None

        def render(state: State) -> BegunPayment:
            payable = state.intent_open and not state.ended and intent is not None
            if payable and intent is not None and (state.intent is None or intent.id != state.intent.id):
                payable = False
            return BegunPayment(
                payment_id=aggregate.id,
                phase=state.phase.value,
                amount=state.terms.fee.amount,
                currency=state.terms.fee.currency,
                client_secret=secret if payable else None,
            )

        return await self.read(aggregate, render)

    async def progress(self, aggregate: Aggregate) -> Progress:
        return await self.read(aggregate, lambda state: payment_progress(aggregate.id, state))
