"""Which Stripe is reached, and with which key."""

import pytest

from adapters.stripe.client import BadStripeSettings
from adapters.stripe.provider import StripeProvider

SIMULATOR = "http://127.0.0.1:1"


@pytest.mark.parametrize("key", ["rk_test_1", "sk_test_1", "rk_live_1"])
def test_the_real_stripe_takes_a_test_key_or_a_restricted_one(key: str) -> None:
    StripeProvider(key=key)


def test_the_simulator_needs_no_key() -> None:
    StripeProvider(SIMULATOR)


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
