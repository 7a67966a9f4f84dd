"""The way to Temporal: every process and every benchmark connects by it, so that all speak alike."""

from temporalio.client import Client
from temporalio.service import GrpcCompression

from adapters.temporal.converter import PLAIN, data_converter
from adapters.temporal.keys import PayloadKeys


async def connect(
    address: str, namespace: str = "default", *, keys: PayloadKeys | None = None, lazy: bool = False
) -> Client:
    """A client that carries dataclasses; without ``keys`` it can't have to do with workflows about money.

    A ``lazy`` one connects when it is first used. Nothing is compressed: our payloads are small and the server
    is near, so gzip would cost a worker a tenth of its processor time and gain nothing. Raises RuntimeError
    when nobody answers.
    """
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=data_converter(keys) if keys else PLAIN,
        grpc_compression=GrpcCompression.NONE,
        lazy=lazy,
    )
