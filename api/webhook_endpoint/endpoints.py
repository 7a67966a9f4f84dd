"""Endpoints of the API on webhook endpoints."""

from datetime import timedelta
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import caller, encode, expected_version, idempotency_key, json_answer, text, versioned
from api.operations import principal, read_body
from api.paging import limit_of, page, read_cursor, uuid_in
from api.services import services
from api.webhook_endpoint import bodies as b
from api.wire import id_in
from handlers.webhook_endpoints import WebhookEndpoints
from handlers.webhook_ports import Asking, Done, Replay

NO_STORE = {"cache-control": "no-store"}
MOST_ATTEMPTS = 100
ENDPOINT, DELIVERY = "webhook_endpoint_id", "webhook_delivery_id"
REPEATED = {"idempotent-replayed": "true"}


async def create_webhook_endpoint(request: Request) -> Response:
    """Events that the league records from now on are sent to this address, as many as pass the filters. The secret is
    in this answer and nowhere else: a repeat with the same Idempotency-Key is told `secret_shown_already`. The address
    must be a public one.
    """
    asking = _asking(request)
    done = await _cases(request).create(asking, b.read_create(await read_body(request)))
    headers = {**NO_STORE, **_etag(done), "location": f"/v1/webhook-endpoints/{done.endpoint.id}"}
    return json_answer(b.secret_body(done), 201, headers)


async def list_webhook_endpoints(request: Request) -> Response:
    """The endpoints by their ids, a page at a time; none that was deleted."""
    place = read_cursor(request, 1)
    rows = await _cases(request).store.page(
        principal(request).tenant_id, after=uuid_in(place[0]) if place else None, limit=limit_of(request) + 1
    )
    return page(request, "webhook_endpoints", [((row.id,), b.endpoint_body(row)) for row in rows])


async def get_webhook_endpoint(request: Request) -> Response:
    """An endpoint, without its secret."""
    known = await _cases(request).get(principal(request).tenant_id, id_in(request, ENDPOINT))
    return versioned(request, known.version, encode(b.endpoint_body(known)))


async def change_webhook_endpoint(request: Request) -> Response:
    """Replaces what the body has; the rest stays. What is recorded already is sent to the new address too."""
    asking = _asking(request, required=False)
    wanted = b.read_change(await read_body(request))
    return _shown(await _cases(request).change(asking, id_in(request, ENDPOINT), wanted))


async def delete_webhook_endpoint(request: Request) -> Response:
    """Nothing is sent there any more, and the secret is destroyed. The log is kept for its thirty days."""
    asking = _asking(request, required=False)
    await _cases(request).delete(asking, id_in(request, ENDPOINT))
    return Response(status_code=204)


async def disable_webhook_endpoint(request: Request) -> Response:
    """Nothing is sent there until it is enabled. What is recorded meanwhile stands in the log as `missed`, and can be
    replayed.
    """
    return _shown(await _cases(request).disable(_asking(request), id_in(request, ENDPOINT)))


async def enable_webhook_endpoint(request: Request) -> Response:
    """What was under way when it was disabled goes on, and what comes is sent."""
    return _shown(await _cases(request).enable(_asking(request), id_in(request, ENDPOINT)))


async def rotate_webhook_secret(request: Request) -> Response:
    """Another secret, shown this once. For `overlap_seconds` what is sent is signed with the ones before, too, each
    as long as it was promised: the header then has all signatures. With 0 none of them signs any more.
    """
    asking = _asking(request)
    overlap = timedelta(seconds=b.read_rotate(await read_body(request)).overlap_seconds)
    done = await _cases(request).rotate(asking, id_in(request, ENDPOINT), overlap)
    return json_answer(b.secret_body(done), 200, {**NO_STORE, **_etag(done)})


async def test_webhook_endpoint(request: Request) -> Response:
    """Sends an event `webhook.webhook_endpoint_tested`, whatever the filters say; what came of it stands in the log."""
    done = await _cases(request).test(_asking(request), id_in(request, ENDPOINT))
    shown = None if done.delivery is None else b.delivery_body(done.delivery)
    return json_answer(
        b.TestedWebhookBody(shown), 202, {**_etag(done), **(REPEATED if done.repeated else {})}
    )


async def replay_webhooks(request: Request) -> Response:
    """Sends deliveries of a time again, each under the `webhook-id` it had: by default those that failed or were
    missed. A thousand at most; where there may be more, `next` says after which to go on.
    """
    asking = _asking(request)
    asked = b.read_replay(await read_body(request))
    if asked.since.tzinfo is None or (asked.until is not None and asked.until.tzinfo is None):
        raise Problem("invalid_body", "a time has a zone, like 2026-04-01T18:30:00Z")
    return await _replayed(request, asking, b.replay_of(asked))


async def list_webhook_deliveries(request: Request) -> Response:
    """What was to be sent to an endpoint, newest first: thirty days are kept."""
    tenant_id, endpoint = principal(request).tenant_id, id_in(request, ENDPOINT)
    place, cases = read_cursor(request, 1), _cases(request)
    await cases.get(tenant_id, endpoint)
    rows = await cases.store.deliveries(
        tenant_id,
        endpoint,
        status=text(request, "status"),
        event_type=text(request, "event_type"),
        before=uuid_in(place[0]) if place else None,
        limit=limit_of(request) + 1,
    )
    return page(request, "webhook_deliveries", [((row.id,), b.delivery_body(row)) for row in rows])


async def get_webhook_delivery(request: Request) -> Response:
    """A delivery with its attempts, newest first: when, how long it took, the status, and how the answer began."""
    tenant_id, cases = principal(request).tenant_id, _cases(request)
    row = await cases.delivery(tenant_id, id_in(request, ENDPOINT), id_in(request, DELIVERY))
    attempts = await cases.store.attempts(tenant_id, row.id, MOST_ATTEMPTS)
    shown: dict[str, Any] = msgspec.structs.asdict(b.delivery_body(row))
    return versioned(
        request, None, encode({**shown, "attempts_made": [b.attempt_body(each) for each in attempts]})
    )


async def replay_webhook_delivery(request: Request) -> Response:
    """Sends it again, under the `webhook-id` it had, whatever became of it before."""
    return await _replayed(request, _asking(request), Replay(delivery=id_in(request, DELIVERY)))


async def _replayed(request: Request, asking: Asking, asked: Replay) -> Response:
    done = await _cases(request).replay(asking, id_in(request, ENDPOINT), asked)
    return json_answer(b.replayed_body(done), 202)


def _cases(request: Request) -> WebhookEndpoints:
    return services(request).webhook_endpoints


def _asking(request: Request, *, required: bool = True) -> Asking:
    return Asking(
        tenant_id=principal(request).tenant_id,
        key=idempotency_key(request, required=required),
        caller=caller(request),
        expected=expected_version(request),
    )


def _shown(done: Done) -> Response:
    headers = {**_etag(done), **(REPEATED if done.repeated else {})}
    return json_answer(b.endpoint_body(done.endpoint), 200, headers)


def _etag(done: Done) -> dict[str, str]:
    return {"etag": f'"{done.endpoint.version}"'}
