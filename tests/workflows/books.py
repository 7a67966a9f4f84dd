"""Books for tests of workflows: in memory, which keeps what the real ledger promises (a key is booked once, and only
with one content), and the real ones."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import create_pool
from domain.money.accounts import AccountKind
from domain.money.ledger import LedgerTransaction, Posting
from domain.money.money import Money
from handlers.ledger import START, Balance, Booked, LedgerConflict, Place, ReversalRefused
from handlers.ports import StoreUnavailable


class MemoryLedger:
    """``away``: as if the server could not be reached."""

    def __init__(self) -> None:
        self.booked: dict[str, LedgerTransaction] = {}
        self.away = False

    async def post(self, tenant_id: UUID, transactions: Sequence[LedgerTransaction]) -> frozenset[str]:
        if self.away:
            raise StoreUnavailable("the database cannot be reached at the moment")
        new = {each.key: each for each in transactions if each.key not in self.booked}
        for each in transactions:
            known = self.booked.get(each.key)
            if known is not None and known.digest != each.digest:
                raise LedgerConflict(each.key)
        reversed_before = {each.reverses for each in self.booked.values() if each.reverses}
        for each in new.values():
            reverses = each.reverses
            if reverses and (reverses in reversed_before or reverses not in self.booked | new):
                raise ReversalRefused(reverses)
        self.booked |= new
        return frozenset(new)

    def balance(self, kind: AccountKind) -> int:
        """What stands on all accounts of a kind: debits less credits."""
        return sum(
            posting.amount
            for each in self.booked.values()
            for posting in each.postings
            if posting.account.kind is kind
        )

    async def balances(
        self,
        tenant_id: UUID,
        *,
        kind: AccountKind | None = None,
        tournament: UUID | None = None,
        party: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int,
    ) -> list[Balance]:
        """What stands on the accounts that are asked for."""
        found: dict[tuple[str, str], list[Posting]] = {}
        for each in self.booked.values():
            for posting in each.postings:
                account, asked = posting.account, (kind, tournament, party)
                mine = (account.kind, account.tournament, account.party)
                if all(one is None or one == other for one, other in zip(asked, mine, strict=True)):
                    found.setdefault((account.code, posting.currency), []).append(posting)
        return [
            Balance(
                account=postings[0].account,
                balance=Money(sum(posting.amount for posting in postings), currency),
                postings=len(postings),
                opened_at=datetime.max,
            )
            for (code, currency), postings in sorted(found.items())
            if after is None or (code, currency) > after
        ][:limit]

    async def transactions(
        self, tenant_id: UUID, *, tournament: UUID, after: Place = START, limit: int
    ) -> list[Booked]:
        """A tournament's transactions in the order they were booked."""
        booked = [
            Booked(
                place=(number, 0, 0),
                key=each.key,
                kind=each.kind,
                description=each.description,
                reverses=each.reverses,
                posted_at=datetime.max,
                postings=each.postings,
            )
            for number, each in enumerate(self.booked.values(), start=1)
            if any(posting.account.tournament == tournament for posting in each.postings)
        ]
        return [each for each in booked if each.place > after][:limit]

    def kinds(self) -> Counter[str]:
        """How often each kind of money fact was booked."""
        return Counter(each.kind for each in self.booked.values())


@asynccontextmanager
async def real_books(dsn: str) -> AsyncIterator[Callable[[], PostgresLedger]]:
    """The ledger in a database, as each process has it: what one remembers of it the next does not know."""
    pool = await create_pool(dsn, application_name="test", role="pavilion_app", max_size=4)
    try:
        yield lambda: PostgresLedger(pool)
    finally:
        await pool.close()
