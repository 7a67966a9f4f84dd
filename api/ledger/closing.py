"""Closing a case of reconciliation."""

from typing import Annotated, Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import idempotency_key, json_answer
from api.ledger.reads import account_in, shown_case
from api.operations import principal, read_body
from api.services import services
from api.strict import checked
from domain.money.reconciliation import CaseKind
from handlers.case_closing import Closing, close_case
from handlers.debts import OpenDebts
from handlers.ledger import LedgerConflict

_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]
_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00]+$")]


class CloseCaseBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Why it is closed, and for one that is `unexplained` either the `transaction` of the books (its key) that books
    the same money, or the `account` (its code) that the money belongs to; for a `debt` the `account` that says what
    became of it: `bank`, or `bad_debts/<its tournament>`."""

    subject: _Key
    reason: _Words
    kind: Literal["unexplained", "other currency", "books differ", "several intents", "debt"] = "unexplained"
    transaction: _Key | None = None
    account: _Key | None = None


STRUCTS: list[type[Any]] = [CloseCaseBody]
_decoder = msgspec.json.Decoder(CloseCaseBody)


async def close_ledger_case(request: Request) -> Response:
    """Somebody has found out what it was. What stood in suspense is booked where it belongs, or taken back if another
    transaction books it; a debt is booked as paid to the bank, or given up. The case says who closed it and why, and is not opened again.
    """
    idempotency_key(request)
    asked = checked(_decoder.decode, await read_body(request))
    known = services(request)
    closing = Closing(
        kind=CaseKind(asked.kind),
        subject=asked.subject,
        person=principal(request).subject,
        reason=asked.reason,
        transaction=asked.transaction,
        account=account_in(asked.account) if asked.account else None,
    )
    try:
        debts = OpenDebts(known.ledger, known.payouts)
        case = await close_case(known.cases, known.ledger, debts, principal(request).tenant_id, closing)
    except LedgerConflict as error:
        raise Problem("case_closed", "it was explained otherwise before") from error
    if case is None:
        raise Problem("case_not_found", f"there is no case about {asked.subject}")
    if (case.closed_by, case.reason) != (closing.person, closing.reason):
        raise Problem(
            "case_closed", f"it was closed by {case.closed_by or 'itself'}: {case.reason or 'it matched'}"
        )
    return json_answer(shown_case(case))
