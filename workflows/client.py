"""The way to Temporal: every process and every benchmark connects by it, so that all speak alike."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import GrpcCompression


async def connect(address: str, namespace: str = "default", *, lazy: bool = False) -> Client:
    """A client that carries dataclasses. A ``lazy`` one connects when it is first used.

    Nothing is compressed: our payloads are small and the server is near, so gzip would cost a worker a tenth of
    its processor time and gain nothing. Raises RuntimeError when nobody answers.
    """
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=pydantic_data_converter,
        grpc_compression=GrpcCompression.NONE,
        lazy=lazy,
    )
