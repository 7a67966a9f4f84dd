"""Was a webhook signed by Stripe, and lately?"""

from stripe import SignatureVerificationError, WebhookSignature

from handlers.webhooks import SignatureExpired, SignatureInvalid

TOLERANCE_SECONDS = 300
PREFIX = "whsec_"


class WebhookSecretInvalid(ValueError):
    """A configured signing secret cannot be used. Says why without saying what it is."""


class SignatureCheck:
    """Of the header ``Stripe-Signature``. Any of the secrets will do: Stripe gives each endpoint one of its own
    (ours, and the one for connected accounts), and each has two while it is replaced."""

    def __init__(self, secrets: str, tolerance_seconds: int = TOLERANCE_SECONDS) -> None:
        """``secrets`` by commas. Raises WebhookSecretInvalid."""
        self._secrets = tuple(secret.strip() for secret in secrets.split(","))
        self._tolerance_seconds = tolerance_seconds
        for number, secret in enumerate(self._secrets, 1):
            if not secret.removeprefix(PREFIX).strip():
                raise WebhookSecretInvalid(f"webhook signing secret {number} is blank")
            if not secret.startswith(PREFIX):
                raise WebhookSecretInvalid(f"webhook signing secret {number} does not begin with {PREFIX}")

    def __call__(self, body: bytes, header: str | None) -> None:
        """Raises SignatureInvalid, or SignatureExpired, unless a secret has signed ``body`` within the tolerance."""
        if self._signed(body, header, self._tolerance_seconds):
            return
        raise SignatureExpired if self._signed(body, header, None) else SignatureInvalid

    def _signed(self, body: bytes, header: str | None, tolerance_seconds: int | None) -> bool:
        for secret in self._secrets:
            try:
                return WebhookSignature.verify_header(body, header, secret, tolerance_seconds)
            except (SignatureVerificationError, UnicodeDecodeError):
                continue
        return False
