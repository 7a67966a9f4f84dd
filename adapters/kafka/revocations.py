"""Follows ``ssl.identity.events`` in every process that verifies tokens: what is revoked anywhere is refused here."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from adapters.kafka.revocation_metrics import APPLIED, BEHIND_SECONDS, CONNECTED
from adapters.kafka.topics import assign
from contracts.cloudevents import MalformedEnvelope, decode
from contracts.identity_events import SigningKeyRevoked, SigningKeyRotated
from contracts.identity_events import decode as decode_event
from contracts.revocations import REMEMBERED_SECONDS, revoked_by
from contracts.topics import IDENTITY_EVENTS
from domain.identity.revocations import Revocations

AWAY_SECONDS = 0.5
WAIT_SECONDS = 5.0
POLL_MS = 1000
COMMIT_SECONDS = 5.0
ROTATED = SigningKeyRotated.__name__
WITHDRAWN = SigningKeyRevoked.__name__
log = structlog.get_logger("revocations")


class RevocationFollower:
    """Reads all partitions, from as far back as a token can have been issued, and then what comes.

    No group shares the partitions out, since each process needs all of it. ``group`` only notes there how far
    this process is, for the broker's tools. While Kafka is away, what is known stays known.
    """

    def __init__(
        self,
        revocations: Revocations,
        *,
        bootstrap: str,
        prefix: str = "",
        group: str | None = None,
        keys_rotated: Callable[[], None] = lambda: None,
        key_revoked: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._revocations = revocations
        self._bootstrap = bootstrap
        self._group = group and prefix + group
        self._keys_rotated = keys_rotated
        self._key_revoked = key_revoked
        self._clock = clock
        self._partitions = [
            TopicPartition(prefix + IDENTITY_EVENTS.name, number)
            for number in range(IDENTITY_EVENTS.partitions)
        ]
        self._next: dict[TopicPartition, int] = {}
        self._commit_due = 0.0
        self._noting: asyncio.Task[None] | None = None
        self.caught_up = asyncio.Event()
        """All that was published before this process began to follow is known."""

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self._follow()
            except (KafkaError, OSError) as error:
                log.warning("revocations are not heard of: Kafka is away", error=repr(error))
            except Exception as error:  # whatever it is, who stops to listen believes too much
                log.exception("revocations are not heard of", error=repr(error))
            CONNECTED.set(0)
            await asyncio.sleep(AWAY_SECONDS)

    async def _follow(self) -> None:
        kafka = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # what is older than the broker keeps is older than any token
        )
        try:
            await kafka.start()
            ends = await self._begin(kafka)
            CONNECTED.set(1)
            while True:
                for records in (await kafka.getmany(timeout_ms=POLL_MS)).values():
                    for record in records:
                        self._take(record)
                if not self.caught_up.is_set() and all(self._next[each] >= end for each, end in ends.items()):
                    self.caught_up.set()
                self._revocations.forget_old(self._clock())
                self._note(kafka)
        finally:
            if self._noting is not None:
                self._noting.cancel()
            await kafka.stop()

    async def _begin(self, kafka: AIOKafkaConsumer) -> dict[TopicPartition, int]:
        """Stand where reading begins; the ends of the partitions as they are now."""
        await assign(kafka, self._partitions)
        ends: dict[TopicPartition, int] = await kafka.end_offsets(self._partitions)
        since = int(1000 * (self._clock() - REMEMBERED_SECONDS))
        found = await kafka.offsets_for_times(dict.fromkeys(self._partitions, since))
        for partition in self._partitions:
            at = found.get(partition)
            first = ends[partition] if at is None else at.offset
            self._next.setdefault(partition, first)
            kafka.seek(partition, self._next[partition])
        return ends

    def _take(self, record: ConsumerRecord) -> None:
        self._next[TopicPartition(record.topic, record.partition)] = record.offset + 1
        try:
            envelope = decode(record.headers)
            if envelope.type == ROTATED:
                self._keys_rotated()
            if envelope.type == WITHDRAWN:
                self._key_revoked(decode_event(WITHDRAWN, record.value or b"").key_id)
            revoked = revoked_by(envelope.type, envelope.tenant_id, record.value or b"")
        except (MalformedEnvelope, msgspec.DecodeError, msgspec.ValidationError) as error:
            log.error("an event of identity cannot be read", offset=record.offset, error=repr(error))
            return
        if revoked is not None:
            self._revocations.apply(*revoked)
            APPLIED.inc()
            BEHIND_SECONDS.observe(max(0.0, self._clock() - record.timestamp / 1000))

    def _note(self, kafka: AIOKafkaConsumer) -> None:
        """Note how far this is from time to time. Nobody waits for it: while the group has no coordinator, it takes
        for ever."""
        if self._group is None or time.monotonic() < self._commit_due:
            return
        if self._noting is None or self._noting.done():
            self._commit_due = time.monotonic() + COMMIT_SECONDS
            self._noting = asyncio.ensure_future(_commit(kafka, dict(self._next)))


async def _commit(kafka: AIOKafkaConsumer, offsets: dict[TopicPartition, int]) -> None:
    with suppress(KafkaError):
        await kafka.commit(offsets)


@asynccontextmanager
async def following(follower: RevocationFollower) -> AsyncIterator[None]:
    """The follower runs beside what is done within.

    That begins once everything published before is known; while Kafka is away, after a moment all the same: the
    tokens of some minutes are a smaller evil than no service.
    """
    task = asyncio.ensure_future(follower.run())
    try:
        try:
            await asyncio.wait_for(follower.caught_up.wait(), WAIT_SECONDS)
        except TimeoutError:
            log.warning("revocations before now are not known yet")
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
