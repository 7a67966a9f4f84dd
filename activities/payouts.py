"""A payout between its tournament, the books and Stripe: proposed, kept up with them, its steps taken.

As with payments: what is to be known is read where it stands, a step is taken only as long as the payout's own
state wants it, under a key that names it, and what came of it is appended before anything else is done.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from temporalio import activity

from activities.desk import Desk, Taking, wait_until_found
from activities.payout_looks import PayoutLooks, balances_of, unpayable
from activities.provider_failures import asking_provider
from activities.refusals import insisting
from contracts import codec
from contracts.payments import (
    METADATA_STEP,
    Reversal,
    Transfer,
)
from contracts.payout import PayoutStepOf
from contracts.work import NOT_BEGUN, Aggregate, Progress, payout_stream_id
from domain.match.errors import CommandRefused
from domain.money.accounts import AccountKind
from domain.money.money import Money, zero
from domain.payout import commands as c
from domain.payout import steps as s
from domain.payout.booking import transactions
from domain.payout.earnings import with_earnings
from domain.payout.state import PayoutState
from domain.payout.terms import PayoutTerms, Shares
from domain.tournament.lifecycle.prize_money import payout_terms, prize_pool, shares_of
from domain.tournament.lifecycle.state import TournamentState
from handlers.debts import OpenDebts
from handlers.errors import StreamNotFound
from handlers.ledger import Ledger
from handlers.payees import Payees
from handlers.payment_provider import PaymentProvider, ProviderRefused, ProviderUnavailable
from handlers.payout import PayoutHandler
from handlers.ports import EventStore
from handlers.tournament import TournamentHandler
from projections.progress import payout_progress


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPorts:
    """What payouts touch."""

    store: EventStore
    payouts: PayoutHandler
    tournaments: TournamentHandler
    payees: Payees
    provider: PaymentProvider
    ledger: Ledger
    application_percent: int = 0
    """The platform's part of the entry fees."""


PayoutTaking = Taking[PayoutState, s.Does]
"""A step of a payout being taken. Its ``stream`` names all transfers of the payout at Stripe."""


class PayoutActivities:
    """What PayoutWorkflow does beside commands. The id of a payout's aggregate is its tournament's."""

    def __init__(self, ports: PayoutPorts) -> None:
        self._ports = ports
        self._desk = Desk[PayoutState, c.PayoutCommand](
            ports.payouts,
            ports.store,
            kind=codec.PAYOUT,
            stream_of=lambda aggregate: payout_stream_id(aggregate.id),
        )
        debts = OpenDebts(ports.ledger, ports.payouts)
        self._looks = PayoutLooks(ports.ledger, ports.payees, ports.provider, debts, self._desk)

    @activity.defn
    async def open_payout(self, aggregate: Aggregate) -> Progress:
        """Propose the split of the prize money. Finished at once where there is none, or not yet."""
        with insisting(aggregate):
            with suppress(StreamNotFound):
                return await self._progress(aggregate)
            try:
                await self._propose(aggregate, None)
            except (CommandRefused, StreamNotFound):
                return replace(NOT_BEGUN, finished=True)
            return await self._progress(aggregate)

    @activity.defn
    async def look_around(self, aggregate: Aggregate) -> Progress:
        """Have the payout know whether money is held back or owed, whether the tournament's result is another, and
        what has changed at Stripe: accounts that can be paid by now, transfers that somebody took back."""
        with insisting(aggregate), asking_provider():
            await self._hear_of_disputes(aggregate)
            known = await self._desk.read(aggregate, lambda state: state.shares)
            with suppress(CommandRefused):  # money is on its way: it is revised when that has arrived
                await self._propose(aggregate, known)
            await self._looks.look(aggregate)
            return await self._progress(aggregate)

    @activity.defn
    async def take_payout_step(self, asked: PayoutStepOf) -> Progress:
        """Take a step, if it is still wanted, and have the payout know what came of it."""
        aggregate = asked.aggregate
        with insisting(aggregate), asking_provider():
            taking = await self._wanted(aggregate, asked.step)
            if taking is not None:
                await self._take(taking)
            return await self._progress(aggregate)

    async def _take(self, taking: PayoutTaking) -> None:
        match taking.step.does:
            case s.SendTransfer() as does:
                await self._send(taking, does)
            case s.TakeBack() as does:
                await self._take_back(taking, does)
            case s.KeepBooks() as does:
                await self._keep_books(taking, does)

    # --- at Stripe -----------------------------------------------------------------------------------------

    async def _send(self, taking: PayoutTaking, does: s.SendTransfer) -> None:
        """Disputes and debts are looked for before each transfer: what is held back is not there to be sent, and what
        is owed is kept back."""
        aggregate, amount = taking.aggregate, does.amount
        await self._hear_of_disputes(aggregate)
        as_of = None if does.begun else await self._looks.at_debts(aggregate, does.payee)
        if await self._wanted(aggregate, taking.step.name) is None:
            return
        found = await self._find(taking) if taking.may_be_old else None
        if found is None:
            try:
                account = await self._account(aggregate, does.payee)
                if as_of is not None and not await self._begin(taking, does, as_of):
                    return
                found = await self._ports.provider.transfer(
                    taking.key, amount.amount, amount.currency, account, str(taking.stream), taking.metadata
                )
            except ProviderRefused as refusal:
                return await self._desk.tell(
                    aggregate, c.NoteOrderRefused(number=does.number, code=refusal.code)
                )
            except ProviderUnavailable as failure:
                if not failure.key_spent:
                    raise
                found = await self._find(taking)
                if found is None:
                    return await self._spend_key(taking, failure)
        await self._desk.tell(aggregate, c.ObserveTransfer(number=does.number, transfer=found.id))

    async def _begin(self, taking: PayoutTaking, does: s.SendTransfer, as_of: int) -> bool:
        """From now on it counts as sent. False: something else was said meanwhile, and may be in its way."""
        await self._desk.tell(taking.aggregate, c.BeginTransfer(number=does.number, as_of=as_of))
        wanted = await self._wanted(taking.aggregate, taking.step.name)
        return wanted is not None and wanted.step.does == replace(does, begun=True)

    async def _account(self, aggregate: Aggregate, payee: str) -> str:
        """The account of a payee. Raises ProviderRefused if it cannot be paid."""
        found = await self._ports.payees.find(aggregate.tenant_id, payee)
        if found is None:
            raise ProviderRefused("payee_missing", f"{payee} has no account that could be paid")
        account = await self._ports.provider.account(found.account)
        fault = unpayable(account)
        if fault:
            raise ProviderRefused(fault, f"the account of {payee} cannot be paid")
        return account.id

    async def _take_back(self, taking: PayoutTaking, does: s.TakeBack) -> None:
        aggregate = taking.aggregate
        found = await self._find_reversal(taking, does) if taking.may_be_old else None
        if found is None:
            try:
                found = await self._ports.provider.reverse(
                    does.transfer, taking.key, does.amount.amount, taking.metadata
                )
            except ProviderRefused as refusal:
                return await self._desk.tell(
                    aggregate, c.NoteOrderRefused(number=does.number, code=refusal.code)
                )
            except ProviderUnavailable as failure:
                if not failure.key_spent:
                    raise
                found = await self._find_reversal(taking, does)
                if found is None:
                    return await self._spend_key(taking, failure)
        await self._desk.tell(aggregate, c.ObserveReversal(number=does.number, reversal=found.id))

    async def _find(self, taking: PayoutTaking) -> Transfer | None:
        return await self._ports.provider.find_transfer(str(taking.stream), taking.metadata)

    async def _find_reversal(self, taking: PayoutTaking, does: s.TakeBack) -> Reversal | None:
        made = await self._ports.provider.reversals(does.transfer)
        return next((each for each in made if each.metadata.get(METADATA_STEP) == taking.step.name), None)

    async def _spend_key(self, taking: PayoutTaking, failure: ProviderUnavailable) -> None:
        """Only when a search would find what came of it another key is used."""
        wait_until_found(failure)
        step = taking.step
        await self._desk.tell(taking.aggregate, c.NoteKeySpent(step=step.name, attempt=step.attempt))

    # --- in the tournament and the books -------------------------------------------------------------------

    async def _propose(self, aggregate: Aggregate, known: Shares | None) -> None:
        """``known``: what was proposed before. Its pool, and what it leaves, stay, whatever fees came or went
        since; only who has won what may be another."""
        tenant, tournament = aggregate.tenant_id, aggregate.id

        async def read(render: Callable[[TournamentState], Any]) -> Any:
            return await self._ports.tournaments.read(tenant, tournament, render)

        terms: PayoutTerms = await read(lambda state: payout_terms(state, tournament))
        if known is None:
            balances = await self._balances(aggregate, terms.currency)
            fees = -balances.get(AccountKind.ENTRY_FEES, zero(terms.currency))
            shares = await read(lambda state: shares_of(state, prize_pool(state, fees)))
            shares = with_earnings(shares, terms, balances, self._ports.application_percent)
        else:
            shares = await read(lambda state: shares_of(state, known.pool))
            shares = replace(shares, application_fee=known.application_fee, organiser=known.organiser)
        await self._desk.tell(aggregate, c.ProposePayout(terms=terms, shares=shares), begins=terms.clock)

    async def _hear_of_disputes(self, aggregate: Aggregate) -> None:
        currency = await self._desk.read(aggregate, lambda state: state.terms.currency)
        balances = await self._balances(aggregate, currency)
        held = balances.get(AccountKind.DISPUTED, zero(currency))
        await self._desk.tell(aggregate, c.HearOfDisputes(held=held))

    async def _balances(self, aggregate: Aggregate, currency: str) -> dict[AccountKind, Money]:
        """What stands on the tournament's accounts, by kind."""
        found: dict[AccountKind, Money] = {}
        for row in await balances_of(self._ports.ledger, aggregate, currency):
            kind = row.account.kind
            found[kind] = found.get(kind, zero(currency)) + row.balance
        return found

    async def _keep_books(self, taking: PayoutTaking, does: s.KeepBooks) -> None:
        aggregate, terms = taking.aggregate, taking.state.terms
        booked = [
            transaction
            for version, event in await self._desk.to_book(aggregate, does)
            for transaction in transactions(taking.stream, version, event, terms)
        ]
        await self._ports.ledger.post(aggregate.tenant_id, booked)
        await self._desk.tell(aggregate, c.NoteBooked(through=does.through))

    # --- the payout ----------------------------------------------------------------------------------------

    async def _wanted(self, aggregate: Aggregate, name: str) -> PayoutTaking | None:
        state = await self._desk.read(aggregate, lambda state: state)
        step = next((each for each in s.steps(state) if each.name == name), None)
        if step is None:
            return None
        return Taking(
            aggregate=aggregate,
            stream=payout_stream_id(aggregate.id),
            tournament=aggregate.id,
            step=step,
            state=state,
        )

    async def _progress(self, aggregate: Aggregate) -> Progress:
        return await self._desk.read(aggregate, lambda state: payout_progress(aggregate.id, state))
