"""ClickHouse's own Kafka engine, on the topic as the relay writes it: balls arrive, and killing it loses none."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from adapters.cricsheet.play import open_play
from adapters.kafka.publisher import EventPublisher
from adapters.kafka.topics import ensure_topics
from contracts import codec
from contracts.relay import TailedEvent
from contracts.topics import BALL_EVENTS, WICKET_EVENTS
from domain.match.events import MatchEvent
from domain.match.state import MatchState
from tests.cricsheet import data
from tests.integration.clickhouse.comparing import expected, found, summaries
from tests.integration.clickhouse.engine import ClickHouse, statements

pytestmark = pytest.mark.cricsheet
SERVED = Path(__file__).with_name("served.py")
MATCHES = 6
AT = b"2026-04-01T00:00:00.000000Z"


class Refused(Exception):
    """What ClickHouse said no to."""


class Served:
    """The process of `served`, asked as a session in this process is."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, str(SERVED), str(folder)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def query(self, statement: str, form: str = "CSV") -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([statement, form]), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["said"]

    def kill(self) -> None:
        """SIGKILL: nothing is written down any more."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def served(folder: Path, name: str) -> Iterator[ClickHouse]:
    """ClickHouse on what a folder holds, killed at the end."""
    process = Served(folder / "engine")
    try:
        yield ClickHouse(process, name, folder)
    finally:
        process.kill()


Match = tuple[UUID, MatchState, list[MatchEvent]]


@pytest.fixture(scope="module")
def played() -> list[Match]:
    """Some matches of a season with their events."""
    matches: list[Match] = []
    for path in sorted(data.folder("ipl-2023").glob("*.json"))[:MATCHES]:
        play = open_play(path)
        events = [event for step in play.steps() for event in step.events]
        matches.append((uuid4(), play.state, events))
    return matches


class Topic:
    """The topic of all balls under a name of this test's own."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self.bootstrap, self.prefix, self.tenant = bootstrap, prefix, uuid4()
        self.publisher = EventPublisher(bootstrap, prefix=prefix)

    def source(self) -> list[str]:
        """The statement of `1_source.sql`, of this topic and with a group of its own."""
        (statement,) = statements("1_source.sql")
        return [
            statement.replace("${KAFKA_BOOTSTRAP}", self.bootstrap)
            .replace(f"'{BALL_EVENTS.name}'", f"'{self.prefix}{BALL_EVENTS.name}'")
            .replace("'clickhouse'", f"'{self.prefix}clickhouse'")
        ]

    async def send(self, match_id: UUID, events: list[MatchEvent]) -> None:
        await (await self.publisher.publish([*self._tailed(match_id, events)]))

    def _tailed(self, match_id: UUID, events: list[MatchEvent]) -> Iterator[TailedEvent]:
        for version, event in enumerate(events, 1):
            name = type(event).__name__
            yield TailedEvent(
                txid=0,
                position=version,
                tenant_id=str(self.tenant).encode(),
                stream_kind=codec.MATCH,
                stream_id=str(match_id).encode(),
                version=version,
                event_id=str(uuid4()).encode(),
                type=name,
                schema_version=codec.SCHEMA_VERSIONS[name],
                data=codec.encode(event),
                recorded_at=AT,
            )


@pytest.fixture
async def topic(kafka_bootstrap: str, unique_name: str) -> AsyncIterator[Topic]:
    topic = Topic(kafka_bootstrap, f"{unique_name}.")
    await ensure_topics(
        kafka_bootstrap, replication=1, prefix=topic.prefix, topics=(BALL_EVENTS, WICKET_EVENTS)
    )
    await topic.publisher.open()
    yield topic
    await topic.publisher.close()


async def until_counted(clickhouse: ClickHouse, topic: Topic, matches: list[Match]) -> None:
    """Wait until both tables of leaders are those of `matches`."""
    wanted = expected(summaries((match_id, state) for match_id, state, _ in matches))
    async with asyncio.timeout(60):
        while found(clickhouse, topic.tenant) != wanted:
            await asyncio.sleep(0.2)


async def test_leaders_come_out_of_kafka(
    topic: Topic, played: list[Match], tmp_path: Path, unique_name: str
) -> None:
    with served(tmp_path, unique_name) as clickhouse:
        clickhouse.create(topic.source())
        for match_id, _, events in played:
            await topic.send(match_id, events)
        await until_counted(clickhouse, topic, played)


async def test_killed_while_it_reads_it_loses_nothing_and_counts_nothing_twice(
    topic: Topic, played: list[Match], tmp_path: Path, unique_name: str
) -> None:
    first, rest = played[:2], played[2:]
    with served(tmp_path, unique_name) as clickhouse:
        clickhouse.create(topic.source())
        for match_id, _, events in first:
            await topic.send(match_id, events)
        await until_counted(clickhouse, topic, first)
        for match_id, _, events in rest:
            await topic.send(match_id, events)
    with served(tmp_path, unique_name) as clickhouse:
        await until_counted(clickhouse, topic, played)
