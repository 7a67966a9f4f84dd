"""Events of Stripe's that could not be handled so far, and trying one again."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import idempotency_key, json_answer, malformed, text
from api.operations import principal
from api.paging import limit_of, page, read_cursor, time_in
from api.services import services
from contracts.webhooks import FailingEvent


async def list_webhook_events(request: Request) -> Response:
    """The events that fail, newest first: those about the league, and for the league whose account at Stripe it is
    those that name none. Each is tried again by itself, for ever.
    """
    if text(request, "state") not in (None, "failing"):
        raise malformed("state", "state is failing: of others nothing is to be done")
    place, known, tenant_id = read_cursor(request, 2), services(request), principal(request).tenant_id
    rows = await known.failing_webhooks.failing(
        tenant_id,
        home=tenant_id == known.home,
        before=(time_in(place[0]), place[1]) if place else None,
        limit=limit_of(request) + 1,
    )
    return page(request, "events", [((row.received_at, row.event_id), _shown(row)) for row in rows])


async def retry_webhook_event(request: Request) -> Response:
    """Have an event that fails tried at once, and not only when its pause is over."""
    idempotency_key(request)
    id_, known, tenant_id = request.path_params["event"], services(request), principal(request).tenant_id
    home = tenant_id == known.home
    found = (
        await known.failing_webhooks.failing(tenant_id, home=home, event_id=id_, limit=1)
        if id_.isprintable()
        else []
    )
    if not found:
        raise Problem("webhook_event_not_found", f"no event {id_[:40]!r} fails")
    await known.failing_webhooks.again(tenant_id, id_, home=home)
    return json_answer(_shown(found[0]), 202)


def _shown(row: FailingEvent) -> dict[str, Any]:
    return {
        "id": row.event_id,
        "type": row.type,
        "state": "failing",
        "object": None if row.object_id is None else {"id": row.object_id, "type": row.object_type},
        "created_at": row.created_at,
        "received_at": row.received_at,
        "attempts": row.attempts,
        "error": row.last_error,
        "due_at": row.due_at,
    }
