"""How many messages the topics have taken."""

from collections import Counter

from aiokafka import AIOKafkaConsumer, TopicPartition

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
