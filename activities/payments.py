"""A payment between its tournament, Stripe and the books: opened, kept up with both, its steps taken.

What is to be known is read where it stands (the tournament's stream, Stripe's objects) and compared with what
the payment knows, so it does not matter which message was lost, doubled or late. A step is taken only as long
as the payment's own state wants it, under a key that names it, and what came of it is appended before anything
else is done. So a crash at any line repeats a step that Stripe, the tournament or the books recognise.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.aggregates import now
from activities.provider_failures import asking_provider
from activities.refusals import answering, insisting
from contracts import codec
from contracts.entry import BegunPayment, PaymentOf, StepOf, StepTaken
from contracts.payments import (
    METADATA_PAYMENT,
    METADATA_STEP,
    METADATA_TENANT,
    METADATA_TOURNAMENT,
    Intent,
    Metadata,
)
from contracts.work import NOT_BEGUN, Aggregate, Progress, workflow_id
from domain.match.errors import CommandRefused
from domain.payment import commands as c
from domain.payment import steps as s
from domain.payment.booking import transactions
from domain.payment.state import PaymentState
from domain.tournament.lifecycle.commands import ConfirmEntry, TournamentCommand, WithdrawEntry
from domain.tournament.lifecycle.fees import facts_of, terms_of
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import PaymentNotFound, PreconditionFailed, StreamNotFound
from handlers.ledger import Books
from handlers.payment import PaymentHandler
from handlers.payment_provider import PaymentProvider, ProviderRefused, ProviderUnavailable
from handlers.ports import EventStore
from handlers.tournament import TournamentHandler
from projections.payment_facts import number_of, whole_look
from projections.progress import payment_progress

LOOK_FIRST_AFTER = timedelta(hours=20)
"""Stripe forgets an idempotency key after 24 hours and would act again. A step that may have been tried so
long ago looks what came of it first."""
FOUND_AFTER = timedelta(minutes=1)
"""What was made a moment ago may not be found by a search yet."""
LOOKS_AT_ONCE = 8
"""How often one look is put to the payment while others write to it."""

State = PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPorts:
    """What payments touch."""

    store: EventStore
    payments: PaymentHandler
    tournaments: TournamentHandler
    provider: PaymentProvider
    ledger: Books


@dataclass(frozen=True, slots=True)
class _Taking:
    """A step being taken, and what the payment was when it was found to be wanted."""

    aggregate: Aggregate
    step: s.Step
    state: State

    @property
    def key(self) -> str:
        """The idempotency key: the same for every repetition of the step."""
        attempt = f"/{self.step.attempt}" if self.step.attempt else ""
        return f"{workflow_id(self.aggregate)}:{self.step.name}{attempt}"

    @property
    def metadata(self) -> Metadata:
        return {
            METADATA_TENANT: str(self.aggregate.tenant_id),
            METADATA_PAYMENT: str(self.aggregate.id),
            METADATA_TOURNAMENT: str(self.state.terms.tournament),
            METADATA_STEP: self.step.name,
        }

    @property
    def may_be_old(self) -> bool:
        return now() - self.state.clock.real(self.step.since) > LOOK_FIRST_AFTER


class PaymentActivities:
    """What EntryWorkflow does beside commands."""

    def __init__(self, ports: PaymentPorts) -> None:
        self._ports = ports

    @activity.defn
    async def open_payment(self, payment: PaymentOf) -> Progress:
        """Request the payment as the tournament has it; one that was requested before hears of its entry.
        Finished at once if nothing is to be paid (any more)."""
        aggregate, entry = payment.aggregate, payment.entry
        with insisting(aggregate):
            try:
                await self._hear(aggregate)
                return await self._progress(aggregate)
            except PaymentNotFound:
                pass
            if entry is None:
                return replace(NOT_BEGUN, finished=True)

            def request(state: TournamentState) -> c.RequestPayment:
                return c.RequestPayment(
                    terms=terms_of(state, entry.tournament_id, entry.number),
                    entry=facts_of(state, entry.number),
                )

            try:
                asked = await self._ports.tournaments.read(aggregate.tenant_id, entry.tournament_id, request)
                await self._execute(aggregate, asked, "request", asked.terms.clock.here(now()))
            except (CommandRefused, StreamNotFound):
                return replace(NOT_BEGUN, finished=True)
            return await self._progress(aggregate)

    @activity.defn
    async def hear_of_entry(self, aggregate: Aggregate) -> Progress:
        """Have the payment know where its entry stands in the tournament."""
        with insisting(aggregate):
            await self._hear(aggregate)
            return await self._progress(aggregate)

    @activity.defn
    async def look(self, aggregate: Aggregate) -> Progress:
        """Have the payment know what Stripe has: the intent, its refunds, its disputes."""
        with insisting(aggregate), asking_provider():
            intent = await self._read(aggregate, lambda state: state.intent)
            if intent is not None:
                await self._observe(aggregate, await self._ports.provider.intent(intent.id))
            return await self._progress(aggregate)

    @activity.defn
    async def begin(self, aggregate: Aggregate) -> BegunPayment:
        """What the payer's browser needs, fetched from Stripe: the secret is kept nowhere else."""
        with answering(aggregate), asking_provider():
            intent = await self._read(aggregate, lambda state: state.intent if state.intent_open else None)
            fetched = None if intent is None else await self._ports.provider.intent(intent.id)
            if fetched is not None:
                await self._observe(aggregate, fetched)
            return await self._begun(aggregate, fetched)

    @activity.defn
    async def take_step(self, asked: StepOf) -> StepTaken:
        """Take a step, if it is still wanted, and have the payment know what came of it."""
        aggregate = asked.aggregate
        with insisting(aggregate), asking_provider():
            state = await self._read(aggregate, lambda state: state)
            step = next((each for each in s.steps(state) if each.name == asked.step), None)
            begun = None
            if step is not None:
                begun = await self._take(_Taking(aggregate, step, state))
            return StepTaken(progress=await self._progress(aggregate), begun=begun)

    async def _take(self, taking: _Taking) -> BegunPayment | None:
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
                await self._decide_place(
                    taking, WithdrawEntry(team=terms.team, reason="the payment was called off")
                )
            case s.KeepBooks() as does:
                await self._keep_books(taking, does)
        return None

    # --- at Stripe -----------------------------------------------------------------------------------------

    async def _create_intent(self, taking: _Taking) -> BegunPayment | None:
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
                await self._tell(aggregate, c.NoteIntentRefused(code=refusal.code))
                return None
            except ProviderUnavailable as failure:
                if not failure.key_spent:
                    raise
                intent = await self._after_a_spent_key(taking, failure)
        if intent is None:
            return None
        await self._observe(aggregate, intent)
        return await self._begun(aggregate, intent)

    async def _after_a_spent_key(self, taking: _Taking, failure: ProviderUnavailable) -> Intent | None:
        """The intent, if it came to be nevertheless. Only when a search would find it another key is used."""
        found = await self._find_intent(taking)
        if found is None and now() - activity.info().scheduled_time < FOUND_AFTER:
            raise failure
        if found is None:
            await self._spend_key(taking)
        return found

    async def _find_intent(self, taking: _Taking) -> Intent | None:
        found = await self._ports.provider.find_intent(str(taking.aggregate.id))
        return None if found is None or found.status == "canceled" else found

    async def _cancel_intent(self, taking: _Taking, does: s.CancelIntent) -> None:
        provider = self._ports.provider
        try:
            intent = await provider.cancel_intent(does.intent, taking.key)
        except ProviderRefused:
            # It has succeeded, or is on its way: what it is by now says what follows.
            intent = await provider.intent(does.intent)
            if intent.status not in ("succeeded", "canceled"):
                raise
        except ProviderUnavailable as failure:
            if not failure.key_spent:
                raise
            intent = await provider.intent(does.intent)
            if intent.status != "canceled":
                await self._spend_key(taking)
        await self._observe(taking.aggregate, intent)

    async def _refund(self, taking: _Taking, does: s.GiveRefund) -> None:
        """Refunds are looked for before each is made: one made by hand leaves less to give."""
        provider, aggregate = self._ports.provider, taking.aggregate
        await self._observe(aggregate, await provider.intent(does.intent))
        state = await self._read(aggregate, lambda state: state)
        if taking.step not in s.steps(state):
            return
        try:
            await provider.refund(does.intent, taking.key, does.amount.amount, taking.metadata)
        except ProviderRefused as refusal:
            await self._tell(aggregate, c.NoteRefundRefused(number=does.number, code=refusal.code))
        except ProviderUnavailable as failure:
            if not failure.key_spent:
                raise
            made = {number_of(refund) for refund in await provider.refunds(does.intent)}
            if does.number not in made:
                await self._spend_key(taking)
        await self._observe(aggregate, await provider.intent(does.intent))

    async def _observe(self, aggregate: Aggregate, intent: Intent) -> None:
        """A whole look: the intent as fetched, and what there is about a charge that succeeded."""
        provider = self._ports.provider
        charge = intent.latest_charge
        known = await self._read(aggregate, lambda state: (bool(state.refunds), bool(state.disputes)))
        refunds = (
            await provider.refunds(intent.id) if charge and (charge.amount_refunded or any(known)) else ()
        )
        disputes = await provider.disputes(intent.id) if charge and (charge.disputed or known[1]) else ()
        await self._tell(aggregate, c.ObserveIntent(seen=whole_look(intent, refunds, disputes)))

    async def _spend_key(self, taking: _Taking) -> None:
        step = taking.step
        name = step.name
        await self._tell(taking.aggregate, c.NoteKeySpent(step=name, attempt=step.attempt))

    # --- in the tournament ---------------------------------------------------------------------------------

    async def _decide_place(self, taking: _Taking, command: TournamentCommand) -> None:
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
        await self._hear(aggregate)
        after = await self._read(aggregate, lambda state: state)
        if taking.step in s.steps(after):
            raise ApplicationError("the tournament has not decided", type="entry_undecided")

    async def _hear(self, aggregate: Aggregate) -> None:
        terms = await self._read(aggregate, lambda state: state.terms)
        facts = await self._ports.tournaments.read(
            aggregate.tenant_id, terms.tournament, lambda state: facts_of(state, terms.number)
        )
        await self._tell(aggregate, c.HearOfEntry(entry=facts))

    # --- in the books --------------------------------------------------------------------------------------

    async def _keep_books(self, taking: _Taking, does: s.KeepBooks) -> None:
        aggregate = taking.aggregate
        stored = await self._ports.store.load(
            aggregate.tenant_id, aggregate.id, does.after, does.through - does.after
        )
        booked = [
            transaction
            for event in stored
            for transaction in transactions(
                aggregate.id,
                event.version,
                codec.PAYMENT_EVENTS.decode(event.type, event.data, event.schema_version),
                taking.state.terms,
            )
        ]
        if booked:
            await self._ports.ledger.post(aggregate.tenant_id, booked)
        await self._tell(aggregate, c.NoteBooked(through=does.through))

    # --- the payment ---------------------------------------------------------------------------------------

    async def _tell(self, aggregate: Aggregate, command: c.PaymentCommand) -> None:
        """Decided at the version it was found at; put again if something else came between."""
        digest = blake2b(codec.encode_command(codec.PAYMENT, command), digest_size=8).hexdigest()
        for _ in range(LOOKS_AT_ONCE):
            version, clock = await self._read(aggregate, lambda state: (state.version, state.clock))
            key = f"{type(command).__name__}:{digest}:{version}"
            try:
                return await self._execute(aggregate, command, key, clock.here(now()), version)
            except PreconditionFailed:
                continue
        raise refused_for_now()

    async def _execute(
        self,
        aggregate: Aggregate,
        command: c.PaymentCommand,
        key: str,
        at: datetime,
        version: int | None = None,
    ) -> None:
        await self._ports.payments.execute(
            aggregate.tenant_id,
            aggregate.id,
            (command,),
            idempotency_key=f"{workflow_id(aggregate)}:{key}",
            now=at,
            expected_version=version,
        )

    async def _begun(self, aggregate: Aggregate, intent: Intent | None) -> BegunPayment:
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

        return await self._read(aggregate, render)

    async def _progress(self, aggregate: Aggregate) -> Progress:
        return await self._read(aggregate, lambda state: payment_progress(aggregate.id, state))

    async def _read(self, aggregate: Aggregate, render: Callable[[State], Any]) -> Any:
        return await self._ports.payments.read(aggregate.tenant_id, aggregate.id, render)


def refused_for_now() -> ApplicationError:
    """Others write to the payment faster than this; it is tried again."""
    return ApplicationError("others are writing to this payment", type="too_contended")
