"""The books in Postgres: what is posted stays, adds up, and is the league's own."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import create_pool
from domain.money import bookkeeping as book
from domain.money.accounts import Account, AccountKind
from domain.money.ledger import LedgerTransaction, Posting, reversal
from domain.money.money import Money
from handlers.ledger import LedgerConflict, ReversalRefused, Sums

LEAGUE, OTHER_LEAGUE = UUID(int=1), UUID(int=2)
CUP = UUID(int=10)
TABLES = ("ledger_account", "ledger_transaction", "ledger_posting", "ledger_batch")
STRIPE = Account(AccountKind.STRIPE_BALANCE)
NEW_TRANSACTION = (
    "insert into ledger_transaction (tenant_id, number, key, kind, description, digest)"
    " values ($1, 7, $2, 'by hand', '', '') returning number"
)
NEW_POSTING = (
    "insert into ledger_posting (number, line, tenant_id, account, currency, amount)"
    " values ($1, $2, $3, 'stripe_balance', $4, $5)"
)


def inr(amount: int) -> Money:
    return Money(amount, "inr")


def fee(key: str = "p1/3", amount: int = 250_000) -> LedgerTransaction:
    return book.fee_received(key, CUP, inr(amount), stripe_fee=inr(amount // 50))


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=6)
    yield pool
    await pool.close()


@pytest.fixture
def ledger(pool: "asyncpg.Pool[Any]") -> PostgresLedger:
    return PostgresLedger(pool)


async def balances(ledger: PostgresLedger, tenant: UUID = LEAGUE) -> dict[str, int]:
    return {b.account.code: b.balance.amount for b in await ledger.balances(tenant, limit=100)}


# Posting.


async def test_a_fee_stands_on_its_accounts(ledger: PostgresLedger) -> None:
    assert await ledger.post(LEAGUE, [fee()]) == {"p1/3"}
    assert await balances(ledger) == {
        f"entry_fees/{CUP}": -250_000,
        "stripe_balance": 245_000,
        f"stripe_fees/{CUP}": 5_000,
    }


async def test_the_same_again_books_nothing(ledger: PostgresLedger) -> None:
    await ledger.post(LEAGUE, [fee()])
    assert await ledger.post(LEAGUE, [fee(), fee(), fee("p2/3")]) == {"p2/3"}
    assert (await balances(ledger))["stripe_balance"] == 490_000


async def test_another_content_under_a_key_is_refused_with_all_that_came_with_it(
    ledger: PostgresLedger,
) -> None:
    await ledger.post(LEAGUE, [fee()])
    with pytest.raises(LedgerConflict, match="p1/3"):
        await ledger.post(LEAGUE, [fee("p2/3"), fee(amount=99)])
    assert (await balances(ledger))["stripe_balance"] == 245_000


async def test_two_contents_under_a_key_of_one_batch_are_refused(ledger: PostgresLedger) -> None:
    with pytest.raises(LedgerConflict, match="p1/3"):
        await ledger.post(LEAGUE, [fee(), fee(amount=99)])
    assert await balances(ledger) == {}


async def test_nothing_to_post_is_no_error(ledger: PostgresLedger) -> None:
    assert await ledger.post(LEAGUE, []) == frozenset()


async def test_twenty_at_once_post_the_same_and_one_books(pool: "asyncpg.Pool[Any]") -> None:
    """Each with an adapter of its own, which opens the accounts too."""
    results = await asyncio.gather(
        *(PostgresLedger(pool).post(LEAGUE, [fee(), fee("p2/3")]) for _ in range(20))
    )
    assert sorted(key for booked in results for key in booked) == ["p1/3", "p2/3"]


async def test_batches_that_overlap_in_other_orders_end_with_each_key_once(pool: "asyncpg.Pool[Any]") -> None:
    ledger = PostgresLedger(pool)
    keys = [f"p{n}/3" for n in range(40)]
    batches = [[fee(key) for key in (keys[start:] + keys[:start])] for start in range(0, 40, 8)]
    booked: list[str] = []

    async def post(batch: list[LedgerTransaction]) -> None:
        booked.extend(await ledger.post(LEAGUE, batch))

    await asyncio.gather(*(post(batch) for batch in batches), return_exceptions=True)
    for batch in batches:  # a deadlock turned some away: they come again
        await post(batch)
    assert sorted(booked) == sorted(keys)


async def test_amounts_of_several_currencies_balance_each(ledger: PostgresLedger) -> None:
    yen, dinar = Money(500, "jpy"), Money(5_130, "kwd")
    await ledger.post(LEAGUE, [book.fee_received("y", CUP, yen), book.fee_received("k", CUP, dinar), fee()])
    assert await ledger.sums(LEAGUE) == [
        Sums(debits=inr(250_000), credits=inr(250_000)),
        Sums(debits=yen, credits=yen),
        Sums(debits=dinar, credits=dinar),
    ]


# Reversals.


async def test_a_reversal_leaves_every_account_as_it_was(ledger: PostgresLedger) -> None:
    await ledger.post(LEAGUE, [fee()])
    await ledger.post(LEAGUE, [reversal(fee(), key="p1/3/undone", description="booked for another team")])
    assert set((await balances(ledger)).values()) == {0}


async def test_a_transaction_is_reversed_once(ledger: PostgresLedger) -> None:
    await ledger.post(LEAGUE, [fee(), reversal(fee(), key="undone", description="")])
    with pytest.raises(ReversalRefused):
        await ledger.post(LEAGUE, [reversal(fee(), key="undone again", description="")])


async def test_what_is_not_in_the_books_is_not_reversed(ledger: PostgresLedger) -> None:
    await ledger.post(OTHER_LEAGUE, [fee()])
    with pytest.raises(ReversalRefused):
        await ledger.post(LEAGUE, [reversal(fee(), key="undone", description="")])


async def test_a_reversal_takes_back_all_of_it_and_nothing_else(ledger: PostgresLedger) -> None:
    await ledger.post(LEAGUE, [fee()])
    with pytest.raises(ReversalRefused):
        await ledger.post(LEAGUE, [reversal(fee(amount=100), key="undone", description="")])


# What the database itself holds to.


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["update {} set tenant_id = tenant_id", "delete from {}", "truncate {} cascade"]
)
async def test_the_application_can_only_add(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]", table: str, statement: str
) -> None:
    await ledger.post(LEAGUE, [fee()])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement.format(table))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["update {} set tenant_id = tenant_id", "delete from {}", "truncate {} cascade"]
)
async def test_not_even_the_owner_of_the_database_changes_the_books(
    ledger: PostgresLedger, postgres_dsn: str, table: str, statement: str
) -> None:
    await ledger.post(LEAGUE, [fee()])
    connection = await asyncpg.connect(postgres_dsn)
    with pytest.raises(asyncpg.PostgresError, match="never changed or deleted"):
        await connection.execute(statement.format(table))
    await connection.close()


RIGHTS = """
select r.rolname as role, t.name as relation, p.name as right
from pg_roles r, unnest($1::text[]) t(name),
  unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p(name)
where not r.rolsuper and r.rolname not like 'pg\\_%'
  and (has_table_privilege(r.oid, t.name, p.name)
    or p.name in ('select', 'insert', 'update', 'references') and has_any_column_privilege(r.oid, t.name, p.name))
"""


async def test_no_role_but_the_tables_owner_may_do_more_than_the_application(postgres_dsn: str) -> None:
    """Nor on a single column, and not by a role that it is a member of."""
    connection = await asyncpg.connect(postgres_dsn)
    found = {(row["role"], row["relation"], row["right"]) for row in await connection.fetch(RIGHTS, TABLES)}
    await connection.close()
    assert {each for each in found if each[0] != "pavilion_owner"} == {
        ("pavilion_app", table, right) for table in TABLES for right in ("select", "insert")
    }


@pytest.mark.parametrize("table", TABLES)
async def test_the_owner_of_the_tables_changes_nothing_either(
    ledger: PostgresLedger, postgres_dsn: str, table: str
) -> None:
    """It sees no rows that it could change, and is refused where rows are not looked at."""
    await ledger.post(LEAGUE, [fee()])
    connection = await asyncpg.connect(postgres_dsn)
    await connection.execute("set role pavilion_owner")
    assert await connection.execute(f"update {table} set tenant_id = tenant_id") == "UPDATE 0"  # noqa: S608
    assert await connection.execute(f"delete from {table}") == "DELETE 0"  # noqa: S608
    with pytest.raises(asyncpg.PostgresError, match="never changed or deleted"):
        await connection.execute(f"truncate {table} cascade")
    await connection.close()


async def by_hand(pool: "asyncpg.Pool[Any]", key: str, *lines: tuple[str, int]) -> int:
    """A transaction written past the port."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(LEAGUE))
        number = await connection.fetchval(NEW_TRANSACTION, LEAGUE, key)
        for line, (currency, amount) in enumerate(lines, start=1):
            await connection.execute(NEW_POSTING, number, line, LEAGUE, currency, amount)
    return number


async def test_a_transaction_without_postings_is_not_committed(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]"
) -> None:
    with pytest.raises(asyncpg.PostgresError, match="has no postings"):
        await by_hand(pool, "empty")


async def test_a_posting_to_an_account_that_is_not_there_is_not_committed(pool: "asyncpg.Pool[Any]") -> None:
    with pytest.raises(asyncpg.PostgresError, match="no ledger account stripe_balance"):
        await by_hand(pool, "nowhere", ("inr", 5), ("inr", -5))


@pytest.mark.parametrize(
    "lines",
    [
        (("inr", 5),),
        (("inr", 5), ("inr", -4)),
        (("inr", 5), ("jpy", -5)),
        (("inr", 5), ("inr", -5), ("jpy", 1)),
    ],
)
async def test_what_does_not_add_up_is_not_committed(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]", lines: tuple[tuple[str, int], ...]
) -> None:
    await ledger.post(LEAGUE, [fee()])
    with pytest.raises(asyncpg.PostgresError, match="does not add up to zero"):
        await by_hand(pool, "crooked", *lines)
    assert [booked.key for booked in await ledger.transactions(LEAGUE, limit=9)] == ["p1/3"]


async def test_the_sum_is_looked_at_when_all_is_written(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]"
) -> None:
    await ledger.post(LEAGUE, [fee()])
    await by_hand(pool, "straight", ("inr", 5), ("jpy", 1), ("inr", -5), ("jpy", -1))
    assert len(await ledger.transactions(LEAGUE, limit=9)) == 2


async def test_nothing_is_added_to_a_transaction_of_before(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]"
) -> None:
    await ledger.post(LEAGUE, [fee()])
    (booked,) = await ledger.transactions(LEAGUE, limit=1)
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(LEAGUE))
        await connection.execute(NEW_POSTING, booked.place[1], 8, LEAGUE, "inr", 5)
        await connection.execute(NEW_POSTING, booked.place[1], 9, LEAGUE, "inr", -5)
        with pytest.raises(asyncpg.PostgresError, match="written with it"):
            await transaction.commit()


async def test_looking_early_does_not_spare_what_comes_later(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]"
) -> None:
    await ledger.post(LEAGUE, [fee()])
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(LEAGUE))
        number = await connection.fetchval(NEW_TRANSACTION, LEAGUE, "k")
        await connection.execute(NEW_POSTING, number, 1, LEAGUE, "inr", 5)
        await connection.execute(NEW_POSTING, number, 2, LEAGUE, "inr", -5)
        await connection.execute("set constraints all immediate")
        with pytest.raises(asyncpg.PostgresError, match="does not add up"):
            await connection.execute(NEW_POSTING, number, 3, LEAGUE, "inr", 7)
        await transaction.rollback()


async def test_naming_another_league_at_the_end_hides_nothing(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]"
) -> None:
    await ledger.post(LEAGUE, [fee()])
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(LEAGUE))
        number = await connection.fetchval(NEW_TRANSACTION, LEAGUE, "k")
        await connection.execute(NEW_POSTING, number, 1, LEAGUE, "inr", 5)
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(OTHER_LEAGUE))
        with pytest.raises(asyncpg.PostgresError, match="does not add up"):
            await transaction.commit()


async def test_nobody_states_the_database_transaction(pool: "asyncpg.Pool[Any]") -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(
            "insert into ledger_posting (number, line, txid, tenant_id, account, currency, amount)"
            " values (1, 9, '1', $1, 'stripe_balance', 'inr', 5)",
            LEAGUE,
        )


# Leagues apart.


async def test_a_league_sees_only_its_own_books(ledger: PostgresLedger) -> None:
    await ledger.post(LEAGUE, [fee()])
    await ledger.post(OTHER_LEAGUE, [fee(amount=100)])
    assert (await balances(ledger, OTHER_LEAGUE))["stripe_balance"] == 98
    assert [s.debits.amount for s in await ledger.sums(OTHER_LEAGUE)] == [100]
    assert [line.amount.amount for line in await ledger.statement(OTHER_LEAGUE, STRIPE, limit=9)] == [98]
    assert len(await ledger.transactions(OTHER_LEAGUE, limit=9)) == 1


@pytest.mark.parametrize("table", TABLES)
async def test_without_a_league_there_is_nothing_to_see(
    ledger: PostgresLedger, pool: "asyncpg.Pool[Any]", table: str
) -> None:
    await ledger.post(LEAGUE, [fee()])
    assert await pool.fetchval(f"select count(*) from {table}") == 0  # noqa: S608


async def test_nobody_writes_into_another_leagues_books(pool: "asyncpg.Pool[Any]") -> None:
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(LEAGUE))
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.fetchval(NEW_TRANSACTION, OTHER_LEAGUE, "smuggled")
        await transaction.rollback()


# Reading.


async def test_a_statement_goes_on_where_its_page_ended(ledger: PostgresLedger) -> None:
    yen = book.fee_received("y", CUP, Money(500, "jpy"))
    await ledger.post(LEAGUE, [fee("p1", 100), yen, fee("p2", 200), fee("p3", 300)])
    first = await ledger.statement(LEAGUE, STRIPE, limit=2)
    rest = await ledger.statement(LEAGUE, STRIPE, after=first[-1].place, limit=9)
    assert [(line.key, str(line.amount), str(line.balance)) for line in (*first, *rest)] == [
        ("p1", "0.98 INR", "0.98 INR"),
        ("y", "500 JPY", "500 JPY"),
        ("p2", "1.96 INR", "2.94 INR"),
        ("p3", "2.94 INR", "5.88 INR"),
    ]


async def test_transactions_are_found_by_key_and_by_tournament(ledger: PostgresLedger) -> None:
    elsewhere = book.prize_won("w", UUID(int=11), "rcb", inr(5))
    await ledger.post(LEAGUE, [fee(), elsewhere])
    (by_key,) = await ledger.transactions(LEAGUE, key="p1/3", limit=9)
    (by_tournament,) = await ledger.transactions(LEAGUE, tournament=UUID(int=11), limit=9)
    assert by_key.postings == fee().postings
    assert by_tournament.postings == (
        Posting(Account(AccountKind.PRIZES, UUID(int=11)), 5, "inr"),
        Posting(Account(AccountKind.PRIZES_PAYABLE, UUID(int=11), "rcb"), -5, "inr"),
    )


async def test_balances_are_narrowed_and_paged(ledger: PostgresLedger) -> None:
    prizes = [book.prize_won(f"w{n}", CUP, f"team-{n}", inr(n)) for n in range(1, 6)]
    await ledger.post(LEAGUE, [*prizes, book.fee_received("y", CUP, Money(500, "jpy")), fee()])
    payable = await ledger.balances(LEAGUE, kind=AccountKind.PRIZES_PAYABLE, limit=3)
    assert [balance.balance.amount for balance in payable] == [-1, -2, -3]
    (one,) = await ledger.balances(LEAGUE, party="team-4", tournament=CUP, limit=3)
    assert one.balance == inr(-4)
    every = await ledger.balances(LEAGUE, limit=100)
    last = every[0].account.code, every[0].balance.currency
    assert await ledger.balances(LEAGUE, after=last, limit=100) == every[1:]
