"""`pavilion events`: the event store as it grows, and its events out, in, and into archives. For operators."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO
from uuid import UUID

import typer

from cli.operating import run, using
from stack.errors import StackError

if TYPE_CHECKING:
    from contracts.events import StoredEvent

app = typer.Typer(
    help="The event store: follow it, take its events out or in, archive them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

LOOK_SECONDS = 0.2
STDOUT = "the standard output"
BATCH = 1_000
"""Events added in one transaction: short, for the relay waits for it."""

EVENTS_OF_A_FILE = 100_000

Tenant = Annotated[UUID | None, typer.Option(help="Of one league.")]
Stream = Annotated[UUID | None, typer.Option(help="Of one stream.")]
Kind = Annotated[str | None, typer.Option(help="Of one kind of stream: match, tournament, ….")]


@app.command()
def tail(
    tenant: Tenant = None,
    stream: Stream = None,
    kind: Kind = None,
    beginning: Annotated[bool, typer.Option("--beginning", help="Begin with the first event.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print CloudEvents, a line each.")] = False,
) -> None:
    """Print events as they are appended, until interrupted."""
    try:
        run(lambda connection: _tail(connection, tenant, stream, kind, beginning, as_json))
    except (KeyboardInterrupt, BrokenPipeError):
        raise typer.Exit(130) from None


async def _tail(
    connection: Any,
    tenant: UUID | None,
    stream: UUID | None,
    kind: str | None,
    beginning: bool,
    as_json: bool,
) -> None:
    from adapters.postgres.event_transfer import Wanted, end_of, events_after
    from contracts.relay import START
    from contracts.structured import encode_line

    wanted = Wanted(tenant, stream, kind)
    place = START if beginning else await end_of(connection)
    while True:
        events, place = await events_after(connection, wanted, place)
        for event in events:
            with using(STDOUT):
                typer.echo(encode_line(event) if as_json else line_of(event))
        if not events:
            await asyncio.sleep(LOOK_SECONDS)


def line_of(event: "StoredEvent") -> str:
    """An event in a terminal."""
    at = event.recorded_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    return f"{at}  {event.stream_kind:<10} {event.stream_id}  {event.version:>5}  {event.type}"


@app.command()
def export(
    to: Annotated[Path | None, typer.Option(help="A file; stdout without.")] = None,
    tenant: Tenant = None,
    stream: Stream = None,
    kind: Kind = None,
) -> None:
    """Write the events as CloudEvents, a line of JSON each, in the store's order.

    Teams, players, venues and identities are rows: a dump of Postgres has them, and their events stay out.
    """
    count = run(lambda connection: _export(connection, to, tenant, stream, kind))
    typer.echo(f"{count:,} events", err=True)


async def _export(
    connection: Any, to: Path | None, tenant: UUID | None, stream: UUID | None, kind: str | None
) -> int:
    from adapters.postgres.event_transfer import WITH_ROWS, Wanted, every_event
    from contracts.structured import encode_line

    if kind in WITH_ROWS:
        raise StackError(
            f"{kind} streams are not exported", "they are rows, of which a dump of Postgres is the copy"
        )
    place, count = to or STDOUT, 0
    with using(place):
        output: BinaryIO = to.open("wb") if to else sys.stdout.buffer
    try:
        async for event in every_event(connection, Wanted(tenant, stream, kind)):
            with using(place):
                output.write(encode_line(event) + b"\n")
            count += 1
        with using(place):
            output.flush()
    finally:
        if to:
            with using(place):
                output.close()
    return count


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="A file of `events export` (- for stdin), or an archive.")],
) -> None:
    """Add exported or archived events to the store, with their ids, versions and times, in their order.

    What is there already is left as it is, so it can be run again. Needs to log in as who may take the role
    pavilion_importer.
    """
    count, new = run(lambda connection: _import(connection, source))
    typer.echo(f"{count:,} events, {new:,} of them new", err=True)


async def _import(connection: Any, source: Path) -> tuple[int, int]:
    from adapters.parquet.archive import ArchiveDamaged
    from adapters.postgres.event_transfer import ImportRefused, add_events
    from contracts.structured import MalformedLine

    count = new = 0
    events = _read(source)
    try:
        while batch := list(islice(events, BATCH)):
            new += await add_events(connection, batch)
            count += len(batch)
    except MalformedLine as error:
        raise StackError(f"{source}: {error}", f"{count:,} events before it were imported") from error
    except (ImportRefused, ArchiveDamaged) as error:
        raise StackError(str(error), f"{count:,} events before it were imported") from error
    return count, new


def _read(source: Path) -> Iterator["StoredEvent"]:
    from adapters.parquet.archive import events_of
    from contracts.structured import MalformedLine, decode_line

    with using(source):
        if source.is_dir():
            for events in events_of(source):
                yield from events
            return
        opened: BinaryIO = sys.stdin.buffer if source == Path("-") else source.open("rb")
        with opened as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield decode_line(line)
                    except MalformedLine as error:
                        raise MalformedLine(f"line {number}: {error}") from error


@app.command()
def archive(
    before: Annotated[
        datetime, typer.Option(help="Streams whose last event is older.", formats=["%Y-%m-%d"])
    ],
    to: Annotated[Path, typer.Option(help="A folder of its own.")],
) -> None:
    """Write the streams that ended before a day (UTC) to Parquet, and read them back to see that all is there.

    The store keeps them: nothing is ever deleted from it. `pavilion events import FOLDER` takes an archive into another store.
    """
    with using(to):
        if to.exists() and any(to.iterdir()):
            raise StackError(f"{to} is not empty", "name a folder of its own for each archive")
        to.mkdir(parents=True, exist_ok=True)
    day = before.replace(tzinfo=UTC)
    manifest = run(lambda connection: _archive(connection, day, to))
    typer.echo(
        f"{manifest.streams:,} streams with {manifest.events:,} events, read back and compared", err=True
    )


async def _archive(connection: Any, before: datetime, folder: Path) -> Any:
    from adapters.parquet import archive as parquet
    from adapters.postgres.event_transfer import old_streams, stream_kinds
    from cli.archived import check_archive

    files: list[Any] = []
    for kind in await stream_kinds(connection):
        number = 0
        async for events in _by_whole_streams(old_streams(connection, kind, before)):
            number += 1
            with using(folder):
                files.append(parquet.write_file(folder, f"{kind}-{number:05}.parquet", events))
    manifest = parquet.Manifest(before=before, written_at=datetime.now(UTC), files=tuple(files))
    try:
        await check_archive(connection, folder, manifest)
    except parquet.ArchiveDamaged as error:
        raise StackError(f"{folder}: {error}", "the archive is not to be used; write it anew") from error
    with using(folder):
        parquet.write_manifest(folder, manifest)
    return manifest


async def _by_whole_streams(events: AsyncIterator["StoredEvent"]) -> AsyncIterator[list["StoredEvent"]]:
    """Enough streams for a file at a time, none of them torn."""
    part: list[StoredEvent] = []
    async for event in events:
        if len(part) >= EVENTS_OF_A_FILE and event.stream_id != part[-1].stream_id:
            yield part
            part = []
        part.append(event)
    if part:
        yield part
