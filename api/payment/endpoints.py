"""Endpoints of payments: beginning one, and reading them. Captains see and pay for their own teams only."""

from datetime import datetime
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import encode, expanded, idempotency_key, identifier, json_answer, text, versioned
from api.operations import principal, read_body
from api.paging import limit_of, page, read_cursor, time_in, uuid_in
from api.payment.bodies import read_begin
from api.services import services
from api.tournament.reads import own_team
from api.wire import id_in
from contracts.entry import EntryOf
from contracts.identity import ADMIN, ORGANISER, TREASURER
from domain.tournament.lifecycle.state import TournamentState
from handlers.errors import PaymentNotFound
from handlers.payment_reads import PaymentFilter
from handlers.ports import Listed
from projections import payment_views as views

EXPANDABLE = ("refunds",)


async def begin_payment(request: Request) -> Response:
    """The payer is about to pay: answers what Stripe's form in the browser needs. Whoever asks again for the same
    entry, a second captain too, gets the same payment: a fee is paid once.
    """
    idempotency_key(request)
    asked = read_begin(await read_body(request))
    tenant_id = principal(request).tenant_id
    number, name = await services(request).tournaments.read(
        tenant_id, asked.tournament_id, lambda state: _entry(state, asked.team)
    )
    if not handles_money(request):
        await own_team(request, asked.tournament_id, asked.team)
    entry = EntryOf(tournament_id=asked.tournament_id, team=asked.team, number=number)
    begun = await services(request).workflows.begin_payment(tenant_id, entry, name=name)
    body = {
        "id": begun.payment_id,
        "status": begun.phase,
        "fee": {"amount": begun.amount, "currency": begun.currency},
        "client_secret": begun.client_secret,
    }
    headers = {"location": f"/v1/payments/{begun.payment_id}", "cache-control": "no-store"}
    return json_answer(body, 201 if begun.client_secret else 200, headers)


async def get_payment(request: Request) -> Response:
    """A payment as it is now. `expand` adds its refunds."""
    names = expanded(request, EXPANDABLE)
    id_ = id_in(request, "payment_id")
    body, refunds = await services(request).payments.read(
        principal(request).tenant_id,
        id_,
        lambda state: (views.payment(state, id_), list(views.refunds(state, id_).values())),
    )
    if not handles_money(request):
        await _admit_captain(request, id_, UUID(str(body["tournament"]["id"])), body["team"]["id"])
    if names:
        body["refunds"] = refunds
    return versioned(request, body["version"], encode(body))


async def list_payments(request: Request) -> Response:
    """Newest first, a page at a time: all of the league's, or a captain's own."""
    place = read_cursor(request, 2)
    before = (time_in(place[0]), uuid_in(place[1])) if place else None
    rows = await services(request).payment_reads.payments(
        principal(request).tenant_id, _asked(request), before=before, limit=limit_of(request) + 1
    )
    return _page(request, "payments", rows)


async def list_refunds(request: Request) -> Response:
    """Newest first, a page at a time: all of the league's, or a captain's own."""
    return await _refunds(request, None)


async def list_payment_refunds(request: Request) -> Response:
    """The refunds of one payment, newest first."""
    return await _refunds(request, id_in(request, "payment_id"))


async def _refunds(request: Request, payment: UUID | None) -> Response:
    place = read_cursor(request, 3)
    before: tuple[datetime, UUID, str] | None = None
    if place:
        before = (time_in(place[0]), uuid_in(place[1]), place[2])
    rows = await services(request).payment_reads.refunds(
        principal(request).tenant_id,
        _asked(request),
        payment=payment,
        before=before,
        limit=limit_of(request) + 1,
    )
    if not rows and payment is not None:
        await get_payment(request)  # says so if there is no such payment, or it is not the caller's
    return _page(request, "refunds", rows)


def handles_money(request: Request) -> bool:
    """Whether the caller sees the payments of every team."""
    return not principal(request).roles.isdisjoint((ADMIN, ORGANISER, TREASURER))


def _entry(state: TournamentState, team: str) -> tuple[int, str]:
    entry = state.entries.get(team)
    if entry is None:
        raise Problem("team_not_entered", f"{team[:40]!r} has not entered this tournament")
    return entry.number, entry.name


async def _admit_captain(request: Request, payment: UUID, tournament: UUID, team: str) -> None:
    """Raises PaymentNotFound unless the caller is the team's captain: ids of others' payments tell nothing."""
    try:
        await own_team(request, tournament, team)
    except Problem as problem:
        raise PaymentNotFound(payment) from problem


def _asked(request: Request) -> PaymentFilter:
    return PaymentFilter(
        captain=None if handles_money(request) else principal(request).subject,
        tournament=identifier(request, "tournament_id"),
        team=text(request, "team"),
        status=text(request, "status"),
    )


def _page(request: Request, name: str, rows: list[Listed]) -> Response:
    return page(request, name, [(row.place, row.document) for row in rows])
