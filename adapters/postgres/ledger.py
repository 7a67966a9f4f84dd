"""The ledger in Postgres. Every call is one round trip through a function of the migrations."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.pool import AWAY, AWAY_MESSAGE
from domain.money.accounts import Account, AccountKind, account_of
from domain.money.ledger import LedgerTransaction, Posting
from domain.money.money import Money
from handlers.ledger import START, Balance, Booked, LedgerConflict, Line, Place, ReversalRefused, Sums
from handlers.ports import StoreUnavailable

_POST = (
    "select ledger_post($1, $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],"
    " $9::text[], $10::bytea[], $11::integer[], $12::smallint[], $13::text[], $14::text[], $15::bigint[])"
)
_BALANCES = "select * from ledger_balances($1, $2, $3, $4, $5, $6, $7)"
_SUMS = "select * from ledger_sums($1)"
_TRANSACTIONS = "select * from ledger_transactions($1, $2, $3, $4, $5, $6)"
_STATEMENT = "select * from ledger_statement($1, $2, $3, $4, $5, $6)"
OTHER_CONTENT = "PV003"
NOT_A_REVERSAL = "PV005"
_REVERSALS = ("ledger_reversed_once", "ledger_reverses")
_MOST_KNOWN = 50_000


class PostgresLedger:
    """A :class:`handlers.ledger.Ledger` for the role ``pavilion_app``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool
        self._opened = set[tuple[UUID, str]]()
        """Accounts known to be in the books, where they stay: they need not be opened again."""

    async def post(self, tenant_id: UUID, transactions: Sequence[LedgerTransaction]) -> frozenset[str]:
        batch = _without_repeats(transactions)
        if not batch:
            return frozenset()
        postings = [
            (n, line, p) for n, t in enumerate(batch, start=1) for line, p in enumerate(t.postings, start=1)
        ]
        accounts = {p.account.code: p.account for _, _, p in postings}
        new = [account for code, account in accounts.items() if (tenant_id, code) not in self._opened]
        booked = await self._call(
            _POST,
            tenant_id,
            [account.code for account in new],
            [account.kind.value for account in new],
            [account.tournament for account in new],
            [account.party for account in new],
            [transaction.key for transaction in batch],
            [transaction.kind for transaction in batch],
            [transaction.description for transaction in batch],
            [transaction.reverses for transaction in batch],
            [bytes.fromhex(transaction.digest) for transaction in batch],
            [of for of, _, _ in postings],
            [line for _, line, _ in postings],
            [posting.account.code for _, _, posting in postings],
            [posting.currency for _, _, posting in postings],
            [posting.amount for _, _, posting in postings],
        )
        if len(self._opened) > _MOST_KNOWN:
            self._opened.clear()
        self._opened.update((tenant_id, account.code) for account in new)
        return frozenset(booked[0][0])

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
        code, currency = after or (None, None)
        rows = await self._call(_BALANCES, tenant_id, kind, tournament, party, code, currency, limit)
        return [
            Balance(
                account=account_of(row["code"]),
                balance=Money(row["balance"], row["currency"]),
                postings=row["postings"],
                opened_at=row["opened_at"],
            )
            for row in rows
        ]

    async def sums(self, tenant_id: UUID) -> list[Sums]:
        return [
            Sums(debits=Money(row["debits"], row["currency"]), credits=Money(row["credits"], row["currency"]))
            for row in await self._call(_SUMS, tenant_id)
        ]

    async def transactions(
        self,
        tenant_id: UUID,
        *,
        key: str | None = None,
        tournament: UUID | None = None,
        after: Place = START,
        limit: int,
    ) -> list[Booked]:
        rows = await self._call(_TRANSACTIONS, tenant_id, key, tournament, *after[:2], limit)
        return [
            Booked(
                place=(row["txid"], row["number"], 0),
                key=row["key"],
                kind=row["kind"],
                description=row["description"],
                reverses=row["reverses"],
                posted_at=row["posted_at"],
                postings=tuple(_posting(line) for line in json.loads(row["postings"])),
            )
            for row in rows
        ]

    async def statement(
        self, tenant_id: UUID, account: Account, *, after: Place = START, limit: int
    ) -> list[Line]:
        rows = await self._call(_STATEMENT, tenant_id, account.code, *after, limit)
        return [
            Line(
                place=(row["txid"], row["number"], row["line"]),
                key=row["key"],
                kind=row["kind"],
                description=row["description"],
                posted_at=row["posted_at"],
                amount=Money(row["amount"], row["currency"]),
                balance=Money(row["balance"], row["currency"]),
            )
            for row in rows
        ]

    async def _call(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        try:
            return await self._pool.fetch(query, *arguments)
        except asyncpg.IntegrityConstraintViolationError as error:
            if error.constraint_name in _REVERSALS:
                raise ReversalRefused(str(error)) from error
            raise
        except asyncpg.PostgresError as error:
            if error.sqlstate == OTHER_CONTENT:
                raise LedgerConflict(str(error)) from error
            if error.sqlstate == NOT_A_REVERSAL:
                raise ReversalRefused(str(error)) from error
            if isinstance(error, (*AWAY, asyncpg.DeadlockDetectedError)):
                raise StoreUnavailable(AWAY_MESSAGE) from error
            raise
        except AWAY as error:
            raise StoreUnavailable(AWAY_MESSAGE) from error


def _without_repeats(transactions: Sequence[LedgerTransaction]) -> list[LedgerTransaction]:
    """The transactions, each key once. Raises LedgerConflict."""
    found: dict[str, LedgerTransaction] = {}
    for transaction in transactions:
        known = found.setdefault(transaction.key, transaction)
        if known is not transaction and known.digest != transaction.digest:
            raise LedgerConflict(transaction.key)
    return list(found.values())


def _posting(line: dict[str, Any]) -> Posting:
    return Posting(account_of(line["account"]), line["amount"], line["currency"])
