"""What others call to tell us something: Stripe."""

from starlette.requests import Request
from starlette.responses import Response

from api import openapi as o
from api.errors import Problem
from api.http import json_answer
from api.operations import Operation, read_body
from api.paging import PARAMETERS
from api.reading import reading
from api.services import services
from api.webhook import events
from api.webhook.bodies import read_event
from handlers.webhooks import SignatureExpired, SignatureInvalid

LARGEST_EVENT_BYTES = 512 * 1024
SIGNATURE = "stripe-signature"


async def receive_stripe_webhook(request: Request) -> Response:
    """Checks the signature over the body as it came (older than five minutes is refused), keeps what the event is
    about, and answers; what follows from it is done afterwards. An event that came before is answered alike.
    """
    body = await read_body(request, LARGEST_EVENT_BYTES)
    known = services(request)
    try:
        known.check_signature(body, request.headers.get(SIGNATURE))
    except SignatureInvalid as error:
        raise Problem(
            "signature_invalid",
            "Stripe-Signature is missing, or not made with a signing secret of this endpoint",
        ) from error
    except SignatureExpired as error:
        raise Problem("signature_expired", "the event was signed too long ago") from error
    first = await known.webhooks.store(read_event(body))
    return json_answer({"received": True, "duplicate": not first})


EVENTS = "/v1/webhooks/events"

OPERATIONS: tuple[Operation, ...] = (
    reading(
        "list_webhook_events",
        EVENTS,
        "Events that could not be handled so far",
        events.list_webhook_events,
        o.query("state", {"type": "string", "enum": ["failing"]}, "Those that fail."),
        *PARAMETERS,
        tag="webhooks",
    ),
    Operation(
        id="retry_webhook_event",
        method="POST",
        path=EVENTS + "/{event}:retry",
        summary="Try an event again at once",
        description=" ".join((events.retry_webhook_event.__doc__ or "").split()),
        endpoint=events.retry_webhook_event,
        tag="webhooks",
        status=202,
        openapi={
            "security": [{"bearer": []}],
            "parameters": [o.path("event"), o.IDEMPOTENCY_KEY],
            "responses": o.answers(
                o.json_answer("It is tried again", {"type": "object", "additionalProperties": True}),
                *(400, 404),
                status=202,
            ),
        },
    ),
    Operation(
        id="receive_stripe_webhook",
        method="POST",
        path="/v1/webhooks/stripe",
        summary="An event of Stripe's",
        description=" ".join((receive_stripe_webhook.__doc__ or "").split()),
        endpoint=receive_stripe_webhook,
        tag="webhooks",
        openapi={
            "parameters": [
                o.header("Stripe-Signature", "t=…,v1=…: by the endpoint's secret.", required=True)
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"type": "object", "additionalProperties": True},
                        "example": {
                            "id": "evt_1",
                            "object": "event",
                            "type": "payment_intent.succeeded",
                            "created": 1775001600,
                            "livemode": False,
                            "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
                        },
                    }
                },
            },
            "responses": o.answers(
                o.json_answer(
                    "It is kept",
                    {
                        "type": "object",
                        "required": ["received", "duplicate"],
                        "properties": {"received": {"type": "boolean"}, "duplicate": {"type": "boolean"}},
                    },
                ),
                *(400, 413, 415),
            ),
        },
    ),
)
