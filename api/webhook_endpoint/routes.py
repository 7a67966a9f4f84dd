"""The operations on webhook endpoints."""

from typing import Any

from api import openapi as o
from api.operations import Endpoint, Operation
from api.paging import PARAMETERS
from api.reading import reading
from api.webhook_endpoint import bodies as b
from api.webhook_endpoint import endpoints as e
from api.wire import WRITE_STATUSES
from contracts.webhook_events import TYPES

TAG = "webhook endpoints"
STRUCTS = b.STRUCTS
ALL = "/v1/webhook-endpoints"
ONE = f"{ALL}/{{{e.ENDPOINT}}}"
DELIVERIES = f"{ONE}/deliveries"
DELIVERY = f"{DELIVERIES}/{{{e.DELIVERY}}}"
_PLACES = {name: o.identifier(name) for name in (e.ENDPOINT, e.DELIVERY)}
_EXAMPLE = {
    "url": "https://hooks.example.org/pavilion",
    "description": "Scores on our site",
    "event_types": ["match.ball_recorded", "match.result_reached", "tournament.*"],
    "ordered": True,
}


def _writing(
    method: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    answer: type[Any] | None,
    *,
    body: tuple[type[Any], Any] | None = None,
    status: int = 200,
    key: dict[str, Any] | None = o.IDEMPOTENCY_KEY,
    match: bool = True,
) -> Operation:
    success = {"description": summary} if answer is None else o.json_answer(summary, o.ref(answer.__name__))
    return Operation(
        id=endpoint.__name__,  # type: ignore[attr-defined]
        method=method,
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag=TAG,
        status=status,
        openapi={
            "security": [{"bearer": []}],
            "parameters": [
                *(_PLACES[name] for name in _PLACES if f"{{{name}}}" in path),
                *([key] if key else []),
                *([o.IF_MATCH] if match else []),
            ],
            **({"requestBody": o.body(body[0].__name__, body[1])} if body else {}),
            "responses": o.answers(success, *WRITE_STATUSES, status=status),
        },
    )


OPERATIONS: tuple[Operation, ...] = (
    _writing(
        "POST", ALL, "Have events sent to an address", e.create_webhook_endpoint, b.WebhookSecretBody,
        body=(b.CreateWebhookEndpointBody, _EXAMPLE), status=201, match=False,
    ),
    reading("list_webhook_endpoints", ALL, "The webhook endpoints", e.list_webhook_endpoints, *PARAMETERS, tag=TAG),
    reading("get_webhook_endpoint", ONE, "A webhook endpoint", e.get_webhook_endpoint, tag=TAG),
    _writing(
        "PATCH", ONE, "Change a webhook endpoint", e.change_webhook_endpoint, b.WebhookEndpointBody,
        body=(b.ChangeWebhookEndpointBody, {"description": "Scores on our new site"}), key=o.OPTIONAL_KEY,
    ),
    _writing(
        "DELETE", ONE, "Delete a webhook endpoint", e.delete_webhook_endpoint, None, status=204,
        key=o.OPTIONAL_KEY,
    ),
    _writing(
        "POST", f"{ONE}:disable", "Disable a webhook endpoint", e.disable_webhook_endpoint, b.WebhookEndpointBody,
    ),
    _writing(
        "POST", f"{ONE}:enable", "Enable a webhook endpoint", e.enable_webhook_endpoint, b.WebhookEndpointBody,
    ),
    _writing(
        "POST", f"{ONE}:rotate-secret", "Another secret for a webhook endpoint", e.rotate_webhook_secret,
        b.WebhookSecretBody, body=(b.RotateWebhookSecretBody, {"overlap_seconds": 86400}),
    ),
    _writing("POST", f"{ONE}:test", "Send a test event", e.test_webhook_endpoint, b.TestedWebhookBody, status=202),
    _writing(
        "POST", f"{ONE}:replay", "Send deliveries again", e.replay_webhooks, b.ReplayedWebhooksBody,
        body=(b.ReplayWebhooksBody, {"since": "2026-04-07T10:00:00Z", "statuses": ["failed", "missed"]}),
        status=202,
    ),
    reading(
        "list_webhook_deliveries", DELIVERIES, "What was sent to a webhook endpoint", e.list_webhook_deliveries,
        o.query(
            "status",
            {"type": "string", "enum": ["pending", "delivered", "failed", "missed"]},
            "What became of them.",
        ),
        o.query("event_type", {"type": "string", "maxLength": 80, "example": TYPES[0]}, "Of this type alone."),
        *PARAMETERS, tag=TAG,
    ),
    reading("get_webhook_delivery", DELIVERY, "A delivery and its attempts", e.get_webhook_delivery, tag=TAG),
    _writing(
        "POST", f"{DELIVERY}:replay", "Send a delivery again", e.replay_webhook_delivery, b.ReplayedWebhooksBody,
        status=202,
    ),
)  # fmt: skip
