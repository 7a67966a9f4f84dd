"""The way to Temporal: every process and every benchmark connects by it, so that all speak alike."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.service import GrpcCompression


async def connect(
    address: str,
    namespace: str = "default",
    *,
    lazy: bool = False,
    data_converter: DataConverter = pydantic_data_converter,
) -> Client:
    """A client that carries dataclasses. A ``lazy`` one connects when it is first used.

    Whoever starts, keeps or tells a workflow about money gives the ``data_converter`` of
    ``adapters.temporal.converter``, which encrypts what is Temporal's to keep.

    Nothing is compressed: our payloads are small and the server is near, so gzip would cost a worker a tenth of
    its processor time and gain nothing. Raises RuntimeError when nobody answers.
    """
    return await Client.connect(
        address,
        namespace=namespace,
        data_converter=data_converter,
        grpc_compression=GrpcCompression.NONE,
        lazy=lazy,
    )
