"""The books as those read them who may."""

import csv
import io
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import create_pool
from domain.money import bookkeeping as book
from domain.money.money import Money
from tests.integration.api.conftest import Client

CUP, OTHER_CUP = UUID(int=10), UUID(int=11)
FEE = book.fee_received("p1/3", CUP, Money(250_000, "inr"), stripe_fee=Money(7_500, "inr"), about="RCB, Cup")
YEN = book.fee_received("p2/3", OTHER_CUP, Money(500, "jpy"), about="Tokyo, Cup")
REFUND = book.refund_made("p1/9", CUP, Money(125_000, "inr"), about="RCB, Cup")


@pytest.fixture
async def treasurer(client: Client, postgres_dsn: str) -> AsyncIterator[Client]:
    """Reads books in which two fees and a refund stand."""
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=2)
    await PostgresLedger(pool).post(client.tenant_id, [FEE, YEN, REFUND])
    yield client.somebody("the treasurer", "treasurer")
    await pool.close()


async def test_accounts_show_what_stands_on_them(treasurer: Client) -> None:
    answer = await treasurer.get(f"/v1/ledger/accounts?tournament={CUP}")
    accounts = {row["code"]: row for row in answer.json()["accounts"]}
    assert {code: row["balance"] for code, row in accounts.items()} == {
        f"entry_fees/{CUP}": {"amount": -250_000, "currency": "inr"},
        f"refunds_payable/{CUP}": {"amount": 125_000, "currency": "inr"},
        f"stripe_fees/{CUP}": {"amount": 7_500, "currency": "inr"},
    }
    assert accounts[f"entry_fees/{CUP}"]["class"] == "income"
    assert accounts[f"entry_fees/{CUP}"]["side"] == "credit"


async def test_accounts_come_a_page_at_a_time(treasurer: Client) -> None:
    codes, path = [], "/v1/ledger/accounts?limit=2"
    while path:
        body = (await treasurer.get(path)).json()
        codes += [(row["code"], row["balance"]["currency"]) for row in body["accounts"]]
        path = f"/v1/ledger/accounts?limit=2&cursor={body['next']}" if body["next"] else ""
    assert codes == sorted(codes)
    assert len(codes) == len(set(codes)) == 6
    assert ("stripe_balance", "jpy") in codes


async def test_accounts_of_a_kind(treasurer: Client) -> None:
    body = (await treasurer.get("/v1/ledger/accounts?kind=stripe_balance")).json()
    assert [row["balance"] for row in body["accounts"]] == [
        {"amount": 117_500, "currency": "inr"},
        {"amount": 500, "currency": "jpy"},
    ]


async def test_the_books_add_up(treasurer: Client) -> None:
    body = (await treasurer.get("/v1/ledger/balances")).json()
    assert [(row["debits"]["amount"], row["credits"]["amount"]) for row in body["balances"]] == [
        (375_000, 375_000),
        (500, 500),
    ]
    assert {row["difference"]["amount"] for row in body["balances"]} == {0}


async def test_transactions_are_listed_with_their_postings(treasurer: Client) -> None:
    first = (await treasurer.get("/v1/ledger/transactions?limit=1")).json()
    rest = (await treasurer.get(f"/v1/ledger/transactions?cursor={first['next']}")).json()
    assert [row["key"] for row in (*first["transactions"], *rest["transactions"])] == ["p1/3", "p2/3", "p1/9"]
    assert rest["next"] is None
    (found,) = (await treasurer.get("/v1/ledger/transactions?key=p1/3")).json()["transactions"]
    assert found["description"] == "fee received: RCB, Cup"
    assert sum(posting["amount"]["amount"] for posting in found["postings"]) == 0


async def test_a_statement_ends_with_the_balance(treasurer: Client) -> None:
    body = (await treasurer.get("/v1/ledger/statement?account=stripe_balance")).json()
    assert [
        (line["kind"], line["amount"]["amount"], line["balance"]["amount"]) for line in body["lines"]
    ] == [
        ("fee received", 242_500, 242_500),
        ("fee received", 500, 500),
        ("refund made", -125_000, 117_500),
    ]


async def test_the_books_can_be_taken_away_as_csv(treasurer: Client) -> None:
    answer = await treasurer.get("/v1/ledger/export.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 3 + 2 + 2
    assert sum(int(row["amount_minor"]) for row in rows if row["currency"] == "inr") == 0
    assert {row["amount"] for row in rows if row["key"] == "p2/3"} == {"500", "-500"}
    assert {row["amount"] for row in rows if row["key"] == "p1/9"} == {"1250.00", "-1250.00"}
    only = await treasurer.get(f"/v1/ledger/export.csv?tournament={OTHER_CUP}")
    assert len(only.text.splitlines()) == 1 + 2


@pytest.mark.parametrize(
    ("path", "param"),
    [
        ("accounts?kind=gold", "kind"),
        ("accounts?tournament=cup", "tournament"),
        ("accounts?cursor=x", "cursor"),
        ("statement", "account"),
        ("statement?account=gold", "account"),
        ("transactions?limit=0", "limit"),
        ("transactions?cursor=WyIxIiwiMiIsIi0zIl0", "cursor"),
    ],
)
async def test_what_cannot_be_read_is_said(treasurer: Client, path: str, param: str) -> None:
    answer = await treasurer.get(f"/v1/ledger/{path}")
    assert (answer.status_code, answer.json()["param"]) == (400, param)


async def test_another_league_has_other_books(treasurer: Client, client: Client) -> None:
    elsewhere = Client(client.http, client.issuer)
    for name in ("accounts", "balances", "transactions"):
        assert (await elsewhere.get(f"/v1/ledger/{name}")).json()[name] == []


@pytest.mark.parametrize("role", ["captain", "scorer", "viewer", "umpire", "referee"])
async def test_the_books_are_not_for_everybody(treasurer: Client, client: Client, role: str) -> None:
    answer = await client.somebody("somebody", role).get("/v1/ledger/accounts")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
