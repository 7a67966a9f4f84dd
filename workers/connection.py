"""Connections that several processes make alike."""

from temporalio.client import Client

from adapters.temporal.converter import data_converter
from adapters.temporal.keys import PayloadKeys
from stack import secrets
from stack.settings import Settings


async def connect_temporal(settings: Settings) -> Client:
    """A client whose payloads about money are encrypted with the configured keys."""
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        data_converter=data_converter(PayloadKeys.parse(secrets.payload_keys())),
    )
