"""`pavilion events`: out of one store and into another, by lines and by Parquet, and as they are appended."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from adapters.parquet.archive import MANIFEST, events_of
from adapters.postgres.event_store import EVENT_COLUMNS, stored_event
from adapters.postgres.event_transfer import Wanted, end_of, events_after, every_event
from adapters.postgres.pool import create_pool
from adapters.postgres.registers import PostgresRegisterStore
from benchmarks.matches import store, streams, t20_match
from cli.archived import KINDS, state_of
from cli.events import app
from contracts.codec import encode
from contracts.events import StoredEvent
from contracts.relay import START
from contracts.structured import decode_line, encode_line
from handlers.register import Outcome, RegisterHandler, Wish
from stack.errors import StackError
from tests.conftest import a_name, fresh_database

LEAGUE, OTHER = UUID(int=1), UUID(int=2)
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")


@pytest.fixture
def elsewhere(postgres_server: str, template_database: str) -> Iterator[str]:
    """Another store, with nothing in it."""
    with fresh_database(postgres_server, template_database, a_name()) as dsn:
        yield dsn


@pytest.fixture
async def filled(postgres_dsn: str) -> str:
    """A store with five matches of two leagues, all at the same time."""
    owner = await asyncpg.connect(postgres_dsn)
    await store(owner, list(streams(4, LEAGUE, interleaved=True)))
    await store(owner, list(streams(1, OTHER)))
    await owner.close()
    return postgres_dsn


async def run(dsn: str, *arguments: str, given: str | None = None) -> Result:
    """The command on a store, in a thread of its own: it has an event loop of its own."""

    def invoke() -> Result:
        return CliRunner().invoke(app, list(arguments), env=environment(dsn), input=given)

    return await asyncio.to_thread(invoke)


def environment(dsn: str) -> dict[str, str]:
    return {
        **os.environ,
        "PAVILION_POSTGRES_DSN": dsn,
        "PAVILION_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "PAVILION_TEMPORAL_ADDRESS": "127.0.0.1:1",
    }


async def ok(dsn: str, *arguments: str) -> Result:
    result = await run(dsn, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


async def events_in(dsn: str, **wanted: Any) -> list[StoredEvent]:
    owner = await asyncpg.connect(dsn)
    try:
        return [event async for event in every_event(owner, Wanted(**wanted))]
    finally:
        await owner.close()


def kept(events: list[StoredEvent]) -> list[tuple[Any, ...]]:
    """All that an import keeps: everything but the place in the store, and that in its order."""
    return [
        (
            *(e.tenant_id, e.stream_kind, e.stream_id, e.version, e.event_id, e.type, e.schema_version),
            *(e.data, json.dumps(e.metadata, sort_keys=True), e.recorded_at),
        )
        for e in events
    ]


async def test_what_is_exported_and_imported_is_the_same_and_imported_once(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    await ok(filled, "export", "--to", str(file))
    whole = await events_in(filled)
    assert len(file.read_bytes().splitlines()) == len(whole)
    first = await ok(elsewhere, "import", str(file))
    assert f"{len(whole):,} events, {len(whole):,} of them new" in first.output
    assert kept(await events_in(elsewhere)) == kept(whole)
    again = await ok(elsewhere, "import", str(file))
    assert f"{len(whole):,} events, 0 of them new" in again.output
    assert kept(await events_in(elsewhere)) == kept(whole)


async def test_an_import_cut_short_is_finished_by_the_next(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    await ok(filled, "export", "--to", str(file))
    lines = file.read_bytes().splitlines(keepends=True)
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(lines[:1_050]) + lines[1_050][:40])
    broken = await run(elsewhere, "import", str(cut))
    assert broken.exit_code != 0
    assert "line 1051" in str(broken.exception)
    assert len(await events_in(elsewhere)) == 1_000, "whole batches"
    await ok(elsewhere, "import", str(file))
    assert kept(await events_in(elsewhere)) == kept(await events_in(filled))


async def test_nothing_is_imported_over_something_else_or_with_a_gap(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    match = (await events_in(filled, tenant=OTHER))[:4]
    for lines, said in (
        ([match[0], match[2]], "would have a gap"),
        ([match[1]], "would have a gap"),
        ([replaced(match[0], stream_kind="nonsense")], "no topic is the home of nonsense"),
    ):
        file = written(tmp_path, lines)
        refused = await run(elsewhere, "import", str(file))
        assert refused.exit_code != 0
        assert said in str(refused.exception)
    await ok(elsewhere, "import", str(written(tmp_path, match)))
    for changed in (
        {"event_id": uuid4()},
        {"data": '{"winner": "x"}'},
        {"tenant_id": LEAGUE},
        {"recorded_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ):
        refused = await run(elsewhere, "import", str(written(tmp_path, [replaced(match[1], **changed)])))
        assert "the store has another event" in str(refused.exception), changed
    assert len(await events_in(elsewhere)) == 4


def replaced(event: StoredEvent, **changed: Any) -> StoredEvent:
    return replace(event, **changed)


def written(folder: Path, events: list[StoredEvent]) -> Path:
    file = folder / f"{uuid4()}.jsonl"
    file.write_bytes(b"".join(encode_line(event) + b"\n" for event in events))
    return file


async def test_what_is_asked_for_is_exported(filled: str, tmp_path: Path) -> None:
    match = (await events_in(filled, tenant=OTHER))[0].stream_id
    for option, value, tenant in (
        ("--tenant", str(OTHER), OTHER),
        ("--stream", str(match), OTHER),
        ("--kind", "match", None),
        ("--kind", "tournament", LEAGUE),
    ):
        file = tmp_path / "part.jsonl"
        await ok(filled, "export", "--to", str(file), option, value)
        found = [decode_line(line) for line in file.read_bytes().splitlines()]
        expected = [] if value == "tournament" else await events_in(filled, tenant=tenant)
        assert kept(found) == kept(expected), option


async def put_team(dsn: str, name: str) -> Outcome:
    """Have the team rcb stand in the register by this name."""
    pool = await create_pool(dsn, role="pavilion_app", application_name="test", max_size=1)
    try:
        wish = Wish(id="rcb", how="put", entry={"id": "rcb", "name": name})
        registers = RegisterHandler(PostgresRegisterStore(pool))
        (outcome,) = await registers.fulfil(LEAGUE, "team", [wish], idempotency_key=name, scope="teams")
        return outcome
    finally:
        await pool.close()


async def registered(dsn: str) -> StoredEvent:
    """The event of rcb's registration."""
    owner = await asyncpg.connect(dsn)
    row = await owner.fetchrow(f"select {EVENT_COLUMNS} from event where stream_kind = 'team'")  # noqa: S608
    await owner.close()
    assert row is not None
    return stored_event(row)


async def test_registers_stay_out_of_what_is_exported_and_can_be_written_after_an_import(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    await put_team(filled, "Royal Challengers")
    file, folder = tmp_path / "events.jsonl", tmp_path / "archive"
    await ok(filled, "export", "--to", str(file))
    await ok(filled, "archive", "--before", TOMORROW, "--to", str(folder))
    for source in (file, folder):
        await ok(elsewhere, "import", str(source))
    assert {event.stream_kind for event in await events_in(elsewhere)} == {"match"}
    assert (await put_team(elsewhere, "Royal Challengers")).status == "registered"
    refused = await run(filled, "export", "--kind", "team")
    assert "team streams are not exported" in str(refused.exception)


async def test_events_that_come_with_a_row_are_not_imported(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    await put_team(filled, "Royal Challengers")
    event = await registered(filled)
    for kind in ("team", "player", "venue", "identity"):
        file = written(tmp_path, [replaced(event, stream_kind=kind)])
        refused = await run(elsewhere, "import", str(file))
        assert f"{kind} streams are rows" in str(refused.exception)
    assert (await put_team(elsewhere, "Royal Challengers")).status == "registered"


async def test_who_imports_can_change_and_delete_nothing(filled: str) -> None:
    owner = await asyncpg.connect(filled)
    await owner.execute("set role pavilion_importer")
    for forbidden in (
        "update event set type = 'x'",
        "delete from event",
        "truncate event",
        "insert into event (position) overriding system value values (1)",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(forbidden)
    await owner.close()


async def test_an_archive_says_the_same_as_the_store_and_leads_back(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    await ok(filled, "archive", "--before", TOMORROW, "--to", str(folder))
    manifest = json.loads((folder / MANIFEST).read_text())
    whole = await events_in(filled)
    assert [(one["kind"], one["streams"]) for one in manifest["files"]] == [("match", 5)]
    assert sorted(kept([event for part in events_of(folder) for event in part])) == sorted(kept(whole))
    assert kept(await events_in(filled)) == kept(whole), "the store keeps them"
    await ok(elsewhere, "import", str(folder))
    restored = await events_in(elsewhere)
    assert sorted(kept(restored)) == sorted(kept(whole))
    for stream in {event.stream_id for event in whole}:
        before, after = [
            state_of(KINDS["match"], await events_in(dsn, stream=stream)) for dsn in (filled, elsewhere)
        ]
        assert before == after
        assert before.result is not None


async def test_streams_that_go_on_are_not_archived(filled: str, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    await ok(filled, "archive", "--before", "2020-01-01", "--to", str(folder))
    assert json.loads((folder / MANIFEST).read_text())["files"] == []
    refused = await run(filled, "archive", "--before", TOMORROW, "--to", str(folder))
    assert "is not empty" in str(refused.exception)


async def test_a_damaged_archive_is_not_imported(filled: str, elsewhere: str, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    await ok(filled, "archive", "--before", TOMORROW, "--to", str(folder))
    (file,) = folder.glob("*.parquet")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    refused = await run(elsewhere, "import", str(folder))
    assert "checksum" in str(refused.exception)
    (folder / MANIFEST).unlink()
    refused = await run(elsewhere, "import", str(folder))
    assert "is no archive" in str(refused.exception)
    assert await events_in(elsewhere) == []


NOWHERE = "/proc/none/x"
"""Where no folder can be made."""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "--to", NOWHERE), f"{NOWHERE} cannot be used: No such file or directory"),
        (("import", NOWHERE), f"{NOWHERE} cannot be used: No such file or directory"),
        (("archive", "--before", TOMORROW, "--to", NOWHERE), f"{NOWHERE} cannot be used: No such file"),
        (("archive", "--before", TOMORROW, "--to", __file__), f"{__file__} cannot be used: Not a directory"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_a_place_that_cannot_be_used_is_named_in_one_line(
    postgres_dsn: str, arguments: tuple[str, ...], said: str
) -> None:
    await told_in_one_line(postgres_dsn, *arguments, said=said)


async def told_in_one_line(dsn: str, *arguments: str, said: str) -> None:
    refused = await run(dsn, *arguments)
    assert isinstance(refused.exception, StackError), refused.exception
    assert said in str(refused.exception)
    assert len(str(refused.exception).splitlines()) == 1


@pytest.mark.parametrize("command", ["export", "tail"])
async def test_a_database_that_is_not_there_is_told_in_one_line(postgres_dsn: str, command: str) -> None:
    await told_in_one_line(
        f"{postgres_dsn.rpartition('/')[0]}/nowhere", command, said='database "nowhere" does not exist'
    )


async def test_what_postgres_cannot_hold_is_not_imported_and_told_in_one_line(
    filled: str, elsewhere: str, tmp_path: Path
) -> None:
    event = (await events_in(filled, tenant=OTHER))[0]
    for changed, said in (
        ({"version": 2**31}, "line 1: Expected `int` <= 2147483647"),
        ({"version": 0}, "line 1: Expected `int` >= 1"),
        ({"schema_version": 2**15}, "line 1: Expected `int` <= 32767"),
        ({"data": '{"note": "\\u0000"}'}, "Postgres cannot hold an event: unsupported Unicode escape"),
        ({"metadata": {"actor": "\0"}}, "Postgres cannot hold an event: unsupported Unicode escape"),
    ):
        file = written(tmp_path, [replaced(event, **changed)])
        await told_in_one_line(elsewhere, "import", str(file), said=said)
    assert await events_in(elsewhere) == []


ALL_OTHERS_ENDED = """
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""


async def test_postgres_gone_while_events_are_followed_is_told_in_one_line(filled: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "events", "tail", "--beginning", "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(filled),
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            decode_line(await process.stdout.readline())
            owner = await asyncpg.connect(filled)
            await owner.execute(ALL_OTHERS_ENDED)
            await owner.close()
            _, told = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    assert process.returncode == 1
    (line,) = told.decode().splitlines()
    assert line.startswith("pavilion: Postgres can't be reached")


async def test_a_reader_who_has_enough_is_left_in_peace(filled: str) -> None:
    """`pavilion events export | head -1`"""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "events", "export"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(filled),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(60):
        decode_line(await process.stdout.readuntil(b"\n"))
        process.stdout._transport.close()  # type: ignore[attr-defined]
        assert (await process.stderr.read(), await process.wait()) == (b"", 1)


async def test_who_follows_one_stream_reads_what_others_append_once(filled: str) -> None:
    owner, writer = await asyncpg.connect(filled), await asyncpg.connect(filled)
    own, wanted = uuid4(), Wanted(stream=uuid4())
    none, place = await events_after(owner, wanted, START)
    assert (none, place > await end_of(owner)) == ([], True)

    under_way = writer.transaction()
    await under_way.start()
    added = [(LEAGUE, "match", wanted.stream, 1, uuid4(), *first_row(), "{}")]
    await store(writer, added)
    await store(owner, [(LEAGUE, "match", own, 1, uuid4(), *first_row(), "{}")])
    none, place = await events_after(owner, wanted, place)
    assert none == [], "it waits for what is not committed, and does not go past it"
    await under_way.commit()
    (event,), place = await events_after(owner, wanted, place)
    assert (event.stream_id, event.version) == (wanted.stream, 1)
    assert (await events_after(owner, wanted, place))[0] == []
    first, place = await events_after(owner, Wanted(tenant=OTHER), START, limit=1)
    (second,), _ = await events_after(owner, Wanted(tenant=OTHER), place, limit=1)
    assert [first[0].version, second.version] == [1, 2]
    await owner.close()
    await writer.close()


async def test_events_are_printed_as_they_are_appended(filled: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "cli.main",
            "events",
            "tail",
            "--tenant",
            str(OTHER),
            "--beginning",
            "--json",
        ),
        stdout=asyncio.subprocess.PIPE,
        env=environment(filled),
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            known = await events_in(filled, tenant=OTHER)
            lines = [await process.stdout.readline() for _ in known]
            assert kept([decode_line(line) for line in lines]) == kept(known)
            owner = await asyncpg.connect(filled)
            added = uuid4()
            await store(owner, [(OTHER, "match", added, 1, uuid4(), *first_row(), "{}")])
            await store(owner, [(LEAGUE, "match", uuid4(), 1, uuid4(), *first_row(), "{}")])
            await owner.close()
            assert decode_line(await process.stdout.readline()).stream_id == added
    finally:
        process.terminate()
        await process.wait()


def first_row() -> tuple[str, int, str]:
    event = t20_match(1)[0]
    return type(event).__name__, 1, encode(event).decode()
