"""How Stripe is reached: which API, with which key, in which version, and how long an answer may take."""

from aiohttp import ClientTimeout
from stripe import AIOHTTPClient, StripeClient

API_VERSION = "2026-08-26.dahlia"
"""The version every request asks for, whatever the account's or the library's own is. It is the one of the
specification that the tests hold our requests to; both are changed together."""

SIMULATOR_KEY = (
    "rk_test_simulator"  # the simulator takes any test key; the real Stripe knows this one is none
)
CONNECT_SECONDS = 5
ANSWER_SECONDS = 20


class BadStripeSettings(ValueError):
    """The settings would reach the wrong Stripe, or the right one with too much power."""


def stripe_client(url: str | None, key: str | None, http_client: AIOHTTPClient) -> StripeClient:
    """A client of the simulator at `url`, or of the real Stripe if there is none, which takes a `key`.

    A live key must be a restricted one: what a process may do with other people's money is what it needs to.
    Requests are never repeated here: whoever asks knows whether it may be (a Temporal activity).
    """
    if key is None and url is None:
        raise BadStripeSettings("set PAVILION_STRIPE_KEY, or PAVILION_STRIPE_URL for a simulator")
    if key is not None and key.startswith("sk_live_"):
        raise BadStripeSettings(
            "PAVILION_STRIPE_KEY is an unrestricted live key; make a restricted one (rk_live_…)"
        )
    if key is not None and not key.startswith(("sk_test_", "rk_test_", "rk_live_")):
        raise BadStripeSettings(
            "PAVILION_STRIPE_KEY is not a key of Stripe's API (rk_test_…, sk_test_…, rk_live_…)"
        )
    if key is not None and url is not None and key.startswith("rk_live_"):
        raise BadStripeSettings("a live key must not be sent to PAVILION_STRIPE_URL; unset one of them")
    return StripeClient(
        key or SIMULATOR_KEY,
        stripe_version=API_VERSION,
        base_addresses={"api": url} if url else None,
        max_network_retries=0,
        http_client=http_client,
    )


def patient_http(answer_seconds: float = ANSWER_SECONDS) -> AIOHTTPClient:
    """Connections that are given up after a while: the answer is then unknown."""
    return AIOHTTPClient(timeout=ClientTimeout(total=answer_seconds, connect=CONNECT_SECONDS))
