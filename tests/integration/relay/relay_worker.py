"""A worker of the relay's queue as a process, so that it can be killed.

python -m tests.integration.relay.relay_worker POSTGRES_DSN KAFKA_BOOTSTRAP PREFIX TEMPORAL QUEUE
"""

import asyncio
import sys

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.relay import RelayActivities
from workers import process
from workers.relay import relay_opener, relay_worker


async def main(stop: asyncio.Event, dsn: str, bootstrap: str, prefix: str, temporal: str, queue: str) -> None:
    client = await Client.connect(temporal, data_converter=pydantic_data_converter)
    activities = RelayActivities(relay_opener(dsn, bootstrap, prefix))
    async with relay_worker(client, activities, shards=1, queue=queue):
        await stop.wait()


if __name__ == "__main__":
    process.run(lambda stop: main(stop, *sys.argv[1:]))
