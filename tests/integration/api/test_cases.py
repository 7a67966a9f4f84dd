"""Cases of reconciliation that people close, and events of the inbox that they have tried again."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import create_pool
from adapters.postgres.reconciliation import PostgresCases
from domain.money import bookkeeping as book
from domain.money.explaining import suspense_key
from domain.money.money import Money
from domain.money.reconciliation import Case, CaseKind
from tests.integration.api.conftest import Client

CUP = UUID(int=10)
LOST = Money(-500, "inr")
FEE = {"subject": "txn_1", "reason": "Stripe's monthly fee", "account": f"stripe_fees/{CUP}"}


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=2)
    yield pool
    await pool.close()


@pytest.fixture
async def treasurer(client: Client, pool: "asyncpg.Pool[Any]") -> Client:
    """Of a league from whose balance 500 went, nobody knows why; by its books one refund of 500 was made."""
    ledger, cases = PostgresLedger(pool), PostgresCases(pool)
    refund = book.refund_made_outside("p1/7", CUP, -LOST)
    await ledger.post(client.tenant_id, [book.unexplained(suspense_key("txn_1"), LOST), refund])
    await cases.open(client.tenant_id, [case(client), case(client, CaseKind.BOOKS_DIFFER, "payment/1")])
    return client.somebody("asha", "treasurer")


def case(client: Client, kind: CaseKind = CaseKind.UNEXPLAINED, subject: str = "txn_1") -> Case:
    return Case(tenant=client.tenant_id, kind=kind, subject=subject, detail="500 are gone")


async def close(client: Client, **said: str) -> httpx.Response:
    return await client.post("/v1/ledger/cases:close", said)


async def suspense(client: Client) -> int:
    (row,) = (await client.get("/v1/ledger/accounts?kind=suspense")).json()["accounts"]
    return row["balance"]["amount"]


async def test_what_is_explained_by_an_account_is_booked_there(treasurer: Client) -> None:
    answer = await close(treasurer, **FEE)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["status"], said["closed_by"], said["reason"]) == ("closed", "asha", "Stripe's monthly fee")
    assert said["explained_by"] == "stripe/txn_1/explained"
    assert await suspense(treasurer) == 0


async def test_what_another_transaction_books_is_taken_out_of_suspense(treasurer: Client) -> None:
    answer = await close(treasurer, subject="txn_1", reason="the refund of team A", transaction="p1/7")
    assert (answer.status_code, answer.json()["explained_by"]) == (200, "p1/7")
    assert await suspense(treasurer) == 0


async def test_closed_twice_it_is_booked_once_and_otherwise_it_is_refused(treasurer: Client) -> None:
    assert (await close(treasurer, **FEE)).status_code == 200
    assert (await close(treasurer, **FEE)).status_code == 200
    assert await suspense(treasurer) == 0
    other = await close(treasurer, subject="txn_1", reason="the refund of team A", transaction="p1/7")
    assert (other.status_code, other.json()["code"]) == (409, "case_closed")


async def test_what_a_person_has_closed_is_not_opened_again(
    treasurer: Client, pool: "asyncpg.Pool[Any]"
) -> None:
    """The line is read again for an hour."""
    await close(treasurer, **FEE)
    assert await PostgresCases(pool).open(treasurer.tenant_id, [case(treasurer)]) == frozenset()


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"subject": "txn_1", "reason": "who knows"}, 422, "case_not_explained"),
        ({"subject": "txn_1", "reason": "x", "transaction": "p9/1"}, 422, "case_not_explained"),
        ({"subject": "txn_1", "reason": "x", "transaction": "stripe/txn_1"}, 422, "case_not_explained"),
        ({"subject": "txn_1", "reason": "x", "account": "suspense"}, 422, "case_not_explained"),
        ({"subject": "txn_1", "reason": "", "account": "bank"}, 422, "invalid_body"),
        ({"subject": "txn_1", "reason": "x", "account": "pocket"}, 400, "malformed_parameter"),
        ({"subject": "txn_9", "reason": "x", "account": "bank"}, 404, "case_not_found"),
        ({"subject": "payment/1", "reason": "x", "kind": "books differ"}, 422, "case_closes_itself"),
    ],
    ids=str,
)
async def test_what_explains_nothing_closes_nothing(
    treasurer: Client, said: dict[str, str], status: int, code: str
) -> None:
    answer = await close(treasurer, **said)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await suspense(treasurer) == 500
    assert len((await treasurer.get("/v1/ledger/cases?status=open")).json()["cases"]) == 2


async def test_an_organiser_closes_none(treasurer: Client) -> None:
    answer = await close(treasurer.somebody("ravi", "organiser"), **FEE)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


# Debts.

OWED = Money(500, "inr")
DEBT = f"receivable/{CUP}/rcb/inr/1"
PAID = {"subject": DEBT, "kind": "debt", "reason": "a cheque", "account": "bank"}
GIVEN_UP = {**PAID, "reason": "it went bankrupt", "account": f"bad_debts/{CUP}"}


@pytest.fixture
async def creditor(treasurer: Client, pool: "asyncpg.Pool[Any]") -> Client:
    """Of a league to which a team owes its fee."""
    opened = book.dispute_opened("p2/1", CUP, OWED)
    await PostgresLedger(pool).post(
        treasurer.tenant_id, [opened, book.dispute_lost("p2/2", CUP, "rcb", OWED)]
    )
    await PostgresCases(pool).open(treasurer.tenant_id, [case(treasurer, CaseKind.DEBT, DEBT)])
    return treasurer


async def balances(client: Client, *kinds: str) -> list[int]:
    rows = (await client.get("/v1/ledger/accounts")).json()["accounts"]
    return [sum(row["balance"]["amount"] for row in rows if row["code"].startswith(kind)) for kind in kinds]


@pytest.mark.parametrize(("said", "kind"), [(PAID, "bank"), (GIVEN_UP, "bad_debts")])
async def test_somebody_says_what_became_of_a_debt(creditor: Client, said: dict[str, str], kind: str) -> None:
    for _ in range(2):
        answer = await close(creditor, **said)
        assert answer.status_code == 200, answer.text
        assert (answer.json()["closed_by"], answer.json()["explained_by"]) == ("asha", f"debt/{DEBT}")
    assert await balances(creditor, "receivable", kind) == [0, 500]


async def test_one_debt_is_not_settled_in_two_ways(creditor: Client) -> None:
    assert (await close(creditor, **PAID)).status_code == 200
    other = await close(creditor, **GIVEN_UP)
    assert (other.status_code, other.json()["code"]) == (409, "case_closed")
    assert await balances(creditor, "receivable", "bank", "bad_debts") == [0, 500, 0]


@pytest.mark.parametrize(
    "said",
    [
        {**PAID, "account": "suspense"},
        {**PAID, "account": f"bad_debts/{UUID(int=11)}"},
        {"subject": DEBT, "kind": "debt", "reason": "who knows"},
        {**PAID, "transaction": "p2/2"},
        {**PAID, "subject": f"receivable/{CUP}/rcb/inr/7"},
        {**PAID, "subject": "txn_1"},
    ],
    ids=str,
)
async def test_what_says_nothing_of_a_debt_closes_nothing(creditor: Client, said: dict[str, str]) -> None:
    answer = await close(creditor, **said)
    assert (answer.status_code, answer.json()["code"]) == (422, "case_not_explained")
    assert await balances(creditor, "receivable") == [500]


# Events that fail.


async def failing(dsn: str, id_: str, tenant: UUID | None) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "insert into webhook_event (event_id, type, created_at, live, metadata, due_at, attempts, last_error) values"
        " ($1, 'charge.refunded', now(), false, $2::jsonb, now() + interval '1 hour', 3, 'away')",
        id_,
        f'{{"tenant": "{tenant}"}}' if tenant else "{}",
    )
    await connection.close()


async def ids(client: Client) -> set[str]:
    return {row["id"] for row in (await client.get("/v1/webhooks/events?state=failing")).json()["events"]}


async def test_a_league_sees_the_events_about_it_that_fail(
    treasurer: Client, app: FastAPI, postgres_dsn: str
) -> None:
    for id_, tenant in (("evt_ours", treasurer.tenant_id), ("evt_theirs", uuid4()), ("evt_nobodys", None)):
        await failing(postgres_dsn, id_, tenant)
    assert await ids(treasurer) == {"evt_ours"}
    home = Client(treasurer.http, treasurer.issuer, app.state.services.home, ("treasurer",))
    assert await ids(home) == {"evt_nobodys"}


async def test_one_that_fails_is_tried_again_at_once_when_somebody_says_so(
    treasurer: Client, postgres_dsn: str
) -> None:
    for id_, tenant in (("evt_ours", treasurer.tenant_id), ("evt_theirs", uuid4())):
        await failing(postgres_dsn, id_, tenant)
    answers = [await treasurer.post(f"/v1/webhooks/events/{id_}:retry") for id_ in ("evt_ours", "evt_theirs")]
    assert [answer.status_code for answer in answers] == [202, 404]
    connection = await asyncpg.connect(postgres_dsn)
    due = await connection.fetch("select event_id from webhook_event where due_at <= now()")
    await connection.close()
    assert [row["event_id"] for row in due] == ["evt_ours"]
