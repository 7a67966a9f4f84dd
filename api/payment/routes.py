"""The operations on payments."""

from dataclasses import replace
from typing import Any

from api import openapi as o
from api.operations import Endpoint, Operation
from api.paging import PARAMETERS
from api.payment import bodies, endpoints
from api.payment.commands import COMMANDS
from api.reading import reading
from api.wire import Feature, WireBody, operation
from contracts.work import PAYMENT

ALL, ONE = "/v1/payments", "/v1/payments/{payment_id}"
FEATURE = Feature(kind=PAYMENT, path=ONE, parameter="payment_id", prefix="Payment", tag="payments")
_COMMANDS = {row.operation: WireBody(row, FEATURE.prefix) for row in COMMANDS}
_NONE = "00000000-0000-0000-0000-000000000000"

STRUCTS: list[type[Any]] = [*bodies.STRUCTS, *(body.struct for body in _COMMANDS.values())]

_WHICH = (
    o.query("tournament_id", {"type": "string", "format": "uuid"}, "Of this tournament."),
    o.query("team", {"type": "string", "maxLength": 200}, "Of this team."),
    o.query("status", {"type": "string", "maxLength": 200}, "Those with this status."),
)


def _read(
    id_: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    answer: type[Any],
    *parameters: dict[str, Any],
) -> Operation:
    found = reading(id_, path, summary, endpoint, *parameters, tag="payments")
    success = o.json_answer(summary, o.ref(answer.__name__))
    responses = {**found.openapi["responses"], "200": success}
    return replace(found, openapi={**found.openapi, "responses": responses})


BEGIN = Operation(
    id="begin_payment",
    method="POST",
    path=ALL,
    summary="Begin to pay for an entry",
    description=" ".join((endpoints.begin_payment.__doc__ or "").split()),
    endpoint=endpoints.begin_payment,
    tag="payments",
    status=201,
    openapi={
        "security": [{"bearer": []}],
        "parameters": [o.IDEMPOTENCY_KEY],
        "requestBody": o.body(bodies.BeginPaymentBody.__name__, {"tournament_id": _NONE, "team": "rcb"}),
        "responses": {
            **o.answers(
                o.json_answer("Stripe waits for the payer", o.ref(bodies.BegunPaymentBody.__name__)),
                *(400, 404, 409, 413, 415, 422),
                status=201,
            ),
            "200": o.json_answer("There is nothing to pay any more", o.ref(bodies.BegunPaymentBody.__name__)),
        },
    },
)

OPERATIONS: tuple[Operation, ...] = (
    BEGIN,
    _read(
        "list_payments", ALL, "Payments, newest first", endpoints.list_payments, bodies.PaymentPageBody,
        *_WHICH, *PARAMETERS,
    ),
    _read(
        "get_payment", ONE, "A payment", endpoints.get_payment, bodies.PaymentBody,
        o.expand(*endpoints.EXPANDABLE),
    ),
    _read(
        "list_payment_refunds", f"{ONE}/refunds", "The refunds of a payment", endpoints.list_payment_refunds,
        bodies.RefundPageBody, *PARAMETERS,
    ),
    _read(
        "list_refunds", "/v1/refunds", "Refunds, newest first", endpoints.list_refunds,
        bodies.RefundPageBody, *_WHICH, *PARAMETERS,
    ),
    *(operation(FEATURE, row, _COMMANDS[row.operation]) for row in COMMANDS),
)  # fmt: skip
