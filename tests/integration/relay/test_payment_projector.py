"""Payments from the event store through Kafka into their read models, and read from there."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from activities.event_relay import Relay
from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.payment_reads import PostgresPaymentReadModel
from adapters.postgres.payment_tables import PAYMENT_MODEL
from adapters.postgres.pool import create_pool
from domain.payment import commands as c
from domain.payment.terms import ChargeSeen, IntentSeen, RefundSeen
from handlers.payment import PaymentHandler
from handlers.payment_reads import PaymentFilter
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.projecting import check_against_rebuild, dead, projected, projecting
from tests.integration.relay.test_relay import Publisher, Tail, running
from tests.unit.projections.test_payment import AT, GONE, PLACE, TERMS

TENANT = UUID(int=1)
CHARGE = ChargeSeen(id="ch_1", amount=250_000, fee=7_500, balance_transaction="txn_1")
PAID = IntentSeen(id="pi_1", status="succeeded", currency="inr", charge=CHARGE)
BACK = RefundSeen(id="re_1", amount=250_000, standing="succeeded", number=1)
LIFE: tuple[c.PaymentCommand, ...] = (
    c.RequestPayment(terms=TERMS, entry=PLACE),
    c.ObserveIntent(seen=IntentSeen(id="pi_1", status="open", currency="inr")),
    c.ObserveIntent(seen=PAID),
    c.HearOfEntry(entry=GONE),
    c.ObserveIntent(
        seen=IntentSeen(id="pi_1", status="succeeded", currency="inr", charge=CHARGE, refunds=(BACK,))
    ),
)


async def test_a_payment_is_projected_as_it_goes_and_a_rebuild_agrees(
    owner: asyncpg.Connection,
    owner_pool: Any,
    postgres_dsn: str,
    tail: Tail,
    publisher: Publisher,
    broker: Broker,
    projector_pool: Any,
) -> None:
    app = await create_pool(postgres_dsn, role="pavilion_app", application_name="test", max_size=2)
    payments, id_ = PaymentHandler(PostgresEventStore(app)), uuid4()
    async with running(Relay(tail(), publisher())), projecting(PAYMENT_MODEL, projector_pool, broker):
        for number, command in enumerate(LIFE):
            await payments.execute(TENANT, id_, (command,), idempotency_key=str(number), now=AT)
            await eventually(lambda: projected(owner, PAYMENT_MODEL))

    reads = PostgresPaymentReadModel(app)
    (payment,) = await reads.payments(TENANT, PaymentFilter(), before=None, limit=10)
    assert (payment.document["status"], payment.document["given_back"]["amount"]) == ("refunded", 250_000)
    (refund,) = await reads.refunds(TENANT, PaymentFilter(status="succeeded"), before=None, limit=10)
    assert (refund.document["payment"], refund.document["stripe_refund"]) == (str(id_), "re_1")
    await app.close()
    await check_against_rebuild(owner, owner_pool, PAYMENT_MODEL)
    assert await dead(broker, PAYMENT_MODEL) == []


async def row(
    owner: asyncpg.Connection, table: str, tenant: int, payment: int, at: datetime, name: str = ""
) -> None:
    """A row of a read model; each payment is another team's."""
    named = {"rm_payment": "", "rm_refund": ", name"}[table]
    await owner.execute(
        f"insert into {table} (tenant_id, payment_id, version, tournament_id, team, status, created_at, document{named})"  # noqa: S608
        f" values ($1, $2, 1, $3, $4, 'paid', $5, '{{}}'{', $6' if named else ''})",
        *(UUID(int=tenant), UUID(int=payment), UUID(int=9), f"team {payment}", at),
        *([name] if named else []),
    )


async def test_lists_go_on_where_the_page_before_ended(owner: asyncpg.Connection, postgres_dsn: str) -> None:
    """Several have come at one time, so the time alone would lose some."""
    for number in range(1, 8):
        await row(owner, "rm_payment", 1, number, AT)
        await row(owner, "rm_refund", 1, number % 2 + 1, AT, str(number))
    app = await create_pool(postgres_dsn, role="pavilion_app", application_name="test", max_size=2)
    reads = PostgresPaymentReadModel(app)
    payments, refunds = list[Any](), list[Any]()
    while len(payments) < 7:
        before = payments[-1].place if payments else None
        payments += await reads.payments(UUID(int=1), PaymentFilter(), before=before, limit=3)
        before = refunds[-1].place if refunds else None
        refunds += await reads.refunds(UUID(int=1), PaymentFilter(), before=before, limit=3)
    await app.close()
    assert [each.place[1].int for each in payments] == [7, 6, 5, 4, 3, 2, 1]
    assert [each.place[1:] for each in refunds] == sorted((each.place[1:] for each in refunds), reverse=True)
    assert {each.place[2] for each in refunds} == set("1234567")


async def test_a_league_and_a_captain_see_their_own(owner: asyncpg.Connection, postgres_dsn: str) -> None:
    for tenant, payment in ((1, 1), (1, 2), (2, 3)):
        await row(owner, "rm_payment", tenant, payment, AT)
        await row(owner, "rm_refund", tenant, payment, AT, "1")
    await owner.execute(
        "insert into rm_entry (tenant_id, tournament_id, team, number, name, status, document)"
        " values ($1, $2, 'team 2', 1, 'x', 'confirmed', '{\"captain\": \"asha\"}')",
        UUID(int=1),
        UUID(int=9),
    )
    app = await create_pool(postgres_dsn, role="pavilion_app", application_name="test", max_size=2)
    reads = PostgresPaymentReadModel(app)

    async def seen(
        tenant: int, which: PaymentFilter, payment: UUID | None = None
    ) -> tuple[list[int], list[int]]:
        id_ = UUID(int=tenant)
        payments = await reads.payments(id_, which, before=None, limit=10)
        refunds = await reads.refunds(id_, which, payment=payment, before=None, limit=10)
        return [each.place[1].int for each in payments], [each.place[1].int for each in refunds]

    assert await seen(1, PaymentFilter()) == ([2, 1], [2, 1])
    assert await seen(2, PaymentFilter()) == ([3], [3])
    assert await seen(3, PaymentFilter()) == ([], [])
    assert await seen(1, PaymentFilter(captain="asha")) == ([2], [2])
    assert await seen(2, PaymentFilter(captain="asha")) == ([], [])
    assert await seen(1, PaymentFilter(captain="ravi")) == ([], [])
    assert await seen(1, PaymentFilter(team="team 1", status="paid")) == ([1], [1])
    assert await seen(1, PaymentFilter(tournament=UUID(int=8))) == ([], [])
    assert await seen(1, PaymentFilter(), payment=UUID(int=2)) == ([2, 1], [2])
    await app.close()
