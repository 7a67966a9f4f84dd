"""Connections that several processes make alike."""

from temporalio.client import Client

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
