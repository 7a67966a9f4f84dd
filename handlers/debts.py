"""What is owed to a league by its books, and will not be settled by the payouts that are there."""

from uuid import UUID

from contracts.work import payout_stream_id
from domain.money.accounts import AccountKind
from domain.money.money import Money
from domain.payout.debts import OpenDebt, left_open
from domain.payout.state import PayoutState
from handlers.errors import PayoutNotFound
from handlers.ledger import Balance, Ledger
from handlers.payout import PayoutHandler

BALANCES_AT_ONCE = 200


class OpenDebts:
    """Reads debts beside the payouts of the tournaments that they are of."""

    def __init__(self, ledger: Ledger, payouts: PayoutHandler) -> None:
        self._ledger = ledger
        self._payouts = payouts

    async def of(
        self, tenant_id: UUID, *, party: str | None = None, tournament: UUID | None = None
    ) -> list[OpenDebt]:
        """Those of a league, by account. Raises StoreUnavailable."""
        found, after = list[OpenDebt](), None
        while True:
            rows = await self._ledger.balances(
                tenant_id,
                kind=AccountKind.RECEIVABLE,
                tournament=tournament,
                party=party,
                after=after,
                limit=BALANCES_AT_ONCE,
            )
            for row in rows:
                if row.balance.amount > 0 and (debt := await self._debt(tenant_id, row)) is not None:
                    found.append(debt)
            if len(rows) < BALANCES_AT_ONCE:
                return found
            after = (rows[-1].account.code, rows[-1].balance.currency)

    async def _debt(self, tenant_id: UUID, listed: Balance) -> OpenDebt | None:
        """Read between two looks at the payout: if it moved meanwhile, what the books said may be settled already,
        and nothing is said of it this time."""
        account, currency = listed.account, listed.balance.currency
        before = await self._payout(tenant_id, account.tournament)
        row = await self._balance(tenant_id, listed)
        after = await self._payout(tenant_id, account.tournament)
        if row is None or (before.version if before else 0) != (after.version if after else 0):
            return None
        amount = left_open(row.balance, account.party or "", before)
        if amount.amount <= 0:
            return None
        return OpenDebt(
            account=account,
            amount=Money(amount.amount, currency),
            postings=row.postings,
            shared_out=before is not None,
        )

    async def _balance(self, tenant_id: UUID, of: Balance) -> Balance | None:
        account = of.account
        rows = await self._ledger.balances(
            tenant_id,
            kind=account.kind,
            tournament=account.tournament,
            party=account.party,
            limit=BALANCES_AT_ONCE,
        )
        return next((row for row in rows if row.balance.currency == of.balance.currency), None)

    async def _payout(self, tenant_id: UUID, tournament: UUID | None) -> PayoutState | None:
        if tournament is None:
            return None
        try:
            return await self._payouts.read(tenant_id, payout_stream_id(tournament), lambda state: state)
        except PayoutNotFound:
            return None
