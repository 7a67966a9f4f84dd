"""How many messages the topics have taken."""

from collections import Counter
from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from contracts.topics import TOPICS


async def message_counts(bootstrap: str) -> Counter[str]:
    """Messages ever written to each topic, by its name; those that expired are counted too."""
    partitions = [
        TopicPartition(topic.name, number) for topic in TOPICS for number in range(topic.partitions)
    ]
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()
    counts: Counter[str] = Counter()
    for partition, end in ends.items():
        counts[partition.topic] += end
    return counts


async def ends_of(bootstrap: str, partitions: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The offset after the last record of each partition. Raises OSError where Kafka can't be reached."""
    if not partitions:
        return {}
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    try:
        await consumer.start()
        ends = await consumer.end_offsets([TopicPartition(*each) for each in partitions])
    except KafkaError as error:
        raise OSError(f"Kafka: {error!r}") from error
    finally:
        await consumer.stop()
    return {(each.topic, each.partition): end for each, end in ends.items()}
