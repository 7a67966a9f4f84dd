"""Connections that several processes make alike."""

from temporalio.client import Client

from adapters.temporal.converter import data_converter
from adapters.temporal.keys import PayloadKeys
from stack import secrets
from stack.settings import Settings
from workflows.client import connect


async def connect_temporal(settings: Settings) -> Client:
    """A client whose payloads about money are encrypted with the configured keys."""
    return await connect(
        settings.temporal_address,
        settings.temporal_namespace,
        data_converter=data_converter(PayloadKeys.parse(secrets.payload_keys())),
    )
