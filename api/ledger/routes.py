"""The operations on the books. What is posted follows from payments and payouts; only what nobody could explain is
put right by hand."""

from api import openapi as o
from api.ledger import closing, reads
from api.operations import Operation
from api.paging import PARAMETERS
from api.reading import reading
from api.wire import WRITE_STATUSES
from domain.money.accounts import AccountKind

TAG = "ledger"
STRUCTS = closing.STRUCTS
_TOURNAMENT = o.query("tournament", {"type": "string", "format": "uuid"}, "Only this tournament's.")

OPERATIONS: tuple[Operation, ...] = (
    reading(
        "list_ledger_accounts",
        "/v1/ledger/accounts",
        "The accounts and what stands on them",
        reads.list_accounts,
        o.query(
            "kind", {"type": "string", "enum": [str(kind) for kind in AccountKind]}, "Only of this kind."
        ),
        _TOURNAMENT,
        o.query("party", {"type": "string", "maxLength": 200}, "Only this team's or payee's."),
        *PARAMETERS,
        tag=TAG,
    ),
    reading(
        "get_ledger_balances",
        "/v1/ledger/balances",
        "Whether the books add up",
        reads.get_balances,
        tag=TAG,
    ),
    reading(
        "list_ledger_transactions",
        "/v1/ledger/transactions",
        "What was booked",
        reads.list_transactions,
        o.query("key", {"type": "string", "maxLength": 200}, "Only the transaction with this key."),
        _TOURNAMENT,
        *PARAMETERS,
        tag=TAG,
    ),
    reading(
        "get_ledger_statement",
        "/v1/ledger/statement",
        "The statement of an account",
        reads.get_statement,
        {
            **o.query("account", {"type": "string", "maxLength": 200}, "Its code."),
            "required": True,
            "example": "stripe_balance",
        },
        *PARAMETERS,
        tag=TAG,
    ),
    reading(
        "list_ledger_cases",
        "/v1/ledger/cases",
        "What reconciliation with Stripe could not explain, and debts that nobody pays",
        reads.list_cases,
        o.query("status", {"type": "string", "enum": ["open", "closed"]}, "Only these."),
        *PARAMETERS,
        tag=TAG,
    ),
    Operation(
        id="close_ledger_case",
        method="POST",
        path="/v1/ledger/cases:close",
        summary="Close a case that somebody has explained",
        description=" ".join((closing.close_ledger_case.__doc__ or "").split()),
        endpoint=closing.close_ledger_case,
        tag=TAG,
        openapi={
            "security": [{"bearer": []}],
            "parameters": [o.IDEMPOTENCY_KEY],
            "requestBody": o.body(
                closing.CloseCaseBody.__name__,
                {"subject": "txn_1", "reason": "Stripe's monthly fee", "account": "bank"},
            ),
            "responses": o.answers(
                o.json_answer("The case", {"type": "object", "additionalProperties": True}), *WRITE_STATUSES
            ),
        },
    ),
    reading(
        "export_ledger",
        "/v1/ledger/export.csv",
        "Every posting as CSV",
        reads.export_ledger,
        _TOURNAMENT,
        tag=TAG,
    ),
)
