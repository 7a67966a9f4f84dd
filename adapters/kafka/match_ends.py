"""Tells of matches that have ended: what was lent for a match (a share link) ends with it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from contracts.cloudevents import MalformedEnvelope, decode, event_type
from contracts.codec import MATCH
from contracts.topics import BALL_EVENTS

GROUP = "share-links"
ENDS = ("MatchEnded", "MatchAwarded", "MatchAbandoned", "ResultReached")
_NAMES = frozenset(event_type(name).encode() for name in ENDS)
POLL_MS = 1000

Ended = Callable[[UUID, UUID], Awaitable[object]]
"""Takes tenant and match. May be called again for the same match."""
log = structlog.get_logger("match_ends")


class MatchEnds:
    """Reads the events of matches, shared out among the processes of the group, and passes each end on at least once."""

    def __init__(self, ended: Ended, *, bootstrap: str, prefix: str = "") -> None:
        self._ended = ended
        self._bootstrap = bootstrap
        self._prefix = prefix

    async def run(self) -> None:
        """Go on until cancelled. Raises what the broker or ``ended`` raises; begun again, it goes on with the same."""
        kafka = AIOKafkaConsumer(
            self._prefix + BALL_EVENTS.name,
            bootstrap_servers=self._bootstrap,
            group_id=self._prefix + GROUP,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            partition_assignment_strategy=[RoundRobinPartitionAssignor],
        )
        try:
            await kafka.start()
            while True:
                fetched = await kafka.getmany(timeout_ms=POLL_MS)
                ends = dict.fromkeys(end for records in fetched.values() for end in map(_end, records) if end)
                for tenant_id, match_id in ends:
                    await self._ended(tenant_id, match_id)
                if fetched:
                    await kafka.commit()
        finally:
            await kafka.stop()


def _end(record: ConsumerRecord) -> tuple[UUID, UUID] | None:
    """The tenant and match whose end a record tells. Most are balls, so one header is looked at first."""
    if not any(name == "event-type" and value in _NAMES for name, value in record.headers):
        return None
    try:
        envelope = decode(record.headers)
    except MalformedEnvelope as error:
        log.error("an event of a match cannot be read", offset=record.offset, error=str(error))
        return None
    if envelope.stream_kind != MATCH or envelope.type not in ENDS:
        return None
    return envelope.tenant_id, envelope.stream_id
