"""Records that can't be handled, kept with all it takes to find out why and to handle them later."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer, ConsumerRecord

from adapters.kafka.consumer_metrics import DEAD_LETTERS
from contracts.topics import dead_letters

Failed = tuple[ConsumerRecord, Exception]


class DeadLetters:
    """The dead-letter topic of one consumer. Connects when there is something to send."""

    def __init__(self, bootstrap: str, consumer: str, *, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._topic = prefix + dead_letters(consumer).name
        self._consumer = consumer
        self._producer: AIOKafkaProducer | None = None

    async def send(self, failed: Sequence[Failed], tries: int) -> None:
        """Keep records as they came, with where they came from and what went wrong, until Kafka has them all.

        The same record may come twice, if its consumer goes down right after this.
        """
        if not failed:
            return
        producer = await self._open()
        sent = [
            await producer.send(
                self._topic, key=record.key, value=record.value, headers=self._headers(record, error, tries)
            )
            for record, error in failed
        ]
        await asyncio.gather(*sent)
        DEAD_LETTERS.labels(self._consumer).inc(len(failed))

    def _headers(self, record: ConsumerRecord, error: Exception, tries: int) -> list[tuple[str, bytes]]:
        return [
            *record.headers,
            ("dlq-consumer", self._consumer.encode()),
            ("dlq-topic", record.topic.encode()),
            ("dlq-partition", b"%d" % record.partition),
            ("dlq-offset", b"%d" % record.offset),
            ("dlq-tries", b"%d" % tries),
            ("dlq-error-type", type(error).__name__.encode()),
            ("dlq-error", str(error).encode()[:2000]),
        ]

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
