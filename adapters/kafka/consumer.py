"""The runtime of every consumer that writes to Postgres: each event has its effect exactly once.

The position stands in Postgres and moves in the transaction that holds the effect. What Kafka is told is for
its lag tools alone. A consumer that lost its partitions and does not know it yet finds its position moved by
the new owner, and its transaction fails.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import groupby
from time import monotonic, time
from typing import Any

import asyncpg
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError

from adapters.kafka import consumer_metrics as metrics
from adapters.kafka.dead_letters import DeadLetters, Failed, LetterExpired
from adapters.kafka.projection import Projection
from adapters.postgres.consumer_pauses import is_paused
from adapters.postgres.dead_letters import Asked, DeadLetterRows
from adapters.postgres.pool import AWAY
from adapters.postgres.positions import PositionMoved, Positions

TRIES = 3
RETRY_SECONDS = 0.05
AWAY_SECONDS = 0.5
COMMIT_SECONDS = 5.0
LOOK_SECONDS = 1.0
"""How often a consumer looks whether it is to pause, or to try dead letters again."""
POLL_MS = 200
PACE_SECONDS = 0.025
"""Batches begin no closer together, unless they are large: what comes meanwhile shares a transaction. The broker
holds a fetch that finds nothing as long, for a partition just read is asked for again when it ends."""
LARGE = 500
"""Records of a batch that has a backlog behind it."""
MAX_RECORDS = 20_000
SLICE = 500
"""Records tried one by one in one transaction: all of them may fail, and the transaction must stay short."""
POISONED = 10_000
"""Keys remembered whose last record was put aside: what comes of them is tried by itself at once, and once."""
PARTITION_BYTES = 4 * 1024 * 1024

_TRY_AGAIN = (*AWAY, asyncpg.TransactionRollbackError, asyncpg.ObjectNotInPrerequisiteStateError)
"""Not the records' fault, so they are tried for as long as it takes: the server is away, or a deadlock."""

log = structlog.get_logger()


class Consumer:
    """Feeds one projection from its topics until told to stop."""

    def __init__(
        self,
        projection: Projection,
        *,
        bootstrap: str,
        pool: asyncpg.Pool,
        prefix: str = "",
        tries: int = TRIES,
        pace_seconds: float = PACE_SECONDS,
        large: int = LARGE,
    ) -> None:
        self._projection = projection
        self._pool = pool
        self._tries = tries
        self._pace_seconds, self._large = pace_seconds, large
        self._positions = Positions(projection.name)
        self._dead_letters = DeadLetters(bootstrap, projection.name, prefix=prefix)
        self._rows = DeadLetterRows(projection.name)
        self._stop = asyncio.Event()
        self._paused = False
        self._poisoned: OrderedDict[bytes, None] = OrderedDict()
        self._look_due = 0.0
        self._topics = [prefix + topic for topic in projection.topics]
        self._commit_due = 0.0
        self._kafka = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=prefix + projection.name,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
            fetch_max_wait_ms=int(1000 * pace_seconds),
            max_partition_fetch_bytes=PARTITION_BYTES,
            max_poll_records=MAX_RECORDS,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until ``stop`` is set; the batch in hand is finished before this returns."""
        self._stop = stop
        self._kafka.subscribe(self._topics, listener=_Assigned(self))
        await self._kafka.start()
        try:
            while not stop.is_set():
                await self._obey()
                fetched = await self._kafka.getmany(timeout_ms=POLL_MS)
                if self._paused:  # what came all the same is fetched again when it goes on
                    await self._tell_kafka()
                    continue
                next_at = monotonic() + self._pace_seconds
                records = self._not_yet_applied(fetched)
                if records:
                    await self._handle(records)
                await self._tell_kafka()
                if len(records) < self._large:
                    await asyncio.sleep(next_at - monotonic())
        finally:
            await self._kafka.stop()
            await self._dead_letters.close()

    async def assigned(self) -> None:
        """Go to where Postgres says, whatever Kafka remembers; anew if the partitions change meanwhile."""
        self._projection.forget()
        mine = None
        while mine != self._kafka.assignment() and not self._stop.is_set():
            mine = self._kafka.assignment()
            try:
                await self._positions.load(self._pool, mine)
            except _TRY_AGAIN as error:
                await self._wait(error)
                mine = None
        for partition, offset in self._positions.next_offset.items():
            if partition in self._kafka.assignment():
                self._kafka.seek(partition, offset)

    async def _obey(self) -> None:
        """Do what people have asked for: pause, go on, try dead letters again."""
        try:
            if monotonic() >= self._look_due:
                self._look_due = monotonic() + LOOK_SECONDS
                was, self._paused = self._paused, await is_paused(self._pool, self._projection.name)
                metrics.PAUSED.labels(self._projection.name).set(self._paused)
                if was and not self._paused:
                    self._kafka.resume(*self._kafka.assignment())
                    await self.assigned()
                elif not self._paused:
                    await self._try_again(await self._rows.asked(self._pool, self._kafka.assignment()))
        except (*_TRY_AGAIN, KafkaError) as error:
            await self._wait(error)
        if self._paused:
            self._kafka.pause(*self._kafka.assignment())  # those too that have come since

    async def _try_again(self, asked: Sequence[Asked]) -> None:
        """Letters of partitions that are ours: effect and end of each in one transaction."""
        records = await self._dead_letters.read(asked)
        for letter in asked:
            record = records.get(letter.number)
            partition = TopicPartition(letter.topic, letter.partition)
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    if await self._positions.hold(connection, partition, letter.record_offset):
                        self._projection.forget()
                    if not await self._rows.take(connection, letter):
                        continue
                    error = (
                        await self._failure(connection, [record]) if record else LetterExpired(letter.number)
                    )
                    await self._rows.settle(connection, letter, error)
            except PositionMoved:  # it has another owner, who will find the letter
                continue
            metrics.REPLAYED.labels(self._projection.name, "failed" if error else "applied").inc()

    def _not_yet_applied(self, fetched: dict[TopicPartition, list[ConsumerRecord]]) -> list[ConsumerRecord]:
        """Without what was fetched before a seek took hold, or belongs to a partition lost meanwhile."""
        return self._positions.not_yet_applied([record for records in fetched.values() for record in records])

    async def _handle(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply the records; those that fail time and again end as dead letters, the others are applied."""
        failures = 0
        while not self._stop.is_set():
            try:
                if failures < self._tries:
                    await self._apply(records)
                else:
                    await self._apply_what_can_be(records, self._tries)
                self._count(records)
                return
            except PositionMoved as moved:
                log.warning("consumer.position_moved", consumer=self._projection.name, error=str(moved))
                await self.assigned()
                return
            except _TRY_AGAIN as error:
                await self._wait(error)
            except Exception as error:
                self._projection.forget()
                failures += 1
                log.exception(
                    "consumer.failed", consumer=self._projection.name, failures=failures, error=repr(error)
                )
                await asyncio.sleep(RETRY_SECONDS * failures)
            records = self._positions.not_yet_applied(records)

    async def _wait(self, error: BaseException) -> None:
        """A server is away, or busy with others: nothing of what is remembered may have been written."""
        self._projection.forget()
        log.warning("consumer.waits", consumer=self._projection.name, error=repr(error))
        await asyncio.sleep(AWAY_SECONDS)

    def _count(self, records: Sequence[ConsumerRecord]) -> None:
        name = self._projection.name
        metrics.RECORDS.labels(name).inc(len(records))
        metrics.LAG_SECONDS.labels(name).set(max(0.0, time() - records[-1].timestamp / 1000))

    async def _apply(self, records: Sequence[ConsumerRecord]) -> None:
        poisoned = [record for record in records if _key(record) in self._poisoned]
        sound = [record for record in records if _key(record) not in self._poisoned] if poisoned else records
        if len(poisoned) > SLICE or not sound:
            return await self._apply_what_can_be(records, 1)
        write = await self._projection.project(sound)
        async with self._pool.acquire() as connection, connection.transaction():
            if await self._positions.move(connection, records):
                # The tables were exchanged: what was worked out rests on what is remembered of the old ones.
                self._projection.forget()
                write = await self._projection.project(sound)
            await write(connection)
            await self._apply_or_put_aside(connection, poisoned, 1)
        self._positions.moved(records)

    async def _apply_what_can_be(self, records: Sequence[ConsumerRecord], tries: int) -> None:
        """The same a slice at a time: key by key, then record by record. Only what fails by itself is put aside."""
        for start in range(0, len(records), SLICE):
            part = records[start : start + SLICE]
            async with self._pool.acquire() as connection, connection.transaction():
                if await self._positions.move(connection, part):
                    self._projection.forget()
                await self._apply_or_put_aside(connection, part, tries)
            self._positions.moved(part)

    async def _apply_or_put_aside(
        self, connection: Any, records: Sequence[ConsumerRecord], tries: int
    ) -> None:
        failed: list[Failed] = []
        for key, group in groupby(sorted(records, key=_key), key=_key):
            of_key = list(group)
            error = await self._failure(connection, of_key)
            for record in of_key if error else ():
                error = await self._failure(connection, [record])
                if error is not None:
                    failed.append((record, error))
            self._poisoned.pop(key, None)
            if error is not None:  # of its last record, so the next may well fail too
                self._poisoned[key] = None
        while len(self._poisoned) > POISONED:
            self._poisoned.popitem(last=False)
        offsets = await self._dead_letters.send(failed, tries)
        await self._rows.put_aside(connection, failed, offsets, tries)

    async def _failure(self, connection: Any, records: Sequence[ConsumerRecord]) -> Exception | None:
        """Apply within a savepoint; what went wrong."""
        write = None
        try:
            write = await self._projection.project(records)
            async with connection.transaction():
                await write(connection)
        except _TRY_AGAIN:
            raise
        except Exception as error:
            if write is not None:
                self._projection.forget()
            return error
        return None

    async def _tell_kafka(self) -> None:
        if monotonic() < self._commit_due or not self._positions.next_offset:
            return
        self._commit_due = monotonic() + COMMIT_SECONDS
        mine = self._kafka.assignment()
        offsets = {tp: offset for tp, offset in self._positions.next_offset.items() if tp in mine}
        with suppress(KafkaError):
            # Nothing is fetched while paused, so the ends that come with what is fetched stay where they were.
            ends = await self._kafka.end_offsets(list(offsets)) if self._paused else {}
            for partition, offset in offsets.items():
                end = ends.get(partition) or self._kafka.highwater(partition) or offset
                lag = metrics.LAG.labels(self._projection.name, partition.topic, partition.partition)
                lag.set(end - offset)
            await self._kafka.commit(offsets)


class _Assigned(ConsumerRebalanceListener):
    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:  # type: ignore[override]
        """Nothing to do: a transaction under way either commits before the new owner reads, or fails."""

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:  # type: ignore[override]
        await self._consumer.assigned()


def _key(record: ConsumerRecord) -> bytes:
    return record.key or b""
