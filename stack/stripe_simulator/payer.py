"""The other side of a payment: a payer's browser, as the tests and the demonstration need one."""

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

PUBLIC_KEY = "pk_test_simulator"
RETURN_URL = "https://example.com/paid"


@dataclass(frozen=True)
class Paid:
    """What the browser was told: the intent's status, or why the card was declined."""

    status: str
    decline_code: str | None = None
    error_code: str | None = None


class Payer:
    """Pays with test cards at a simulator (or, with a publishable test key, at Stripe itself)."""

    def __init__(self, url: str, session: ClientSession, public_key: str = PUBLIC_KEY) -> None:
        self._url = url
        self._session = session
        self._headers = {"Authorization": f"Bearer {public_key}"}

    async def pay(self, client_secret: str, card: str = "pm_card_visa") -> Paid:
        """Confirm the intent of a client secret with a card. One that needs 3-D Secure is then "requires_action"."""
        said = {"client_secret": client_secret, "payment_method": card, "return_url": RETURN_URL}
        async with self._session.post(
            f"{self._url}/v1/payment_intents/{intent_of(client_secret)}/confirm",
            data=said,
            headers=self._headers,
        ) as answer:
            return _paid(await answer.json())

    async def authenticate(self, client_secret: str, *, agrees: bool = True) -> Paid:
        """Tell the payer's bank "yes, it is me", or "no"."""
        choice = "authenticate" if agrees else "refuse"
        async with self._session.post(
            f"{self._url}/_simulator/intents/{intent_of(client_secret)}/{choice}"
        ) as answer:
            return _paid(await answer.json())


def intent_of(client_secret: str) -> str:
    """The id of the intent that a client secret belongs to."""
    return client_secret.partition("_secret_")[0]


def _paid(answer: dict[str, Any]) -> Paid:
    error = answer.get("error")
    if error is None:
        failed = answer.get("last_payment_error") or {}
        return Paid(answer["status"], failed.get("decline_code"), failed.get("code"))
    status = error.get("payment_intent", {}).get("status", "unknown")
    return Paid(status, error.get("decline_code"), error.get("code"))
