"""The schemas as they were last committed: ``contracts/schemas/KIND/TYPE.VERSION.json``, one file each, for ever.

They are what others hold us to. ``python -m docs.generate`` writes the files of new events and of compatible changes,
and refuses to write over one that it would break. ``versions.lock`` beside them names each file with the SHA-256 of what was
written, and only grows: so a file that is taken away or edited, and would then hold nobody to anything, is found.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.codec import EVENT_TYPES_OF, SCHEMA_VERSIONS_OF
from contracts.compatibility import breaks
from contracts.json_schema import event_schemas

FOLDER = Path(__file__).parent / "schemas"
LOCK = "versions.lock"
"""A line for each file each time it was written: kind of stream, type name, version, SHA-256. The last one counts."""
ASYNCAPI = Path(__file__).with_name("asyncapi.json")
"""The AsyncAPI document, written from the same tables (``contracts.asyncapi``)."""
Schema = dict[str, Any]


class IncompatibleChange(Exception):
    """Events would change in a way that old readers or old events could not follow, or what they are held to is gone."""


def path_of(stream_kind: str, type_name: str, version: int, folder: Path = FOLDER) -> Path:
    """Where the schema of one version of an event stands."""
    return folder / stream_kind / f"{type_name}.{version}.json"


def committed(folder: Path = FOLDER) -> Iterator[tuple[str, str, int, Schema]]:
    """(kind of stream, type name, version, schema) of every file there is."""
    for path in sorted(folder.glob("*/*.json")):
        yield *_named(path), json.loads(path.read_text(encoding="utf-8"))


def broken(folder: Path = FOLDER) -> list[str]:
    """What today's events break of what is committed; empty if nothing."""
    found: list[str] = []
    today = {(kind, name): schema for kind, name, schema in event_schemas()}
    for kind, name, version, schema in committed(folder):
        if (kind, name) not in today:
            found.append(f"{kind} {name}: there is no such event any more, and its events are stored")
        elif version == SCHEMA_VERSIONS_OF[kind][name]:
            found += [f"{kind} {name}: {each}" for each in breaks(schema, today[kind, name])]
        elif version > SCHEMA_VERSIONS_OF[kind][name]:
            found.append(f"{kind} {name}: version {version} is committed and can't be read any more")
    return found


def altered(folder: Path = FOLDER) -> list[str]:
    """The files that are gone, or are not as they were written; empty if all are."""
    found: list[str] = []
    for (kind, name, version), sha256 in _written(folder).items():
        path = path_of(kind, name, version, folder)
        if not path.exists():
            found.append(f"{kind} {name}: the schema of version {version} was written once and is gone")
        elif _sha256(path.read_bytes()) != sha256:
            found.append(f"{kind} {name}: the schema of version {version} is not what was written")
    return found


def unlisted(folder: Path = FOLDER) -> list[str]:
    """The files that the list of what was written does not name."""
    written = _written(folder)
    return [
        f"{kind} {name} {version}"
        for kind, name, version, _ in committed(folder)
        if (kind, name, version) not in written
    ]


def outdated(folder: Path = FOLDER) -> list[str]:
    """The schemas whose files are missing or say something else."""
    return [
        str(path.relative_to(folder))
        for path, text in _texts(folder)
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def write(folder: Path = FOLDER) -> None:
    """Write what is new or has changed compatibly. Raises IncompatibleChange, and then nothing is written."""
    if found := altered(folder):
        raise IncompatibleChange("\n".join(("restore these from the repository:", *found)))
    if found := broken(folder):
        raise IncompatibleChange("\n".join(("give these a new version and an upcaster:", *found)))
    written = _written(folder)
    for path, text in _texts(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        file, sha256 = _named(path), _sha256(text.encode())
        if written.get(file) != sha256:
            with (folder / LOCK).open("a", encoding="utf-8") as lock:
                lock.write(" ".join((*map(str, file), sha256)) + "\n")


def missing_versions(folder: Path = FOLDER) -> list[str]:
    """The versions that were written once and have no file to be read by."""
    return [
        f"{kind} {name} {version}"
        for kind, types in EVENT_TYPES_OF.items()
        for name in types
        for version in range(1, SCHEMA_VERSIONS_OF[kind][name] + 1)
        if not path_of(kind, name, version, folder).exists()
    ]


def _texts(folder: Path) -> Iterator[tuple[Path, str]]:
    for kind, name, schema in event_schemas():
        path = path_of(kind, name, SCHEMA_VERSIONS_OF[kind][name], folder)
        yield path, json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _written(folder: Path) -> dict[tuple[str, str, int], str]:
    """The SHA-256 of what was last written, by kind of stream, type name and version."""
    lock = folder / LOCK
    lines = lock.read_text(encoding="utf-8").splitlines() if lock.exists() else ()
    return {(kind, name, int(version)): sha256 for kind, name, version, sha256 in map(str.split, lines)}


def _named(path: Path) -> tuple[str, str, int]:
    type_name, version = path.stem.rsplit(".", 1)
    return path.parent.name, type_name, int(version)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
