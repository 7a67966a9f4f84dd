"""A consumer that counts: the plainest effect that shows when an event was handled twice, or not at all.

    python -m tests.integration.relay.tally POSTGRES_DSN KAFKA_BOOTSTRAP PREFIX

Run as a process so that it can be killed at any moment.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiokafka import ConsumerRecord

from adapters.kafka.consumer import Consumer
from adapters.postgres.pool import create_pool
from contracts.topics import BALL_EVENTS

TABLE = "create table tally (name text primary key, count bigint not null); grant all on tally to pavilion_projector"
COUNT = """
  insert into tally select * from unnest($1::text[], $2::bigint[])
  on conflict (name) do update set count = tally.count + excluded.count
"""


class Tally:
    """Counts the records of each key, and refuses those whose value is ``poison``."""

    name = "projector"
    topics = (BALL_EVENTS.name,)

    def forget(self) -> None:
        """Nothing is remembered."""

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        for record in records:
            if record.value == b"poison":
                raise ValueError(f"can't stomach offset {record.offset}")
        counts = Counter((record.key or b"").decode() for record in records)

        async def write(connection: Any) -> None:
            await connection.execute(COUNT, list(counts), list(counts.values()))

        return write


async def main(dsn: str, bootstrap: str, prefix: str) -> None:
    pool = await create_pool(dsn, role="pavilion_projector", application_name="tally")
    await Consumer(Tally(), bootstrap=bootstrap, pool=pool, prefix=prefix).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
