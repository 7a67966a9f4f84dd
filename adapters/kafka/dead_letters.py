"""Records that can't be handled, kept with all it takes to find out why and to handle them later."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from adapters.kafka.consumer_metrics import DEAD_LETTERS
from adapters.postgres.dead_letters import Asked
from contracts.redaction import redact
from contracts.topics import dead_letters

POLL_MS = 500
READ_TRIES = 20
PREFIX = "dlq-"
"""Of the headers that a letter has beside those of its record."""

Failed = tuple[ConsumerRecord, Exception]


class LetterExpired(Exception):
    """Kafka keeps a letter no longer, or something else in its place, so it can't be tried again."""


class DeadLetters:
    """The dead-letter topic of one consumer. Connects when there is something to send."""

    def __init__(self, bootstrap: str, consumer: str, *, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._topic = prefix + dead_letters(consumer).name
        self._consumer = consumer
        self._producer: AIOKafkaProducer | None = None

    async def send(self, failed: Sequence[Failed], tries: int) -> list[int]:
        """Keep records as they came, with where they came from and what went wrong, until Kafka has them all.

        Gives the offsets of the letters. The same record may come twice, if its consumer goes down right after this:
        which letter counts, and what became of it, stands in Postgres (``adapters.postgres.dead_letters``).
        """
        if not failed:
            return []
        producer = await self._open()
        sent = [
            await producer.send(
                self._topic, key=record.key, value=record.value, headers=self._headers(record, error, tries)
            )
            for record, error in failed
        ]
        kept = await asyncio.gather(*sent)
        DEAD_LETTERS.labels(self._consumer).inc(len(failed))
        return [letter.offset for letter in kept]

    def _headers(self, record: ConsumerRecord, error: Exception, tries: int) -> list[tuple[str, bytes]]:
        return [
            *record.headers,
            ("dlq-consumer", self._consumer.encode()),
            ("dlq-topic", record.topic.encode()),
            ("dlq-partition", b"%d" % record.partition),
            ("dlq-offset", b"%d" % record.offset),
            ("dlq-tries", b"%d" % tries),
            ("dlq-error-type", type(error).__name__.encode()),
            ("dlq-error", redact(str(error)).encode()[:2000]),
        ]

    async def read(self, asked: Sequence[Asked]) -> dict[int, ConsumerRecord]:
        """The records of letters, as they were, by the letters' numbers; those that Kafka still keeps.

        What stands at a letter's offset may be about another record, once the topic was emptied or made anew.
        """
        found = await read_letters(self._bootstrap, self._topic, {each.letter_offset for each in asked})
        return {
            each.number: as_it_was(letter)
            for each in asked
            if (letter := found.get(each.letter_offset)) is not None
            and about(letter) == (each.topic, each.partition, each.record_offset)
        }

    async def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def _open(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap, enable_idempotence=True, acks="all"
            )
            await producer.start()
            self._producer = producer
        return self._producer


async def read_letters(bootstrap: str, topic: str, offsets: Collection[int]) -> dict[int, ConsumerRecord]:
    """The letters at these offsets of a dead-letter topic, those that Kafka still keeps. Raises KafkaError."""
    found: dict[int, ConsumerRecord] = {}
    if not offsets:
        return found
    kafka = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await kafka.start()
    try:
        partition = TopicPartition(topic, 0)
        kafka.assign([partition])
        begins = (await kafka.beginning_offsets([partition]))[partition]
        ends = (await kafka.end_offsets([partition]))[partition]
        for offset in sorted(each for each in offsets if begins <= each < ends):
            letter = await _read_one(kafka, partition, offset)
            if letter.offset == offset:
                found[offset] = letter
    finally:
        await kafka.stop()
    return found


async def _read_one(kafka: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> ConsumerRecord:
    """The record at an offset, or one after it if it has expired meanwhile. Raises KafkaTimeoutError: it may be there
    later."""
    if await kafka.position(partition) != offset:
        kafka.seek(partition, offset)
    for _ in range(READ_TRIES):
        fetched = await kafka.getmany(partition, timeout_ms=POLL_MS, max_records=1)
        if records := fetched.get(partition):
            return records[0]
    raise KafkaTimeoutError(f"{partition.topic} at {offset}")


def about(letter: ConsumerRecord) -> tuple[str, int, int] | None:
    """Topic, partition and offset of the record that a letter is about; None for what is no letter."""
    told = dict(letter.headers)
    try:
        return told["dlq-topic"].decode(), int(told["dlq-partition"]), int(told["dlq-offset"])
    except (KeyError, ValueError):
        return None


def as_it_was(letter: ConsumerRecord) -> ConsumerRecord:
    """The record that a letter is about, with the topic, partition and offset it came from."""
    place = about(letter)
    if place is None:
        raise ValueError(f"no letter: offset {letter.offset} of {letter.topic}")
    topic, partition, offset = place
    return replace(
        letter,
        topic=topic,
        partition=partition,
        offset=offset,
        headers=tuple(each for each in letter.headers if not each[0].startswith(PREFIX)),
    )
