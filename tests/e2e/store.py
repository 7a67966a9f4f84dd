"""What the stack holds of some matches, read past all of Pavilion's own code."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from contracts.topics import Topic
from stack.stack import Stack


async def query(stack: Stack, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
    """The rows of a statement, seen as the database's owner."""
    connection = await asyncpg.connect(stack.addresses().postgres_dsn)
    try:
        return [tuple(row) for row in await connection.fetch(statement, *arguments)]
    finally:
        await connection.close()


async def wait_until_relayed(stack: Stack, seconds: float = 30) -> None:
    """Wait until the relay has had everything acknowledged. The read model may be ahead of Kafka.

    (A projector that starts again takes what it missed of a match from the event store.)
    """
    left = "select count(*) from event where (txid, position) > (select txid, position from relay_cursor)"
    async with asyncio.timeout(seconds):
        while (await query(stack, left)) != [(0,)]:
            await asyncio.sleep(0.1)


async def versions_in_kafka(stack: Stack, topic: Topic, matches: Iterable[UUID]) -> dict[UUID, list[int]]:
    """The versions of each match's messages in a topic, in the order in which they stand there."""
    wanted = {str(match).encode(): match for match in matches}
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    found: dict[UUID, list[int]] = defaultdict(list)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=stack.addresses().kafka_bootstrap or "",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        open_ = {partition for partition in partitions if ends[partition]}
        while open_:
            batches = await consumer.getmany(*open_, timeout_ms=1000)
            for records in batches.values():
                for record in records:
                    if record.key in wanted:
                        found[wanted[record.key]].append(int(dict(record.headers)["version"]))
            open_ = {each for each in open_ if await consumer.position(each) < ends[each]}
    finally:
        await consumer.stop()
    return found
