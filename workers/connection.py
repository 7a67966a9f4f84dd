"""Connections that several processes make alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client

from adapters.stripe.provider import StripeProvider
from adapters.temporal.client import connect
from adapters.temporal.keys import PayloadKeys
from stack import secrets
from stack.settings import Settings


async def connect_temporal(settings: Settings) -> Client:
    """A client whose payloads about money are encrypted with the configured keys."""
    return await connect(
        settings.temporal_address,
        settings.temporal_namespace,
        keys=PayloadKeys.parse(secrets.payload_keys()),
    )


@asynccontextmanager
async def connected_stripe(settings: Settings) -> AsyncIterator[StripeProvider]:
    """Stripe itself with the configured key, or the simulator of the stack; its connections are closed at the end.

    Raises BadStripeSettings.
    """
    key = secrets.stripe_key()
    provider = StripeProvider(settings.stripe_url, key)
    try:
        yield provider
    finally:
        await provider.close()
