"""Which Stripe is reached, and with which key."""

from collections.abc import Mapping
from typing import Any

import pytest
from stripe import AIOHTTPClient

from adapters.stripe.client import SIMULATOR_KEY, BadStripeSettings
from adapters.stripe.provider import StripeProvider

SIMULATOR = "http://127.0.0.1:1"
EMPTY = b'{"object": "balance", "available": [], "pending": []}'


class Line(AIOHTTPClient):
    """Connects to nobody, and keeps where it was to go and with which key."""

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        self.asked = url.removesuffix("/v1/balance"), headers["Authorization"].removeprefix("Bearer ")
        return EMPTY, 200, {}


async def asked(url: str | None, key: str | None) -> tuple[str, str]:
    """Whom a provider with these settings asks for its balance, and with which key."""
    line = Line()
    assert await StripeProvider(url, key, http_client=line).balance() == {}
    return line.asked


@pytest.mark.parametrize("key", ["rk_test_1", "sk_test_1", "rk_live_1"])
async def test_the_real_stripe_takes_a_test_key_or_a_restricted_one(key: str) -> None:
    assert await asked(None, key) == ("https://api.stripe.com", key)


async def test_the_simulator_needs_no_key() -> None:
    assert await asked(SIMULATOR, None) == (SIMULATOR, SIMULATOR_KEY)


@pytest.mark.parametrize(
    ("url", "key", "said"),
    [
        (None, None, "set PAVILION_STRIPE_KEY"),
        (None, "", "not a key of Stripe's API"),
        (None, "pk_test_1", "not a key of Stripe's API"),
        (None, "sk_live_1", "unrestricted live key"),
        (SIMULATOR, "rk_live_1", "must not be sent"),
    ],
)
def test_any_other_is_refused_and_not_shown(url: str | None, key: str | None, said: str) -> None:
    with pytest.raises(BadStripeSettings, match=said) as refusal:
        StripeProvider(url, key)
    assert not key or key not in str(refusal.value)
