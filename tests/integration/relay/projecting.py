"""A read model that follows its streams, and what stands in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from adapters.kafka.consumer import Consumer
from adapters.kafka.topics import ensure_topics
from adapters.postgres.read_model import ReadModel
from adapters.postgres.rebuild import Rebuild
from adapters.postgres.stream_projection import StreamProjection
from contracts.topics import HOME_TOPICS, dead_letters
from tests.integration.relay.conftest import Broker


@asynccontextmanager
async def projecting(
    model: ReadModel, pool: Any, broker: Broker, *, remembered: int = 500
) -> AsyncIterator[None]:
    """The projector of a read model, which runs beside the test and stops with it."""
    topics = (HOME_TOPICS[model.kind], dead_letters(model.consumer))
    await ensure_topics(broker.bootstrap, replication=1, prefix=broker.prefix, topics=topics)
    stop = asyncio.Event()
    consumer = Consumer(
        StreamProjection(model, pool, remembered=remembered),
        bootstrap=broker.bootstrap,
        pool=pool,
        prefix=broker.prefix,
    )
    task = asyncio.create_task(consumer.run(stop))
    yield
    stop.set()
    await asyncio.wait_for(task, 30)


async def projected(owner: asyncpg.Connection, model: ReadModel) -> bool:
    """Every stream of the store stands in the read model with its last event."""
    return await owner.fetchval(
        f"""
        select not exists (
          select from (
            select stream_id, max(version) as version from event where stream_kind = $1 group by stream_id
          ) e
          left join {model.head.name} r on r.{model.key} = e.stream_id
          where r.version is distinct from e.version)
        """,  # noqa: S608
        model.kind,
    )


async def contents(owner: asyncpg.Connection, model: ReadModel) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in the tables of a read model."""
    return {
        table.name: sorted(map(tuple, await owner.fetch(f"select * from {table.name}")), key=repr)  # noqa: S608
        for table in model.tables
    }


async def dead(broker: Broker, model: ReadModel) -> list[str]:
    """Why records were put aside."""
    letters = await broker.read(dead_letters(model.consumer))
    return [dict(letter.headers)["dlq-error-type"].decode() for letter in letters]


async def check_against_rebuild(owner: asyncpg.Connection, owner_pool: Any, model: ReadModel) -> None:
    """Made anew from the store, its only stream stands in it as before."""
    before = await contents(owner, model)
    report = await Rebuild(model, owner_pool).run()
    assert (report.differences, report.compared, report.swapped) == ([], 1, True)
    assert await contents(owner, model) == before
