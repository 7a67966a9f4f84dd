"""Endpoints that read the books."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.http import encode, identifier, malformed, text, versioned
from api.operations import principal
from api.paging import limit_of, no_cursor, page, read_cursor, time_in
from api.services import services
from domain.money.accounts import CHART, Account, AccountInvalid, AccountKind, account_of
from domain.money.money import Money
from handlers.ledger import START, Balance, Booked, Line, Place
from handlers.reconciliation import KeptCase

EXPORTED_AT_ONCE = 500
COLUMNS = (
    *("posted_at", "key", "kind", "description", "reverses"),
    *("account", "currency", "amount_minor", "amount"),
)


async def list_accounts(request: Request) -> Response:
    """The accounts by code, one row for each currency, with what stands on them. Debits are positive, credits
    negative."""
    place = read_cursor(request, 2)
    rows = await services(request).ledger.balances(
        principal(request).tenant_id,
        kind=_kind(request),
        tournament=identifier(request, "tournament"),
        party=text(request, "party"),
        after=(place[0], place[1]) if place else None,
        limit=limit_of(request) + 1,
    )
    shown = [((row.account.code, row.balance.currency), _account(row)) for row in rows]
    return page(request, "accounts", shown)


async def get_balances(request: Request) -> Response:
    """The sums of all debits and of all credits, by currency: always the same."""
    sums = await services(request).ledger.sums(principal(request).tenant_id)
    rows = [
        {
            "debits": money(each.debits),
            "credits": money(each.credits),
            "difference": money(each.debits - each.credits),
        }
        for each in sums
    ]
    return versioned(request, None, encode({"balances": rows}))


async def list_transactions(request: Request) -> Response:
    """What was booked, oldest first, each with its postings, which add up to zero."""
    rows = await services(request).ledger.transactions(
        principal(request).tenant_id,
        key=text(request, "key"),
        tournament=identifier(request, "tournament"),
        after=_place(request),
        limit=limit_of(request) + 1,
    )
    return page(request, "transactions", [(row.place, _transaction(row)) for row in rows])


async def get_statement(request: Request) -> Response:
    """What was posted to one account, oldest first, with the balance after each posting."""
    said = text(request, "account")
    if said is None:
        raise malformed("account", "say which account, by its code")
    rows = await services(request).ledger.statement(
        principal(request).tenant_id, account_in(said), after=_place(request), limit=limit_of(request) + 1
    )
    return page(request, "lines", [(row.place, _line(row)) for row in rows], account=said)


async def list_cases(request: Request) -> Response:
    """Where Stripe and the books did not match, newest first: what the case is about, and since when. A case
    about a payment or payout is closed as soon as they match again."""
    said, place = text(request, "status"), read_cursor(request, 3)
    if said not in (None, "open", "closed"):
        raise malformed("status", "status is open or closed")
    rows = await services(request).cases.cases(
        principal(request).tenant_id,
        is_open=None if said is None else said == "open",
        before=(time_in(place[0]), place[1], place[2]) if place else None,
        limit=limit_of(request) + 1,
    )
    shown = [((row.opened_at, row.subject, row.kind), shown_case(row)) for row in rows]
    return page(request, "cases", shown)


async def export_ledger(request: Request) -> Response:
    """Every posting, oldest first, as CSV; `amount_minor` in minor units, `amount` with the currency's
    decimals."""
    tournament = identifier(request, "tournament")
    ledger, tenant_id = services(request).ledger, principal(request).tenant_id
    first = await ledger.transactions(tenant_id, tournament=tournament, limit=EXPORTED_AT_ONCE)

    async def lines() -> AsyncIterator[str]:
        yield _csv([COLUMNS])
        rows = first
        while rows:
            yield _csv([_cells(row, posting) for row in rows for posting in range(len(row.postings))])
            after = rows[-1].place
            rows = await ledger.transactions(
                tenant_id, tournament=tournament, after=after, limit=EXPORTED_AT_ONCE
            )

    headers = {"content-disposition": 'attachment; filename="ledger.csv"', "cache-control": "no-store"}
    return StreamingResponse(lines(), 200, headers, "text/csv")


def money(amount: Money) -> dict[str, Any]:
    """An amount as the API writes it: whole minor units and the currency's code."""
    return {"amount": amount.amount, "currency": amount.currency}


def _account(row: Balance) -> dict[str, Any]:
    account, chapter = row.account, CHART[row.account.kind]
    return {
        "code": account.code,
        "kind": account.kind,
        "class": account.class_,
        "side": account.class_.side,
        "meaning": chapter.meaning,
        "tournament": account.tournament,
        "party": account.party,
        "opened_at": row.opened_at,
        "balance": money(row.balance),
        "postings": row.postings,
    }


def shown_case(row: KeptCase) -> dict[str, Any]:
    """A case as the API shows it."""
    return {
        "kind": row.kind,
        "subject": row.subject,
        "status": "open" if row.closed_at is None else "closed",
        "detail": row.detail,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "closed_by": row.closed_by,
        "reason": row.reason,
        "explained_by": row.explained_by,
    }


def _transaction(row: Booked) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": row.kind,
        "description": row.description,
        "reverses": row.reverses,
        "posted_at": row.posted_at,
        "postings": [
            {"account": p.account.code, "amount": {"amount": p.amount, "currency": p.currency}}
            for p in row.postings
        ],
    }


def _line(row: Line) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": row.kind,
        "description": row.description,
        "posted_at": row.posted_at,
        "amount": money(row.amount),
        "balance": money(row.balance),
    }


def _cells(row: Booked, number: int) -> tuple[object, ...]:
    posting = row.postings[number]
    written = str(Money(posting.amount, posting.currency)).rpartition(" ")[0].replace(",", "")
    return (
        *(row.posted_at.isoformat(), row.key, row.kind, row.description, row.reverses or ""),
        *(posting.account.code, posting.currency, posting.amount, written),
    )


def _csv(rows: list[tuple[object, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _kind(request: Request) -> AccountKind | None:
    said = text(request, "kind")
    try:
        return AccountKind(said) if said else None
    except ValueError as error:
        raise malformed("kind", f"kind is one of {', '.join(AccountKind)}") from error


def account_in(code: str) -> Account:
    """The account with this code. Raises Problem (400)."""
    try:
        return account_of(code)
    except AccountInvalid as error:
        raise malformed("account", "account must be a code as the list of accounts has it") from error


def _place(request: Request) -> Place:
    said = read_cursor(request, 3)
    if said is None:
        return START
    if not all(part.isascii() and part.isdecimal() for part in said):
        raise no_cursor()
    txid, number, line = (int(part) for part in said)
    if txid >= 2**63 or number >= 2**31 or line >= 2**15:
        raise no_cursor()
    return txid, number, line
