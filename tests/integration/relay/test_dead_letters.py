"""Dead letters on real servers: seen, tried again with their effect once, or dropped for a reason."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition

from adapters.kafka.dead_letters import DeadLetters
from adapters.postgres.dead_letters import Asked, DeadLetterRows
from adapters.postgres.positions import PositionMoved, Positions
from contracts.topics import dead_letters
from tests.integration.relay.command import Pavilion, asked, pavilion_for
from tests.integration.relay.conftest import Broker, eventually
from tests.integration.relay.tally import TABLE, Tally
from tests.integration.relay.test_consumer import consuming, move, produce, tally

SECRET = "sk_test_4eC39HqLyjWDarjtT1zdp7dc"


class Choosy(Tally):
    """Counts, and refuses what begins with ``poison`` until it is mended."""

    def __init__(self) -> None:
        self.mended = False
        self.handled: list[bytes] = []

    async def project(self, records: Sequence[ConsumerRecord]) -> Callable[[Any], Awaitable[None]]:
        for record in records:
            if not self.mended and (record.value or b"").startswith(b"poison"):
                raise ValueError(f"can't stomach {record.value!r}")
        write = await super().project(records)

        async def noted(connection: Any) -> None:
            await write(connection)
            self.handled += [record.value or b"" for record in records]

        return noted


@pytest.fixture
def pavilion(monkeypatch: pytest.MonkeyPatch, broker: Broker, postgres_dsn: str) -> Pavilion:
    return pavilion_for(monkeypatch, broker, postgres_dsn)


@pytest.fixture
async def table(owner: asyncpg.Connection) -> None:
    await owner.execute(TABLE)


async def counts(owner: asyncpg.Connection, expected: dict[str, int], *, letters: int = 0) -> None:
    """Wait until so much is applied, and so many letters, at least, are put aside."""

    async def reached() -> bool:
        put_aside = await owner.fetchval("select count(*) from dead_letter")
        return await tally(owner) == expected and put_aside >= letters

    await eventually(reached)


async def test_a_letter_is_seen_fails_again_is_applied_once_and_is_gone(
    table: None, owner: asyncpg.Connection, broker: Broker, projector_pool: Any, pavilion: Pavilion
) -> None:
    choosy = Choosy()
    poison = f'poison {{"key": "{SECRET}"}}'.encode()
    async with consuming(choosy, projector_pool, broker):
        await produce(broker, [(b"a", b"1"), (b"a", poison), (b"a", b"2"), (b"b", b"1")])
        await counts(owner, {"a": 2, "b": 1})

        _, (letter,) = await asked(pavilion, "dlq", "list", "projector")
        assert (letter["consumer"], letter["key"], letter["tries"]) == ("projector", "a", 3)
        assert (letter["error_type"], letter["status"]) == ("ValueError", "dead")
        _, shown = await asked(pavilion, "dlq", "show", letter["number"])
        assert shown["payload"] == 'poison {"key": "sk_test_[redacted]"}'
        assert (shown["headers"]["ce_id"], shown["headers"]["dlq-consumer"]) == ("1", "projector")
        assert SECRET not in str(shown)

        code, (again,) = await asked(pavilion, "dlq", "replay", letter["number"])
        assert (code, again["status"], again["tries"]) == (1, "dead", 4)
        choosy.mended = True
        code, (done,) = await asked(pavilion, "dlq", "replay", letter["number"])
        assert (code, done["status"]) == (0, "replayed")
        assert await tally(owner) == {"a": 3, "b": 1}

        assert (await asked(pavilion, "dlq", "replay", letter["number"]))[0] == 1
        await produce(broker, [(b"b", b"2")])
        await counts(owner, {"a": 3, "b": 2})
    assert (await asked(pavilion, "dlq", "list"))[1] == []
    assert [each["status"] for each in (await asked(pavilion, "dlq", "list", "--every"))[1]] == ["replayed"]


async def test_all_letters_are_applied_in_the_order_of_their_records(
    table: None, owner: asyncpg.Connection, broker: Broker, projector_pool: Any, pavilion: Pavilion
) -> None:
    choosy = Choosy()
    async with consuming(choosy, projector_pool, broker):
        await produce(broker, [*((b"a", b"poison %d" % n) for n in range(30)), (b"a", b"fine")])
        await counts(owner, {"a": 1})
        choosy.mended, choosy.handled = True, []
        code, rows = await asked(pavilion, "dlq", "replay", "--all", "projector")
    assert (code, {row["status"] for row in rows}, len(rows)) == (0, {"replayed"}, 30)
    assert choosy.handled == [b"poison %d" % n for n in range(30)]
    assert await tally(owner) == {"a": 31}


async def test_a_replay_cut_short_goes_on_and_is_applied_once(
    table: None,
    owner: asyncpg.Connection,
    broker: Broker,
    projector_pool: Any,
    pavilion: Pavilion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choosy, cut = Choosy(), []
    settle = DeadLetterRows.settle

    async def settled(self: DeadLetterRows, connection: Any, letter: Asked, error: Exception | None) -> None:
        await settle(self, connection, letter, error)
        if len(cut) < 2:  # its effect is written, and the server goes before the commit
            cut.append(letter.number)
            await owner.execute("select pg_terminate_backend($1)", connection.get_server_pid())
            await connection.fetchval("select 1")

    monkeypatch.setattr(DeadLetterRows, "settle", settled)
    async with consuming(choosy, projector_pool, broker):
        await produce(broker, [(b"a", b"poison 1"), (b"a", b"1")])
        await counts(owner, {"a": 1})
        choosy.mended = True
        code, (letter,) = await asked(pavilion, "dlq", "replay", "--all", "projector")
        assert (code, letter["status"], letter["tries"], len(cut)) == (0, "replayed", 3, 2)
        assert letter["error"] == "can't stomach b'poison 1'", "of the last time it failed"
        assert await tally(owner) == {"a": 2}


async def test_a_replay_waits_for_a_consumer_that_is_away(
    table: None, owner: asyncpg.Connection, broker: Broker, projector_pool: Any, pavilion: Pavilion
) -> None:
    choosy = Choosy()
    async with consuming(choosy, projector_pool, broker):
        await produce(broker, [(b"a", b"poison 1"), (b"a", b"1")])
        await counts(owner, {"a": 1})
    code, (letter,) = await asked(pavilion, "dlq", "replay", "--all", "projector", "--wait", 0)
    assert (code, letter["status"]) == (1, "asked")
    again = await asyncio.to_thread(pavilion, "dlq", "replay", letter["number"], "--wait", 0)
    assert (again.exit_code, again.stderr) == (1, "")
    assert f"{letter['number']}: waits for the consumer projector" in again.stdout
    choosy.mended = True
    async with consuming(choosy, projector_pool, broker):
        await counts(owner, {"a": 2})


async def test_a_letter_that_kafka_keeps_no_longer_says_so_when_it_is_tried(
    table: None, owner: asyncpg.Connection, broker: Broker, projector_pool: Any, pavilion: Pavilion
) -> None:
    async with consuming(Choosy(), projector_pool, broker):
        await produce(broker, [(b"a", b"poison 1"), (b"b", b"1")])
        await counts(owner, {"b": 1}, letters=1)
        await owner.execute("update dead_letter set letter_offset = 1000")
        code, (letter,) = await asked(pavilion, "dlq", "replay", "--all", "projector")
    assert (code, letter["status"], letter["error_type"]) == (1, "dead", "LetterExpired")
    assert (await asked(pavilion, "dlq", "show", letter["number"]))[1]["payload"] is None


async def test_what_stands_in_the_place_of_a_letter_is_not_taken_for_it(
    table: None, owner: asyncpg.Connection, broker: Broker, projector_pool: Any, pavilion: Pavilion
) -> None:
    """The topic was made anew: at the first letter's offset stands a letter about another, or what is no letter."""
    choosy = Choosy()
    async with consuming(choosy, projector_pool, broker):
        await produce(broker, [(b"a", b"poison 1"), (b"a", b"poison 2"), (b"b", b"1")])
        await counts(owner, {"b": 1}, letters=2)
        producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap)
        await producer.start()
        stray = await producer.send_and_wait(broker.prefix + dead_letters("projector").name, b"poison 3")
        await producer.stop()
        second = await owner.fetchval("select max(letter_offset) from dead_letter")
        choosy.mended = True
        for offset in (second, stray.offset):
            await owner.execute("update dead_letter set letter_offset = $1 where record_offset = 0", offset)
            first = await owner.fetchval("select number from dead_letter where record_offset = 0")
            code, (letter,) = await asked(pavilion, "dlq", "replay", first)
            assert (code, letter["status"], letter["error_type"]) == (1, "dead", "LetterExpired")
            assert (await asked(pavilion, "dlq", "show", first))[1]["payload"] is None
        assert (await asked(pavilion, "dlq", "replay", first + 1))[0] == 0
        await produce(broker, [(b"b", b"2")])
        await counts(owner, {"a": 1, "b": 2})
    assert b"poison 3" not in choosy.handled


async def test_what_is_dropped_is_never_applied_and_its_reason_is_kept(
    table: None, owner: asyncpg.Connection, broker: Broker, projector_pool: Any, pavilion: Pavilion
) -> None:
    choosy = Choosy()
    async with consuming(choosy, projector_pool, broker):
        await produce(broker, [(b"a", b"poison 1"), (b"b", b"1")])
        await counts(owner, {"b": 1}, letters=1)
        assert pavilion("dlq", "drop", "--all", "projector").exit_code == 2
        code, dropped = await asked(pavilion, "dlq", "drop", "--all", "projector", "--reason", "a test ball")
        assert (code, len(dropped["dropped"])) == (0, 1)
        choosy.mended = True
        assert (await asked(pavilion, "dlq", "replay", dropped["dropped"][0]))[0] == 1
    (row,) = (await asked(pavilion, "dlq", "list", "--every"))[1]
    assert (row["status"], row["reason"]) == ("dropped", "a test ball")
    assert row["settled_by"]
    assert await tally(owner) == {"b": 1}


async def test_a_letter_sent_twice_is_one_letter(
    owner: asyncpg.Connection, broker: Broker, projector_pool: Any
) -> None:
    """The consumer went down after Kafka had it and before Postgres did."""
    record = ConsumerRecord("topic", 3, 7, 0, 0, b"k", b"v", None, 1, 1, ())
    letters, rows = (
        DeadLetters(broker.bootstrap, "projector", prefix=broker.prefix),
        DeadLetterRows("projector"),
    )
    failed = [(record, ValueError("no"))]
    await letters.send(failed, 3)
    offsets = await letters.send(failed, 3)
    await rows.put_aside(projector_pool, failed, offsets, 3)
    await rows.put_aside(projector_pool, failed, offsets, 3)
    assert len(await broker.read(dead_letters("projector"))) == 2
    found = await owner.fetch("select letter_offset from dead_letter")
    assert [row["letter_offset"] for row in found] == offsets
    again = await letters.read([Asked(1, "topic", 3, 7, offsets[0]), Asked(2, "topic", 3, 8, offsets[0])])
    assert {
        number: (r.topic, r.partition, r.offset, r.key, r.value, r.headers) for number, r in again.items()
    } == {1: ("topic", 3, 7, b"k", b"v", ())}
    await letters.close()


async def test_only_the_owner_of_its_partition_tries_a_letter_and_only_behind_its_position(
    projector_pool: Any,
) -> None:
    partition = TopicPartition("topic", 3)
    first, second = Positions("projector"), Positions("projector")
    for positions in (first, second):
        await positions.load(projector_pool, [partition])
    await move(first, projector_pool, [4])
    async with projector_pool.acquire() as connection, connection.transaction():
        assert await first.hold(connection, partition, 4) is False
        with pytest.raises(PositionMoved):
            await first.hold(connection, partition, 5)
        with pytest.raises(PositionMoved):
            await second.hold(connection, partition, 4)


async def test_a_command_about_nobody_says_so(pavilion: Pavilion) -> None:
    for arguments, said in (
        (("dlq", "list", "moon"), "no consumer is called 'moon'"),
        (("dlq", "show", 7), "there is no dead letter 7"),
        (("dlq", "replay"), "which letters?"),
        (("consumers", "pause", "moon"), "no consumer is called 'moon'"),
        (("consumers", "pause", "live"), "no consumer is called 'live'"),
    ):
        result = await asyncio.to_thread(pavilion, *arguments)
        assert (result.exit_code, said in result.stderr) == (1, True), result.output
