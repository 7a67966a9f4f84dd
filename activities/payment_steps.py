"""The steps of a payment: at Stripe, in the tournament, in the books.

A step is taken only as long as the payment's own state wants it, under a key that names it, and what came of it
is appended before anything else is done. So a crash at any line repeats a step that Stripe, the tournament or
the books recognise.
"""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.aggregates import now
from activities.desk import Taking, wait_until_found
from activities.payment_desk import PaymentDesk
from contracts.entry import BegunPayment
from contracts.payments import Intent
from domain.match.errors import CommandRefused
from domain.payment import commands as c
from domain.payment import steps as s
from domain.payment.booking import transactions
from domain.payment.state import PaymentState
from domain.tournament.lifecycle.commands import ConfirmEntry, TournamentCommand, WithdrawEntry
from handlers.payment_provider import ProviderRefused, ProviderUnavailable
from projections.payment_facts import number_of

PaymentTaking = Taking[PaymentState, s.Does]
"""A step of a payment being taken."""


class PaymentSteps:
    """Takes the steps of payments. What it raises of Stripe or the store is for who asked to tell."""

    def __init__(self, desk: PaymentDesk) -> None:
        self._desk = desk
        self._ports = desk.ports

    async def take(self, taking: PaymentTaking) -> BegunPayment | None:
        match taking.step.does:
            case s.CreateIntent():
                return await self._create_intent(taking)
            case s.CancelIntent() as does:
                await self._cancel_intent(taking, does)
            case s.GiveRefund() as does:
                await self._refund(taking, does)
            case s.ConfirmPlace():
                terms = taking.state.terms
                await self._decide_place(taking, ConfirmEntry(team=terms.team, number=terms.number))
            case s.ReleasePlace():
                terms = taking.state.terms
                reason = "the payment was called off"
                await self._decide_place(
                    taking, WithdrawEntry(team=terms.team, reason=reason, number=terms.number)
                )
            case s.KeepBooks() as does:
                await self._keep_books(taking, does)
        return None

    async def _create_intent(self, taking: PaymentTaking) -> BegunPayment | None:
        provider, terms, aggregate = self._ports.provider, taking.state.terms, taking.aggregate
        intent = await self._find_intent(taking) if taking.may_be_old else None
        if intent is None:
            try:
                intent = await provider.create_intent(
                    taking.key,
                    terms.fee.amount,
                    terms.fee.currency,
                    taking.metadata,
                    f"{terms.tournament_name}: entry fee of {terms.team_name}",
                )
            except ProviderRefused as refusal:
                await self._desk.tell(aggregate, c.NoteIntentRefused(code=refusal.code))
                return None
            except ProviderUnavailable as failure:
                if not failure.key_spent:
                    raise
                intent = await self._after_a_spent_key(taking, failure)
        if intent is None:
            return None
        await self._desk.observe(aggregate, intent)
        return await self._desk.begun(aggregate, intent)

    async def _after_a_spent_key(self, taking: PaymentTaking, failure: ProviderUnavailable) -> Intent | None:
        """The intent, if it came to be nevertheless. Only when a search would find it another key is used."""
        found = await self._find_intent(taking)
        if found is None:
            wait_until_found(failure)
            await self._spend_key(taking)
        return found

    async def _find_intent(self, taking: PaymentTaking) -> Intent | None:
        found = await self._ports.provider.find_intent(str(taking.aggregate.id))
        return None if found is None or found.status == "canceled" else found

    async def _cancel_intent(self, taking: PaymentTaking, does: s.CancelIntent) -> None:
        provider = self._ports.provider
        try:
            intent = await provider.cancel_intent(does.intent, taking.key)
        except ProviderRefused:
            # It has succeeded, or is on its way: what it is by now says what follows.
            intent = await provider.intent(does.intent)
            if intent.status not in ("succeeded", "canceled"):
                # Stripe keeps a refusal, too, and would give it again when the intent can be cancelled.
                await self._spend_key(taking)
                raise
        except ProviderUnavailable as failure:
            if not failure.key_spent:
                raise
            intent = await provider.intent(does.intent)
            if intent.status != "canceled":
                await self._spend_key(taking)
        await self._desk.observe(taking.aggregate, intent)

    async def _refund(self, taking: PaymentTaking, does: s.GiveRefund) -> None:
        """Refunds are looked for before each is made: one made by hand leaves less to give."""
        provider, aggregate = self._ports.provider, taking.aggregate
        await self._desk.observe(aggregate, await provider.intent(does.intent))
        state = await self._desk.read(aggregate, lambda state: state)
        if taking.step not in s.steps(state):
            return
        try:
            await provider.refund(does.intent, taking.key, does.amount.amount, taking.metadata)
        except ProviderRefused as refusal:
            await self._desk.tell(aggregate, c.NoteRefundRefused(number=does.number, code=refusal.code))
        except ProviderUnavailable as failure:
            if not failure.key_spent:
                raise
            made = {number_of(refund) for refund in await provider.refunds(does.intent)}
            if does.number not in made:
                await self._spend_key(taking)
        await self._desk.observe(aggregate, await provider.intent(does.intent))

    async def _spend_key(self, taking: PaymentTaking) -> None:
        step = taking.step
        await self._desk.tell(taking.aggregate, c.NoteKeySpent(step=step.name, attempt=step.attempt))

    async def _decide_place(self, taking: PaymentTaking, command: TournamentCommand) -> None:
        """Put to the tournament; what it has decided, by this or before, is then heard from its stream."""
        tournaments, aggregate, terms = self._ports.tournaments, taking.aggregate, taking.state.terms
        try:
            await tournaments.execute(
                aggregate.tenant_id,
                terms.tournament,
                (command,),
                idempotency_key=taking.key,
                now=terms.clock.here(now()),
            )
        except CommandRefused as refusal:
            activity.logger.info("payment.place_refused", extra={"why": str(refusal)})
        await self._desk.hear(aggregate)
        after = await self._desk.read(aggregate, lambda state: state)
        if taking.step in s.steps(after):
            raise ApplicationError("the tournament has not decided", type="entry_undecided")

    async def _keep_books(self, taking: PaymentTaking, does: s.KeepBooks) -> None:
        aggregate = taking.aggregate
        elsewhere = taking.state.elsewhere_since
        booked = [
            transaction
            for version, event in await self._desk.to_book(aggregate, does)
            for transaction in transactions(aggregate.id, version, event, taking.state.terms, elsewhere)
        ]
        if booked:
            await self._ports.ledger.post(aggregate.tenant_id, booked)
        await self._desk.tell(aggregate, c.NoteBooked(through=does.through))
