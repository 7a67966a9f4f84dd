"""A payment between its tournament, Stripe and the books: opened, kept up with both, its steps taken.

What is to be known is read where it stands (the tournament's stream, Stripe's objects) and compared with what
the payment knows, so it does not matter which message was lost, doubled or late.
"""

import asyncio
from dataclasses import fields, replace

from temporalio import activity

from activities.aggregates import now
from activities.desk import Taking
from activities.payment_desk import PaymentDesk, PaymentPorts
from activities.payment_steps import PaymentSteps, PaymentTaking
from activities.provider_failures import asking_provider
from activities.refusals import answering, insisting
from contracts.entry import BegunPayment, Opened, PaymentOf, StepOf, StepTaken
from contracts.work import NOT_BEGUN, Aggregate, Progress
from domain.match.errors import CommandRefused
from domain.payment import commands as c
from domain.payment import steps as s
from domain.payment.state import PaymentState
from domain.tournament.lifecycle.fees import facts_of, terms_of
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import PaymentNotFound, StreamNotFound

_NOTHING_TO_PAY = replace(NOT_BEGUN, finished=True)
AT_ONCE_SECONDS = 5
"""How long an activity may be at a step that is not its own: well within the time of its attempt."""


class PaymentActivities:
    """What EntryWorkflow does beside commands."""

    def __init__(self, ports: PaymentPorts) -> None:
        self._ports = ports
        self._desk = PaymentDesk(ports)
        self._steps = PaymentSteps(self._desk)

    @activity.defn
    async def open_payment(self, payment: PaymentOf) -> Opened:
        """Request the payment as the tournament has it, and create its intent at once if Stripe answers; one that was
        requested before hears of its entry. Finished at once if nothing is to be paid (any more)."""
        aggregate = payment.aggregate
        with insisting(aggregate):
            if not await self._opened(payment):
                return _opened(_NOTHING_TO_PAY)
            taking = await self._next(aggregate, (s.CreateIntent,))
            begun = None if taking is None else await self._take_at_once(taking)
            return _opened(await self._desk.progress(aggregate), begun)

    async def _opened(self, payment: PaymentOf) -> bool:
        """False: there is nothing to pay."""
        aggregate, entry = payment.aggregate, payment.entry
        try:
            await self._desk.hear(aggregate)
            return True
        except PaymentNotFound:
            pass
        if entry is None:
            return False

        def request(state: TournamentState) -> c.RequestPayment:
            return c.RequestPayment(
                terms=terms_of(state, entry.tournament_id, entry.number),
                entry=facts_of(state, entry.number),
            )

        try:
            asked = await self._ports.tournaments.read(aggregate.tenant_id, entry.tournament_id, request)
            await self._desk.execute(aggregate, asked, "request", asked.terms.clock.here(now()))
        except (CommandRefused, StreamNotFound):
            return False
        return True

    @activity.defn
    async def hear_of_entry(self, aggregate: Aggregate) -> Progress:
        """Have the payment know where its entry stands in the tournament. Finished at once if there is no payment:
        the place was gone before anything was to be paid for it."""
        with insisting(aggregate):
            try:
                await self._desk.hear(aggregate)
            except PaymentNotFound:
                return _NOTHING_TO_PAY
            await self._go_on(aggregate)
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
            await self._go_on(aggregate)
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
            begun = None if step is None else await self._steps.take(_taking(aggregate, state, step))
            await self._go_on(aggregate)
            # Also when a process that died has taken it: the tournament's workflow has not heard of that, either.
            released = state.terms.tournament if asked.step == s.RELEASE else None
            progress = await self._desk.progress(aggregate)
            return StepTaken(progress=progress, begun=begun, released=released)

    # --- what follows at once --------------------------------------------------------------------------------

    async def _go_on(self, aggregate: Aggregate) -> None:
        """Take what now follows in our own database: an activity of its own would cost more than the step."""
        last = ""
        while (taking := await self._next(aggregate, s.AT_HOME)) and taking.step.name != last:
            last = taking.step.name
            await self._take_at_once(taking)

    async def _next(self, aggregate: Aggregate, kinds: tuple[type[s.Does], ...]) -> PaymentTaking | None:
        """The most urgent step, if it is of one of these kinds."""
        state: PaymentState = await self._desk.read(aggregate, lambda state: state)
        wanted = s.steps(state)
        return _taking(aggregate, state, wanted[0]) if wanted and isinstance(wanted[0].does, kinds) else None

    async def _take_at_once(self, taking: PaymentTaking) -> BegunPayment | None:
        """One that cannot be taken at once is still wanted: the workflow has it tried again, or put off."""
        try:
            async with asyncio.timeout(AT_ONCE_SECONDS):
                return await self._steps.take(taking)
        except Exception as failure:
            activity.logger.info("payment.not_at_once", extra={"step": taking.step.name, "why": str(failure)})
            return None


def _taking(aggregate: Aggregate, state: PaymentState, step: s.Step) -> PaymentTaking:
    return Taking(
        aggregate=aggregate, stream=aggregate.id, tournament=state.terms.tournament, step=step, state=state
    )


def _opened(progress: Progress, begun: BegunPayment | None = None) -> Opened:
    return Opened(**{each.name: getattr(progress, each.name) for each in fields(Progress)}, begun=begun)
