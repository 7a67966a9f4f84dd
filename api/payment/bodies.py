"""What is asked and answered about payments. Sums are whole numbers of the currency's minor unit, never floats."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from api.strict import LONGEST_STRING, checked

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_STRING)]


class AmountBody(msgspec.Struct):
    """₹2,500 is `{"amount": 250000, "currency": "inr"}`; ¥500, which has no smaller coin, is 500."""

    amount: int
    currency: Annotated[str, msgspec.Meta(pattern="^[a-z]{3}$")]


class BeginPaymentBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whose entry is to be paid for."""

    tournament_id: UUID
    team: Word


class BegunPaymentBody(msgspec.Struct):
    """`client_secret` is for the payer's browser alone (Stripe.js); null where there is nothing to be paid any
    more, and `status` says why."""

    id: UUID
    status: str
    fee: AmountBody
    client_secret: str | None


class NamedBody(msgspec.Struct):
    """A tournament or team with its name as it was when the payment was asked for."""

    id: str
    name: str


class FailureBody(msgspec.Struct):
    """Why the last attempt to pay failed, in Stripe's words; `decline_code` is the bank's reason."""

    code: str
    decline_code: str | None


class DisputeBody(msgspec.Struct):
    """Money that the payer's bank has taken back: "open", "won" or "lost"."""

    id: str
    amount: AmountBody
    status: str


class RefundBody(msgspec.Struct):
    """`number` counts the refunds decided here; null: somebody made it at Stripe."""

    id: str
    payment: UUID
    tournament: UUID
    team: str
    number: int | None
    status: str
    amount: AmountBody
    reason: str
    at: datetime
    stripe_refund: str | None
    version: int


class PaymentBody(msgspec.Struct):
    """`pay_until`: the place is kept so long. `given_back` counts what is on its way, and what banks have taken."""

    id: UUID
    status: str
    tournament: NamedBody
    team: NamedBody
    entry_number: int
    fee: AmountBody
    paid: AmountBody | None
    stripe_fee: AmountBody | None
    given_back: AmountBody
    requested_at: datetime
    pay_until: datetime | None
    failure: FailureBody | None
    reason: str | None
    receipt: bool
    intent: str | None
    charge: str | None
    disputes: list[DisputeBody]
    version: int
    refunds: list[RefundBody] | msgspec.UnsetType = msgspec.UNSET


class PaymentPageBody(msgspec.Struct):
    """A page of payments; `next` is the cursor of the one that follows."""

    payments: list[PaymentBody]
    next: str | None


class RefundPageBody(msgspec.Struct):
    """A page of refunds; `next` is the cursor of the one that follows."""

    refunds: list[RefundBody]
    next: str | None


STRUCTS: list[type[Any]] = [BeginPaymentBody, BegunPaymentBody, PaymentBody, PaymentPageBody, RefundPageBody]

_begin = msgspec.json.Decoder(BeginPaymentBody)


def read_begin(raw: bytes) -> BeginPaymentBody:
    """Whose entry is to be paid for. Raises Problem (400, 422)."""
    return checked(_begin.decode, raw)
