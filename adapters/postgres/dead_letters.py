"""What became of the records that were put aside: waiting, to be tried again, done, or dropped.

A row is written in the transaction that moves the position past its record, and ends in the one that holds the
record's effect. So a record is applied once, however often a letter about it was sent or a replay was cut short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from aiokafka import ConsumerRecord, TopicPartition

from contracts.redaction import redact

ERROR_CHARACTERS = 2000
AT_ONCE = 100
"""Letters tried again before the next records are fetched."""

_PUT_ASIDE = """
  insert into dead_letter (consumer, topic, partition, record_offset, letter_offset, key, event_type, error_type, error,
    tries)
  select $1, * from unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::int[])
  on conflict (consumer, topic, partition, record_offset) do update set status = 'dead', error = excluded.error,
    letter_offset = excluded.letter_offset, error_type = excluded.error_type, tries = excluded.tries, reason = null,
    put_aside_at = clock_timestamp(), settled_by = null, settled_at = null
"""
_ASKED = f"""
  select number, topic, partition, record_offset, letter_offset from dead_letter
  join unnest($2::text[], $3::int[]) as mine(topic, partition) using (topic, partition)
  where consumer = $1 and status = 'asked' order by topic, partition, record_offset limit {AT_ONCE}
"""  # noqa: S608
_TAKE = "select from dead_letter where number = $1 and status = 'asked' for update"
_DONE = "update dead_letter set status = 'replayed', settled_at = clock_timestamp() where number = $1"
_FAILED = """
  update dead_letter set status = 'dead', tries = tries + 1, error_type = $2, error = $3 where number = $1
"""
_COLUMNS = """
  number, consumer, topic, partition, record_offset, letter_offset, key, event_type, error_type, error, tries, status,
  put_aside_at, settled_by, settled_at, reason
"""
_ASK = """
  update dead_letter set status = 'asked', settled_by = $2 where number = any($1::bigint[])
    and status in ('dead', 'asked') returning number
"""
_DROP = """
  update dead_letter set status = 'dropped', settled_by = $2, reason = $3, settled_at = clock_timestamp()
  where number = any($1::bigint[]) and status in ('dead', 'asked') returning number
"""


class Asked(NamedTuple):
    """A letter that somebody wants tried again."""

    number: int
    topic: str
    partition: int
    record_offset: int
    letter_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterRow:
    """A record that was put aside. ``record_offset`` is where it came from, ``letter_offset`` where the dead-letter
    topic keeps it; ``settled_by`` is who had it tried again or dropped it, for ``reason``."""

    number: int
    consumer: str
    topic: str
    partition: int
    record_offset: int
    letter_offset: int
    key: str | None
    event_type: str | None
    error_type: str
    error: str
    tries: int
    status: str
    put_aside_at: datetime
    settled_by: str | None
    settled_at: datetime | None
    reason: str | None


class DeadLetterRows:
    """The letters of one consumer, as that consumer sees and changes them."""

    def __init__(self, consumer: str) -> None:
        self._consumer = consumer

    async def put_aside(
        self,
        connection: Any,
        failed: Sequence[tuple[ConsumerRecord, Exception]],
        letter_offsets: Sequence[int],
        tries: int,
    ) -> None:
        """Note that these are passed over, in the transaction that moves the position past them."""
        if not failed:
            return
        records = [record for record, _ in failed]
        await connection.execute(
            _PUT_ASIDE,
            self._consumer,
            [record.topic for record in records],
            [record.partition for record in records],
            [record.offset for record in records],
            letter_offsets,
            [_text(record.key) for record in records],
            [_text(dict(record.headers).get("event-type")) for record in records],
            [type(error).__name__ for _, error in failed],
            [_said(error) for _, error in failed],
            [tries] * len(records),
        )

    async def asked(self, pool: Any, partitions: Iterable[TopicPartition]) -> list[Asked]:
        """The letters to be tried again that came from these partitions, in the order of their records."""
        mine = list(partitions)
        rows = await pool.fetch(
            _ASKED, self._consumer, [each.topic for each in mine], [each.partition for each in mine]
        )
        return [Asked(*row) for row in rows]

    async def take(self, connection: Any, letter: Asked) -> bool:
        """Hold a letter within a transaction; False if it is not asked for any more."""
        return await connection.fetchrow(_TAKE, letter.number) is not None

    async def settle(self, connection: Any, letter: Asked, error: Exception | None) -> None:
        """It was tried: it is done, or dead again."""
        if error is None:
            await connection.execute(_DONE, letter.number)
        else:
            await connection.execute(_FAILED, letter.number, type(error).__name__, _said(error))


async def letters(
    connection: Any, *, consumer: str | None = None, every: bool = False, numbers: Sequence[int] | None = None
) -> list[DeadLetterRow]:
    """The letters that wait, of one consumer or all; ``every``: those that are settled too."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from dead_letter where ($1::text is null or consumer = $1)"  # noqa: S608
        " and ($2 or status in ('dead', 'asked')) and ($3::bigint[] is null or number = any($3)) order by number",
        consumer,
        every,
        numbers,
    )
    return [DeadLetterRow(**row) for row in rows]


async def ask(connection: Any, numbers: Sequence[int], by: str) -> list[int]:
    """Have letters tried again by their consumer; those that are not settled, asked for before or not."""
    return [row[0] for row in await connection.fetch(_ASK, list(numbers), by)]


async def drop(connection: Any, numbers: Sequence[int], by: str, reason: str) -> list[int]:
    """Give letters up for ever; those that were not settled before."""
    return [row[0] for row in await connection.fetch(_DROP, list(numbers), by, reason)]


def _text(raw: bytes | None) -> str | None:
    return raw.decode(errors="replace").replace("\x00", "�") if raw is not None else None


def _said(error: Exception) -> str:
    return redact(str(error)).replace("\x00", "�")[:ERROR_CHARACTERS]
