"""Posting to the ledger against bare inserts of the same rows, a batch a call, in turn."""

import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.migrate import upgrade
from adapters.postgres.pool import create_pool
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import sql
from domain.money import bookkeeping as book
from domain.money.ledger import LedgerTransaction
from domain.money.money import Money

CALLS = 400
BATCH = 5
"""Fees received in one call, of three postings each."""
TOURNAMENTS = 20
DIGEST = bytes(32)
"""A bare insert reckons none, and stores one all the same."""

BARE_TABLES = (
    "drop table if exists bare_transaction, bare_posting",
    """
    create table bare_transaction (
      position bigint generated always as identity primary key, tenant_id uuid not null, key text not null,
      kind text not null, description text not null, digest bytea not null,
      posted_at timestamptz not null default clock_timestamp()
    )
    """,
    """
    create table bare_posting (
      position bigint generated always as identity primary key, tenant_id uuid not null, key text not null,
      line smallint not null, account text not null, currency text not null, amount bigint not null
    )
    """,
    "grant insert on bare_transaction, bare_posting to pavilion_app",
)
BARE = """
with transactions as (
  insert into bare_transaction (tenant_id, key, kind, description, digest)
  select $1, t.* from unnest($2::text[], $3::text[], $4::text[], $5::bytea[]) t
)
insert into bare_posting (tenant_id, key, line, account, currency, amount)
select $1, p.* from unnest($6::text[], $7::smallint[], $8::text[], $9::text[], $10::bigint[]) p
"""


def fees() -> list[LedgerTransaction]:
    """A batch nobody has posted."""
    return [
        book.fee_received(
            f"{uuid.uuid4()}/3",
            uuid.UUID(int=n % TOURNAMENTS),
            Money(250_000, "inr"),
            stripe_fee=Money(7_500, "inr"),
            about="Royal Challengers",
        )
        for n in range(BATCH)
    ]


def columns(batch: list[LedgerTransaction]) -> list[list[object]]:
    """The same rows as the arrays of BARE."""
    postings = [(t.key, line, p) for t in batch for line, p in enumerate(t.postings, start=1)]
    return [
        [t.key for t in batch],
        [t.kind for t in batch],
        [t.description for t in batch],
        [DIGEST] * len(batch),
        [key for key, _, _ in postings],
        [line for _, line, _ in postings],
        [p.account.code for _, _, p in postings],
        [p.currency for _, _, p in postings],
        [p.amount for _, _, p in postings],
    ]


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """Both as the role of the application, on one connection; the clients' own work counts on both sides."""
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    await sql(dsn, *BARE_TABLES)
    pool = await create_pool(dsn, application_name="bench", role="pavilion_app", max_size=1)
    ledger, tenant = PostgresLedger(pool), uuid.uuid4()

    async def pair() -> dict[str, Sample]:
        ours = plain = 0.0
        for _ in range(CALLS):
            batch, same = fees(), fees()
            begun = time.perf_counter()
            await ledger.post(tenant, batch)
            between = time.perf_counter()
            await pool.execute(BARE, tenant, *columns(same))
            ours += between - begun
            plain += time.perf_counter() - between
        postings = 3 * BATCH * CALLS
        note = {"postings_per_second": round(postings / ours), "batch": BATCH}
        return {"ledger_posts_vs_bare_insert": Sample(plain / ours, postings / plain, note)}

    try:
        yield pair
    finally:
        await pool.close()


LEDGER = Suite(
    name="ledger",
    servers=("postgres",),
    prepare=prepare,
    warm_up=True,
    figures=(
        Figure(
            "ledger_posts_vs_bare_insert", "postings/s over bare inserts of the same rows", "ratio", "≥ 0.6"
        ),
    ),
)
