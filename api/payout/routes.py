"""The operations on payouts and payees."""

from typing import Any

from api import openapi as o
from api.operations import Endpoint, Operation
from api.paging import PARAMETERS
from api.payout import bodies, endpoints
from api.payout.commands import COMMANDS
from api.reading import reading
from api.wire import WRITE_STATUSES, Feature, WireBody, operation
from contracts.work import PAYOUT
from domain.payout.state import Phase

ALL, ONE = "/v1/payouts", "/v1/payouts/{tournament_id}"
PAYEES, PAYEE = "/v1/payees", "/v1/payees/{payee}"
FEATURE = Feature(kind=PAYOUT, path=ONE, parameter="tournament_id", prefix="Payout", tag="payouts")
_COMMANDS = {row.operation: WireBody(row, FEATURE.prefix) for row in COMMANDS}
_NONE = "00000000-0000-0000-0000-000000000000"
_OBJECT = {"type": "object", "additionalProperties": True}

STRUCTS: list[type[Any]] = [*bodies.STRUCTS, *(body.struct for body in _COMMANDS.values())]


def _posting(
    id_: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    asked: dict[str, Any],
    success: str,
    *parameters: dict[str, Any],
    status: int = 201,
    known: bool = False,
) -> Operation:
    """``known``: it answers 200 for what was there before."""
    answer = o.json_answer(success, _OBJECT)
    answers = o.answers(answer, *WRITE_STATUSES, status=status)
    return Operation(
        id=id_,
        method="POST",
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag="payouts",
        status=status,
        openapi={
            "security": [{"bearer": []}],
            "parameters": [*parameters, o.IDEMPOTENCY_KEY],
            "requestBody": asked,
            "responses": {**answers, "200": answer} if known else answers,
        },
    )


_WHICH = (
    o.query("tournament_id", {"type": "string", "format": "uuid"}, "Of this tournament."),
    o.query("status", {"type": "string", "enum": [str(phase) for phase in Phase]}, "Those with this status."),
)
_RETURN = "https://league.example.com/payees"

OPERATIONS: tuple[Operation, ...] = (
    _posting(
        "prepare_payout", ALL, "Prepare the prize money of a settled tournament", endpoints.prepare_payout,
        o.body(bodies.PreparePayoutBody.__name__, {"tournament_id": _NONE}),
        "It is being prepared (Location)", status=202,
    ),
    reading(
        "list_payouts", ALL, "Prize money of tournaments, newest first", endpoints.list_payouts, *_WHICH,
        *PARAMETERS, tag="payouts",
    ),
    reading("get_payout", ONE, "The prize money of a tournament", endpoints.get_payout, tag="payouts"),
    *(operation(FEATURE, row, _COMMANDS[row.operation]) for row in COMMANDS),
    _posting(
        "register_payee", PAYEES, "Give a team an account that can be paid", endpoints.register_payee,
        o.body(bodies.RegisterPayeeBody.__name__, {"id": "rcb", "email": "rcb@example.com", "country": "IN"}),
        "The payee", known=True,
    ),
    reading("list_payees", PAYEES, "The payees by id", endpoints.list_payees, *PARAMETERS, tag="payouts"),
    reading(
        "get_payee", PAYEE, "A payee and its account", endpoints.get_payee, tag="payouts", refusals=(409,)
    ),
    _posting(
        "link_payee", f"{PAYEE}/onboarding-links", "A link for the payee to fill its account in",
        endpoints.link_payee,
        o.body(bodies.OnboardingLinkBody.__name__, {"return_url": _RETURN, "refresh_url": _RETURN}),
        "The link", o.path("payee"),
    ),
)  # fmt: skip
