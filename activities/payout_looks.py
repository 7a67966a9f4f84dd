"""What a payout looks at besides its tournament: debts in the books, accounts of payees, transfers at Stripe."""

from contextlib import suppress

from activities.desk import Desk
from contracts.payments import METADATA_STEP, ConnectedAccount
from contracts.work import Aggregate
from domain.money.accounts import AccountKind
from domain.money.money import Money, zero
from domain.payout import commands as c
from domain.payout.debts import moved_to
from domain.payout.state import Order, PayoutState
from domain.payout.terms import Debt
from handlers.debts import OpenDebts
from handlers.ledger import Balance, Ledger, LedgerConflict
from handlers.payees import Payees
from handlers.payment_provider import PaymentProvider

BALANCES_AT_ONCE = 200


class PayoutLooks:
    """Tells a payout what it finds."""

    def __init__(
        self,
        ledger: Ledger,
        payees: Payees,
        provider: PaymentProvider,
        debts: OpenDebts,
        desk: Desk[PayoutState, c.PayoutCommand],
    ) -> None:
        self._ledger = ledger
        self._payees = payees
        self._provider = provider
        self._debts = debts
        self._desk = desk

    async def look(self, aggregate: Aggregate) -> None:
        """Raises ProviderUnavailable; then it is looked again."""
        await self.at_debts(aggregate)
        await self._at_accounts(aggregate)
        await self._at_transfers(aggregate)

    async def at_debts(self, aggregate: Aggregate, payee: str | None = None) -> int:
        """What those owe who can still be sent less; ``payee``: of one. Returns the version as of which nothing else
        is to be kept back: the books are read after it, so what is set off meanwhile makes it another."""
        await self._bring_debts(aggregate, payee)
        version, currency = await self._desk.read(
            aggregate, lambda state: (state.version, state.terms.currency)
        )
        debts = tuple(
            Debt(payee=row.account.party or "", amount=row.balance)
            for row in await balances_of(self._ledger, aggregate, currency)
            if row.account.kind is AccountKind.RECEIVABLE and row.balance.amount > 0
        )
        if debts:
            await self._desk.tell(aggregate, c.HearOfDebts(debts=debts, as_of=version))
        return version

    async def _bring_debts(self, aggregate: Aggregate, payee: str | None) -> None:
        """From other tournaments, as far as there is something here to keep back."""
        state: PayoutState = await self._desk.read(aggregate, lambda state: state)
        owed = {row.account.party: row.balance for row in await self._owed_here(aggregate, state)}
        for share in state.shares.shares:
            if payee not in (None, share.payee):
                continue
            left = state.unsent(share.payee) - owed.get(share.payee, zero(state.terms.currency))
            for debt in await self._debts.of(aggregate.tenant_id, party=share.payee):
                amount = debt.amount
                if amount.currency != left.currency or debt.account.tournament == aggregate.id:
                    continue
                if (part := min(amount, left)).amount > 0:
                    about = f"{share.name}, {state.terms.tournament_name}"
                    with suppress(LedgerConflict):  # something else became of it in this moment
                        await self._ledger.post(
                            aggregate.tenant_id, [moved_to(aggregate.id, debt, part, about)]
                        )
                    left = left - part

    async def _owed_here(self, aggregate: Aggregate, state: PayoutState) -> list[Balance]:
        rows = await balances_of(self._ledger, aggregate, state.terms.currency)
        return [row for row in rows if row.account.kind is AccountKind.RECEIVABLE]

    async def _at_accounts(self, aggregate: Aggregate) -> None:
        """Of those who could not be paid, whether they can be now."""
        waiting: set[str] = await self._desk.read(
            aggregate, lambda state: {order.payee for order in state.unready}
        )
        ready = [payee for payee in sorted(waiting) if await self._is_ready(aggregate, payee)]
        if ready:
            await self._desk.tell(aggregate, c.HearOfAccounts(ready=tuple(ready)))

    async def _is_ready(self, aggregate: Aggregate, payee: str) -> bool:
        found = await self._payees.find(aggregate.tenant_id, payee)
        return found is not None and not unpayable(await self._provider.account(found.account))

    async def _at_transfers(self, aggregate: Aggregate) -> None:
        """Whether somebody has reversed one at Stripe. Our own reversals name the step that made them."""
        known: list[tuple[str, Money]] = await self._desk.read(aggregate, _made)
        for transfer_id, taken_back in known:
            transfer = await self._provider.transfer_of(transfer_id)
            if transfer.amount_reversed == taken_back.amount:
                continue
            for reversal in await self._provider.reversals(transfer_id):
                if METADATA_STEP not in reversal.metadata:
                    amount = Money(reversal.amount, reversal.currency)
                    seen = c.ObserveReturn(transfer=transfer_id, reversal=reversal.id, amount=amount)
                    await self._desk.tell(aggregate, seen)


def _made(state: PayoutState) -> list[tuple[str, Money]]:
    """The transfers that were made, and what of each is known to have been taken back."""

    def is_made(order: Order) -> bool:
        return order.does == "transfer" and order.standing == "done"

    sent = [order for order in state.orders.values() if is_made(order)]
    return [(order.transfer, order.amount - state.left_of(order.transfer)) for order in sent]


async def balances_of(ledger: Ledger, aggregate: Aggregate, currency: str) -> list[Balance]:
    """What stands on the tournament's accounts in a currency."""
    found: list[Balance] = []
    after: tuple[str, str] | None = None
    while True:
        rows = await ledger.balances(
            aggregate.tenant_id, tournament=aggregate.id, after=after, limit=BALANCES_AT_ONCE
        )
        found += [row for row in rows if row.balance.currency == currency]
        if len(rows) < BALANCES_AT_ONCE:
            return found
        after = (rows[-1].account.code, rows[-1].balance.currency)


def unpayable(account: ConnectedAccount) -> str:
    """Why nothing can be sent to an account: a code, "" if it can."""
    if account.closed:
        return "account_closed"
    return "" if account.capabilities.get("transfers") == "active" else "account_not_ready"
