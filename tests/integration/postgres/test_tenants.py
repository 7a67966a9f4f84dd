"""A league that leaves, leaves nothing behind but its books; the others stay as they are."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.payees import PostgresPayees
from adapters.postgres.pool import create_pool
from adapters.postgres.projections import READ_MODELS
from adapters.postgres.rebuild import Rebuild
from adapters.postgres.registers import PostgresRegisterStore
from adapters.postgres.tenants import KEPT, erase_tenant
from handlers.payees import Payee
from handlers.payment import PaymentHandler
from handlers.register import RegisterHandler, Wish
from handlers.request import NOBODY
from tests.integration.postgres.test_event_store import event
from tests.integration.relay.test_payment_projector import LIFE
from tests.unit.projections.test_payment import AT

LEAGUE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
async def owner(postgres_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres_dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def leagues(postgres_dsn: str) -> None:
    """Two leagues with the same in them: an event, a player, a payee, a payment."""
    async with await create_pool(
        postgres_dsn, role="pavilion_app", application_name="test", max_size=2
    ) as pool:
        store = PostgresEventStore(pool)
        for league in (LEAGUE, OTHER):
            await store.append(league, "team", uuid4(), 0, [event(), event()])
            wish = Wish(id="kohli", how="register", entry={"id": "kohli", "name": "V Kohli"})
            await RegisterHandler(PostgresRegisterStore(pool)).fulfil(
                league,
                "player",
                [wish],
                idempotency_key="k",
                scope="players",
                expected_version=None,
                caller=NOBODY,
            )
            payee = Payee(id="rcb", account=f"acct_{league.int}", email="rcb@example.com", country="IN")
            await PostgresPayees(pool).add(league, payee)
            payment = uuid4()
            for number, command in enumerate(LIFE):
                await PaymentHandler(store).execute(
                    league, payment, (command,), idempotency_key=str(number), now=AT
                )
    async with asyncpg.create_pool(postgres_dsn, min_size=1, max_size=4) as pool:
        for model in READ_MODELS.values():
            await Rebuild(model, pool).run()


async def rows(owner: asyncpg.Connection, league: UUID) -> dict[str, int]:
    """How many rows a league has in each table, the empty ones left out."""
    tables = await owner.fetch(
        "select relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
        " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
    )
    found = {
        row["relname"]: await owner.fetchval(
            f"select count(*) from {row['relname']} where tenant_id = $1",  # noqa: S608
            league,
        )
        for row in tables
    }
    return {table: count for table, count in found.items() if count}


@pytest.mark.usefixtures("leagues")
async def test_only_the_books_are_left_of_it(owner: asyncpg.Connection) -> None:
    before, others = await rows(owner, LEAGUE), await rows(owner, OTHER)
    assert {"event", "register", "payee", "rm_payment"} <= before.keys()
    erased = await erase_tenant(owner, LEAGUE, by="the operator")
    assert erased.deleted == {"event": 3, "register": 1}
    left = await rows(owner, LEAGUE)
    assert left.keys() - KEPT == {"event"}
    kinds = await owner.fetch("select distinct stream_kind, type from event where tenant_id = $1", LEAGUE)
    assert {row["stream_kind"] for row in kinds} == {"payment", "identity"}
    assert {row["type"] for row in kinds if row["stream_kind"] == "identity"} == {"TenantErased"}
    assert await rows(owner, OTHER) == others


@pytest.mark.usefixtures("leagues")
async def test_said_again_it_changes_nothing(owner: asyncpg.Connection) -> None:
    await erase_tenant(owner, LEAGUE, by="the operator")
    left = await rows(owner, LEAGUE)
    assert (await erase_tenant(owner, LEAGUE, by="the operator")).deleted == {}
    assert await rows(owner, LEAGUE) == left
