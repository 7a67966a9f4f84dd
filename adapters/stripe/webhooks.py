"""What Stripe tells us, once it is sure that Stripe tells it."""

from collections.abc import Sequence

import msgspec
from stripe import SignatureVerificationError, WebhookSignature

from adapters.stripe import objects
from adapters.stripe.client import BadStripeSettings
from contracts.payments import ProviderEvent

TOLERANCE_SECONDS = 300


class BadSignature(Exception):
    """The body was not signed with our secret, or too long ago."""


class WebhookReader:
    """Reads events from the bodies of webhooks.

    `secrets`: one for each endpoint that Stripe has for us (our own events, those of connected accounts), and
    while one is rolled, the old and the new. Raises BadStripeSettings if there is none: nothing would be checked.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secret.strip() for secret in secrets)
        if not self._secrets or not all(self._secrets):
            raise BadStripeSettings(
                "PAVILION_STRIPE_WEBHOOK_SECRET is blank; every webhook would be believed"
            )

    def read(self, body: bytes, signature: str | None) -> ProviderEvent:
        """The event in a body that came with this `Stripe-Signature`. Raises BadSignature."""
        if not any(self._signed(body, signature, secret) for secret in self._secrets):
            raise BadSignature("the webhook is not signed by Stripe, or was signed more than 300 s ago")
        return read_event(body)

    def _signed(self, body: bytes, signature: str | None, secret: str) -> bool:
        try:
            WebhookSignature.verify_header(body, signature, secret, TOLERANCE_SECONDS)
        except (SignatureVerificationError, UnicodeDecodeError, ValueError, IndexError):
            return False
        return True


def read_event(body: bytes) -> ProviderEvent:
    """The event in a body that was checked before."""
    return objects.event(msgspec.json.decode(body))
