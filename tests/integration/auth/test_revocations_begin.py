"""A process that verifies tokens before there is a topic to hear of revocations."""

import asyncio
import time
from contextlib import suppress

from adapters.kafka.revocations import RevocationFollower
from adapters.kafka.topics import ensure_topics
from contracts.topics import IDENTITY_EVENTS
from domain.identity.revocations import Revocations


async def test_without_its_topic_it_looks_from_time_to_time_and_follows_once_it_is_there(
    kafka_bootstrap: str, unique_name: str
) -> None:
    follower = RevocationFollower(Revocations(900), bootstrap=kafka_bootstrap, prefix=f"{unique_name}.")
    running = asyncio.create_task(follower.run())
    began, took = time.monotonic(), time.process_time()
    with suppress(TimeoutError):
        await asyncio.wait_for(follower.caught_up.wait(), 3)
    assert not follower.caught_up.is_set()
    assert time.process_time() - took < (time.monotonic() - began) / 4, "most of the time it waits"
    await ensure_topics(kafka_bootstrap, replication=1, prefix=f"{unique_name}.", topics=(IDENTITY_EVENTS,))
    await asyncio.wait_for(follower.caught_up.wait(), 20)
    running.cancel()
