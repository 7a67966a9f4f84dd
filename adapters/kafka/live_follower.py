"""What is appended to streams that are listened to, heard from Kafka: every process reads all partitions from their
ends, as itself and no group, and keeps no position."""

import asyncio
from collections.abc import Callable, Container
from contextlib import suppress

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from adapters.kafka.topics import assign
from contracts.cloudevents import MalformedEnvelope, decode
from contracts.topics import BALL_EVENTS, TOURNAMENT_EVENTS, Topic
from handlers.live.ports import Heard

TOPICS = (BALL_EVENTS, TOURNAMENT_EVENTS)
POLL_MS = 1_000
FETCH_WAIT_MS = 20
"""The broker holds a fetch that finds nothing as long, and a partition just read waits for the fetch to end."""
AWAY_SECONDS = 1.0
SLICE = 500
"""Records looked at before others have a turn."""

log = structlog.get_logger()


class KafkaFollower:
    """A :class:`handlers.live.ports.Broadcaster`. ``prefix`` goes before the names of the topics."""

    def __init__(self, bootstrap: str, *, prefix: str = "", topics: tuple[Topic, ...] = TOPICS) -> None:
        self._bootstrap = bootstrap
        self._partitions = [
            TopicPartition(prefix + topic.name, number)
            for topic in topics
            for number in range(topic.partitions)
        ]
        self._following = False

    @property
    def following(self) -> bool:
        return self._following

    async def follow(self, wanted: Container[bytes], hear: Callable[[Heard], None]) -> None:
        """Until cancelled; while the broker is away, it is tried again and again."""
        while True:
            try:
                await self._follow(wanted, hear)
            except (KafkaError, OSError) as error:
                log.warning("live.kafka_away", error=repr(error))
            finally:
                self._following = False
            await asyncio.sleep(AWAY_SECONDS)

    async def _follow(self, wanted: Container[bytes], hear: Callable[[Heard], None]) -> None:
        kafka = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="latest",
            fetch_max_wait_ms=FETCH_WAIT_MS,
        )
        try:
            await kafka.start()
            await assign(kafka, self._partitions)
            await kafka.seek_to_end(*self._partitions)
            for partition in self._partitions:
                await kafka.position(partition)
            self._following = True
            log.info("live.following", partitions=len(self._partitions))
            while True:
                for records in (await kafka.getmany(timeout_ms=POLL_MS)).values():
                    for start in range(0, len(records), SLICE):
                        _pass_on(records[start : start + SLICE], wanted, hear)
                        await asyncio.sleep(0)
        finally:
            self._following = False
            with suppress(KafkaError, OSError):
                await kafka.stop()


def _pass_on(records: list[ConsumerRecord], wanted: Container[bytes], hear: Callable[[Heard], None]) -> None:
    for record in records:
        # Most streams have no listeners, and are told by their key.
        if record.key is None or record.key not in wanted:
            continue
        try:
            envelope = decode(record.headers)
        except MalformedEnvelope as error:
            log.warning("live.not_ours", topic=record.topic, offset=record.offset, error=str(error))
            continue
        hear(
            Heard(
                tenant_id=envelope.tenant_id,
                stream_id=envelope.stream_id,
                version=envelope.version,
                type=envelope.type,
                schema_version=envelope.schema_version,
                data=record.value or b"",
                recorded_at=envelope.recorded_at,
            )
        )
