"""How far a consumer has come in each partition, kept beside what it wrote."""

from collections.abc import Iterable, Sequence
from typing import Any

from aiokafka import ConsumerRecord, TopicPartition

_LOAD = """
  with asked as (select * from unnest($2::text[], $3::int[]) as a(topic, partition)),
  made as (
    insert into consumer_position (consumer, topic, partition, next_offset)
    select $1, topic, partition, 0 from asked on conflict do nothing
    returning topic, partition, next_offset, generation
  )
  select topic, partition, next_offset, generation from made
  union all
  select topic, partition, next_offset, generation from consumer_position join asked using (topic, partition)
  where consumer = $1
"""
# Compare and set. The commit need not reach the disk before the next batch: position and effect are in it both.
_MOVE = """
  update consumer_position p set next_offset = m.upto, updated_at = clock_timestamp()
  from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) as m(topic, partition, expected, upto),
    set_config('synchronous_commit', 'off', true)
  where p.consumer = $1 and p.topic = m.topic and p.partition = m.partition and p.next_offset = m.expected
  returning p.topic, p.partition, p.generation
"""
_HOLD = """
  select generation from consumer_position
  where consumer = $1 and topic = $2 and partition = $3 and next_offset = $4 and next_offset > $5 for update
"""


class PositionMoved(Exception):
    """Somebody else moved a position: these partitions have another owner now."""


class Positions:
    """The positions of one consumer. ``next_offset``: the first offset not applied yet, by partition."""

    def __init__(self, consumer: str) -> None:
        self._consumer = consumer
        self._generations: dict[TopicPartition, int] = {}
        self.next_offset: dict[TopicPartition, int] = {}

    async def load(self, pool: Any, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Read the positions of the partitions that are ours from now on; 0 for one never seen."""
        asked = sorted(partitions)
        rows = await pool.fetch(
            _LOAD, self._consumer, [each.topic for each in asked], [each.partition for each in asked]
        )
        self.next_offset = {
            TopicPartition(row["topic"], row["partition"]): row["next_offset"] for row in rows
        }
        self._generations = _generations(rows)
        return self.next_offset

    async def move(self, connection: Any, records: Sequence[ConsumerRecord]) -> bool:
        """Move past the records, within the transaction of ``connection``, before anything else is written.

        Tells whether the read models were exchanged since the last time. Raises PositionMoved.
        """
        upto = _ends(records)
        rows = await connection.fetch(
            _MOVE,
            self._consumer,
            [each.topic for each in upto],
            [each.partition for each in upto],
            [self.next_offset.get(each, -1) for each in upto],
            list(upto.values()),
        )
        if len(rows) != len(upto):
            raise PositionMoved(f"{len(upto) - len(rows)} of {len(upto)} partitions of {self._consumer}")
        found = _generations(rows)
        exchanged = any(self._generations.get(each) != generation for each, generation in found.items())
        self._generations |= found
        return exchanged

    async def hold(self, connection: Any, partition: TopicPartition, passed: int) -> bool:
        """Keep a partition's position where it is, beyond the offset ``passed``, until the transaction ends.

        Tells whether the read models were exchanged, and raises PositionMoved, as ``move`` does.
        """
        expected = self.next_offset.get(partition, -1)
        generation = await connection.fetchval(_HOLD, self._consumer, *partition, expected, passed)
        if generation is None:
            raise PositionMoved(f"{partition} of {self._consumer}")
        exchanged = self._generations.get(partition) != generation
        self._generations[partition] = generation
        return exchanged

    def not_yet_applied(self, records: Sequence[ConsumerRecord]) -> list[ConsumerRecord]:
        """The records at or after the positions; none of a partition that is not ours."""
        positions = self.next_offset
        return [
            record
            for record in records
            if record.offset
            >= positions.get(TopicPartition(record.topic, record.partition), record.offset + 1)
        ]

    def moved(self, records: Sequence[ConsumerRecord]) -> None:
        """The transaction has committed."""
        self.next_offset.update(_ends(records))


def _generations(rows: Iterable[Any]) -> dict[TopicPartition, int]:
    return {TopicPartition(row["topic"], row["partition"]): row["generation"] for row in rows}


def _ends(records: Sequence[ConsumerRecord]) -> dict[TopicPartition, int]:
    """The offset after the last record of each partition, in one order for all, so that none deadlock."""
    ends: dict[TopicPartition, int] = {}
    for record in records:
        ends[TopicPartition(record.topic, record.partition)] = record.offset + 1
    return dict(sorted(ends.items()))
