"""The cards of Stripe's testing page, by token and by number, and what becomes of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A test card. `decline`: the error's code and decline code. `authenticates`: the payer's bank asks first (3-D
    Secure). `refund`: "pending" succeeds later, "fails" fails later. `dispute`: the reason of the dispute that the
    payer opens soon after. `bypasses_pending`: the money can be used at once."""

    token: str
    number: str
    brand: str = "visa"
    decline: tuple[str, str] | None = None
    authenticates: bool = False
    refund: str | None = None
    dispute: str | None = None
    bypasses_pending: bool = False


INSUFFICIENT = ("card_declined", "insufficient_funds")
GENERIC = ("card_declined", "generic_decline")

CARDS = (
    Card("pm_card_visa", "4242424242424242"),
    Card("pm_card_visa_debit", "4000056655665556"),
    Card("pm_card_mastercard", "5555555555554444", "mastercard"),
    Card("pm_card_amex", "378282246310005", "amex"),
    Card("pm_card_in", "4000003560000008"),
    Card("pm_card_bypassPending", "4000000000000077", bypasses_pending=True),
    Card("pm_card_chargeDeclined", "4000000000000002", decline=GENERIC),
    Card("pm_card_visa_chargeDeclined", "4000000000000002", decline=GENERIC),
    Card("pm_card_visa_chargeDeclinedInsufficientFunds", "4000000000009995", decline=INSUFFICIENT),
    Card("pm_card_visa_chargeDeclinedLostCard", "4000000000009987", decline=("card_declined", "lost_card")),
    Card(
        "pm_card_visa_chargeDeclinedStolenCard", "4000000000009979", decline=("card_declined", "stolen_card")
    ),
    Card("pm_card_chargeDeclinedExpiredCard", "4000000000000069", decline=("expired_card", "expired_card")),
    Card(
        "pm_card_chargeDeclinedIncorrectCvc", "4000000000000127", decline=("incorrect_cvc", "incorrect_cvc")
    ),
    Card(
        "pm_card_chargeDeclinedProcessingError",
        "4000000000000119",
        decline=("processing_error", "processing_error"),
    ),
    Card(
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded",
        "4000000000006975",
        decline=("card_declined", "card_velocity_exceeded"),
    ),
    Card("pm_card_authenticationRequired", "4000002760003184", authenticates=True),
    Card("pm_card_threeDSecure2Required", "4000000000003220", authenticates=True),
    Card(
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "4000008260003178",
        decline=INSUFFICIENT,
        authenticates=True,
    ),
    Card(
        "pm_card_threeDSecureRequiredChargeDeclined", "4000008400001629", decline=GENERIC, authenticates=True
    ),
    Card("pm_card_pendingRefund", "4000000000007726", refund="pending"),
    Card("pm_card_refundFail", "4000000000005126", refund="fails"),
    Card("pm_card_createDispute", "4000000000000259", dispute="fraudulent"),
    Card("pm_card_createDisputeProductNotReceived", "4000000000002685", dispute="product_not_received"),
)

BY_TOKEN = {card.token: card for card in CARDS}
BY_NUMBER = {card.number: card for card in CARDS}

SAID = {
    "card_declined": "Your card was declined.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}
