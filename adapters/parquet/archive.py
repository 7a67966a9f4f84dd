"""An archive: a folder with the events of whole streams as Parquet files, and a manifest that says what each holds.

A file has the columns of an event; ids and JSON as text, the time as microseconds since 1970 (UTC), so that whatever
reads Parquet reads it. The manifest is written last: a folder without one is no archive yet.
"""

import hashlib
import io
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import fastparquet
import msgspec
import pandas

from contracts.events import StoredEvent

MANIFEST = "manifest.json"
FORMAT = 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_encoder = msgspec.json.Encoder()


class ArchiveDamaged(Exception):
    """A file of an archive is missing, is not what was written, or is of a newer format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedFile:
    """A file with events of streams of one kind."""

    name: str
    kind: str
    streams: int
    events: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds: the streams that ended ``before`` a time."""

    before: datetime
    written_at: datetime
    files: tuple[ArchivedFile, ...]
    format: int = FORMAT

    @property
    def events(self) -> int:
        return sum(file.events for file in self.files)

    @property
    def streams(self) -> int:
        return sum(file.streams for file in self.files)


def write_file(folder: Path, name: str, events: Sequence[StoredEvent]) -> ArchivedFile:
    """Write the events of whole streams of one kind; durably, so that the manifest can vouch for it."""
    target = folder / name
    frame = pandas.DataFrame(
        {
            "position": [event.position for event in events],
            "tenant_id": [str(event.tenant_id) for event in events],
            "stream_kind": [event.stream_kind for event in events],
            "stream_id": [str(event.stream_id) for event in events],
            "version": [event.version for event in events],
            "event_id": [str(event.event_id) for event in events],
            "type": [event.type for event in events],
            "schema_version": [event.schema_version for event in events],
            "data": [event.data for event in events],
            "metadata": [_encoder.encode(event.metadata).decode() for event in events],
            "recorded_at_us": [(event.recorded_at - _EPOCH) // timedelta(microseconds=1) for event in events],
        }
    )
    fastparquet.write(str(target), frame, compression="ZSTD", write_index=False, object_encoding="utf8")
    with target.open("rb") as written:
        os.fsync(written.fileno())
    return ArchivedFile(
        name=name,
        kind=events[0].stream_kind,
        streams=len({event.stream_id for event in events}),
        events=len(events),
        sha256=hashlib.sha256(target.read_bytes()).hexdigest(),
    )


def read_file(folder: Path, file: ArchivedFile) -> list[StoredEvent]:
    """The events of a file, in the order they were written. Raises ArchiveDamaged."""
    try:
        content = (folder / file.name).read_bytes()
    except OSError as error:
        raise ArchiveDamaged(f"{file.name} cannot be read: {error}") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise ArchiveDamaged(f"{file.name} is not what was written: its checksum is another")
    rows: list[dict[str, Any]] = fastparquet.ParquetFile(io.BytesIO(content)).to_pandas().to_dict("records")
    if len(rows) != file.events:
        raise ArchiveDamaged(f"{file.name} has {len(rows)} events instead of {file.events}")
    return [_event(row) for row in rows]


def _event(row: dict[str, Any]) -> StoredEvent:
    return StoredEvent(
        position=row["position"],
        tenant_id=UUID(row["tenant_id"]),
        stream_kind=row["stream_kind"],
        stream_id=UUID(row["stream_id"]),
        version=row["version"],
        event_id=UUID(row["event_id"]),
        type=row["type"],
        schema_version=row["schema_version"],
        data=row["data"],
        metadata=msgspec.json.decode(row["metadata"]),
        recorded_at=_EPOCH + timedelta(microseconds=row["recorded_at_us"]),
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say that the archive is whole."""
    draft = folder / f".{MANIFEST}"
    with draft.open("w", encoding="utf-8") as output:
        json.dump(asdict(manifest), output, indent=2, default=str)
        output.flush()
        os.fsync(output.fileno())
    draft.replace(folder / MANIFEST)
    of_folder = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(of_folder)  # the names of the files, and that the manifest has its own
    finally:
        os.close(of_folder)


def read_manifest(folder: Path) -> Manifest:
    """What an archive holds. Raises ArchiveDamaged."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except OSError as error:
        raise ArchiveDamaged(f"{folder} is no archive: it has no {MANIFEST}") from error
    except msgspec.MsgspecError as error:
        raise ArchiveDamaged(f"{folder / MANIFEST} cannot be read: {error}") from error
    if manifest.format > FORMAT:
        raise ArchiveDamaged(f"{folder} has format {manifest.format}; this version reads up to {FORMAT}")
    if any(Path(file.name).name != file.name for file in manifest.files):
        raise ArchiveDamaged(f"{folder / MANIFEST} names a file elsewhere")
    return manifest


def events_of(folder: Path) -> Iterator[list[StoredEvent]]:
    """All events of an archive, a file at a time. Raises ArchiveDamaged."""
    for file in read_manifest(folder).files:
        yield read_file(folder, file)
