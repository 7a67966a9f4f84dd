"""A payment between its tournament, Stripe and the books: opened, kept up with both, its steps taken.

What is to be known is read where it stands (the tournament's stream, Stripe's objects) and compared with what
the payment knows, so it does not matter which message was lost, doubled or late.
"""

from dataclasses import replace

from temporalio import activity

from activities.aggregates import now
from activities.desk import Taking
from activities.payment_desk import PaymentDesk, PaymentPorts
from activities.payment_steps import PaymentSteps
from activities.provider_failures import asking_provider
from activities.refusals import answering, insisting
from contracts.entry import BegunPayment, PaymentOf, StepOf, StepTaken
from contracts.work import NOT_BEGUN, Aggregate, Progress
from domain.match.errors import CommandRefused
from domain.payment import commands as c
from domain.payment import steps as s
from domain.tournament.lifecycle.fees import facts_of, terms_of
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import PaymentNotFound, StreamNotFound

_NOTHING_TO_PAY = replace(NOT_BEGUN, finished=True)


class PaymentActivities:
    """What EntryWorkflow does beside commands."""

    def __init__(self, ports: PaymentPorts) -> None:
        self._ports = ports
        self._desk = PaymentDesk(ports)
        self._steps = PaymentSteps(self._desk)

    @activity.defn
    async def open_payment(self, payment: PaymentOf) -> Progress:
        """Request the payment as the tournament has it; one that was requested before hears of its entry.
        Finished at once if nothing is to be paid (any more)."""
        aggregate, entry = payment.aggregate, payment.entry
        with insisting(aggregate):
            try:
                await self._desk.hear(aggregate)
                return await self._desk.progress(aggregate)
            except PaymentNotFound:
                pass
            if entry is None:
                return _NOTHING_TO_PAY

            def request(state: TournamentState) -> c.RequestPayment:
                return c.RequestPayment(
                    terms=terms_of(state, entry.tournament_id, entry.number),
                    entry=facts_of(state, entry.number),
                )

            try:
                asked = await self._ports.tournaments.read(aggregate.tenant_id, entry.tournament_id, request)
                await self._desk.execute(aggregate, asked, "request", asked.terms.clock.here(now()))
            except (CommandRefused, StreamNotFound):
                return _NOTHING_TO_PAY
            return await self._desk.progress(aggregate)

    @activity.defn
    async def hear_of_entry(self, aggregate: Aggregate) -> Progress:
        """Have the payment know where its entry stands in the tournament. Finished at once if there is no payment:
        the place was gone before anything was to be paid for it."""
        with insisting(aggregate):
            try:
                await self._desk.hear(aggregate)
            except PaymentNotFound:
                return _NOTHING_TO_PAY
            return await self._desk.progress(aggregate)

    @activity.defn
    async def look(self, aggregate: Aggregate) -> Progress:
        """Have the payment know what Stripe has: the intent, its refunds, its disputes."""
        with insisting(aggregate), asking_provider():
            try:
                intent = await self._desk.read(aggregate, lambda state: state.intent)
            except PaymentNotFound:
                return _NOTHING_TO_PAY
            if intent is not None:
                await self._desk.observe(aggregate, await self._ports.provider.intent(intent.id))
            return await self._desk.progress(aggregate)

    @activity.defn
    async def begin(self, aggregate: Aggregate) -> BegunPayment:
        """What the payer's browser needs, fetched from Stripe: the secret is kept nowhere else."""
        with answering(aggregate), asking_provider():
            intent = await self._desk.read(
                aggregate, lambda state: state.intent if state.intent_open else None
            )
            fetched = None if intent is None else await self._ports.provider.intent(intent.id)
            if fetched is not None:
                await self._desk.observe(aggregate, fetched)
            return await self._desk.begun(aggregate, fetched)

    @activity.defn
    async def take_step(self, asked: StepOf) -> StepTaken:
        """Take a step, if it is still wanted, and have the payment know what came of it."""
        aggregate = asked.aggregate
        with insisting(aggregate), asking_provider():
            state = await self._desk.read(aggregate, lambda state: state)
            step = next((each for each in s.steps(state) if each.name == asked.step), None)
            begun = None
            if step is not None:
                taking = Taking(
                    aggregate=aggregate,
                    stream=aggregate.id,
                    tournament=state.terms.tournament,
                    step=step,
                    state=state,
                )
                begun = await self._steps.take(taking)
            # Also when a process that died has taken it: the tournament's workflow has not heard of that, either.
            released = state.terms.tournament if asked.step == s.RELEASE else None
            progress = await self._desk.progress(aggregate)
            return StepTaken(progress=progress, begun=begun, released=released)
