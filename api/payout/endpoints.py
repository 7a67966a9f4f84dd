"""Endpoints of payouts and payees."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import encode, idempotency_key, identifier, json_answer, text, versioned
from api.operations import principal, read_body
from api.paging import limit_of, page, read_cursor, time_in, uuid_in
from api.payout.bodies import read_link, read_prepare, read_register
from api.services import services
from api.wire import id_in
from contracts.payments import METADATA_TENANT, ConnectedAccount
from contracts.work import payout_stream_id
from domain.tournament.lifecycle.prize_money import payout_terms
from handlers.payees import Payee
from handlers.payment_provider import PaymentProvider, ProviderRefused, ProviderUnavailable
from projections import payout_views

METADATA_PAYEE = "payee"


async def prepare_payout(request: Request) -> Response:
    """Happens by itself when a tournament is settled. Asked for again, it looks whether disputes are over and
    whether the result is another: then the shares are revised, and approved anew.
    """
    idempotency_key(request)
    asked = read_prepare(await read_body(request))
    tenant_id, tournament = principal(request).tenant_id, asked.tournament_id
    await services(request).tournaments.read(
        tenant_id, tournament, lambda state: payout_terms(state, tournament)
    )
    await services(request).workflows.payout_moved(tenant_id, tournament)
    headers = {"location": f"/v1/payouts/{tournament}"}
    return json_answer({"tournament_id": tournament}, 202, headers)


async def list_payouts(request: Request) -> Response:
    """The prize money of the league's tournaments, newest first, a page at a time."""
    place = read_cursor(request, 2)
    rows = await services(request).payment_reads.payouts(
        principal(request).tenant_id,
        tournament=identifier(request, "tournament_id"),
        status=text(request, "status"),
        before=(time_in(place[0]), uuid_in(place[1])) if place else None,
        limit=limit_of(request) + 1,
    )
    return page(request, "payouts", [(row.place, row.document) for row in rows])


async def get_payout(request: Request) -> Response:
    """Who has won how much, what of it is paid, and what stands in the way."""
    stream = payout_stream_id(id_in(request, "tournament_id"))
    body = await services(request).payouts.read(
        principal(request).tenant_id, stream, lambda state: payout_views.payout(state)
    )
    return versioned(request, body["version"], encode(body))


async def register_payee(request: Request) -> Response:
    """Gives a team an account at Stripe, which a link then lets it fill in. A team that has one keeps it; one that
    is closed is replaced.
    """
    idempotency_key(request)
    asked = read_register(await read_body(request))
    tenant_id, payees = principal(request).tenant_id, services(request).payees
    known = await payees.find(tenant_id, asked.id)
    if known is not None:
        account = await _account(request, known)
        if not account.closed:
            return _payee(request, known, account, 200)
    closed = known.account if known else ""
    made = await _asking(
        _stripe(request).create_account(
            f"{tenant_id}/payee/{asked.id}/{closed}",
            asked.country,
            asked.email,
            {METADATA_TENANT: str(tenant_id), METADATA_PAYEE: asked.id},
        )
    )
    payee = Payee(id=asked.id, account=made.id, email=asked.email, country=asked.country)
    kept = await (payees.replace(tenant_id, payee, closed) if closed else payees.add(tenant_id, payee))
    account = made if kept.account == made.id else await _account(request, kept)
    return _payee(request, kept, account, 201)


async def get_payee(request: Request) -> Response:
    """A payee, and whether its account at Stripe can be paid now: ready, incomplete or closed; unknown where no
    money is moved."""
    payee = await _known(request)
    account = await _account(request, payee) if services(request).provider is not None else None
    return versioned(request, None, encode(_view(payee, account)))


async def list_payees(request: Request) -> Response:
    """The payees by id, a page at a time."""
    place = read_cursor(request, 1)
    rows = await services(request).payees.page(
        principal(request).tenant_id, place[0] if place else "", limit_of(request) + 1
    )
    return page(request, "payees", [((row.id,), _row(row)) for row in rows])


async def link_payee(request: Request) -> Response:
    """Where the payee tells Stripe about itself: good once, for a few minutes."""
    idempotency_key(request)
    asked = read_link(await read_body(request))
    payee = await _known(request)
    url = await _asking(_stripe(request).onboarding_link(payee.account, asked.refresh_url, asked.return_url))
    return json_answer({"url": url}, 201, {"cache-control": "no-store"})


async def _known(request: Request) -> Payee:
    id_ = request.path_params["payee"]
    found = (
        await services(request).payees.find(principal(request).tenant_id, id_) if "\x00" not in id_ else None
    )
    if found is None:
        raise Problem("payee_not_found", f"there is no payee {id_[:40]!r}")
    return found


async def _account(request: Request, payee: Payee) -> ConnectedAccount:
    return await _asking(_stripe(request).account(payee.account))


def _stripe(request: Request) -> PaymentProvider:
    provider = services(request).provider
    if provider is None:
        raise Problem("payments_off", "no Stripe is configured: nobody can be paid")
    return provider


async def _asking(answer: Any) -> Any:
    """What Stripe answers. Raises Problem (409, 503)."""
    try:
        return await answer
    except ProviderUnavailable as error:
        text = "payments cannot be reached at the moment; repeat the request"
        raise Problem("provider_unavailable", text, headers={"retry-after": "1"}) from error
    except ProviderRefused as error:
        raise Problem("provider_refused", str(error)) from error


def _payee(request: Request, payee: Payee, account: ConnectedAccount, status: int) -> Response:
    return json_answer(_view(payee, account), status, {"location": f"/v1/payees/{payee.id}"})


def _row(payee: Payee) -> dict[str, Any]:
    return {
        "id": payee.id,
        "email": payee.email,
        "country": payee.country,
        "account": payee.account,
        "created_at": payee.created_at,
    }


def _view(payee: Payee, account: ConnectedAccount | None) -> dict[str, Any]:
    if account is None:
        return {**_row(payee), "status": "unknown", "payouts_enabled": False, "requirements_due": ()}
    ready = account.capabilities.get("transfers") == "active"
    return {
        **_row(payee),
        "status": "closed" if account.closed else "ready" if ready else "incomplete",
        "payouts_enabled": account.payouts_enabled,
        "requirements_due": account.requirements_due,
    }
