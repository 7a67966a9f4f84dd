"""The schemas as they were last committed: ``contracts/schemas/KIND/TYPE.VERSION.json``, one file each, for ever.

They are what others hold us to. ``python -m docs.generate`` writes the files of new events and of compatible changes,
and refuses to write over one that it would break.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.codec import EVENT_TYPES_OF, SCHEMA_VERSIONS_OF
from contracts.compatibility import breaks
from contracts.json_schema import event_schemas

FOLDER = Path(__file__).parent / "schemas"
ASYNCAPI = Path(__file__).with_name("asyncapi.json")
"""The AsyncAPI document, written from the same tables (``contracts.asyncapi``)."""
Schema = dict[str, Any]


class IncompatibleChange(Exception):
    """Events would change in a way that old readers or old events could not follow."""


def path_of(stream_kind: str, type_name: str, version: int, folder: Path = FOLDER) -> Path:
    """Where the schema of one version of an event stands."""
    return folder / stream_kind / f"{type_name}.{version}.json"


def committed(folder: Path = FOLDER) -> Iterator[tuple[str, str, int, Schema]]:
    """(kind of stream, type name, version, schema) of every file there is."""
    for path in sorted(folder.glob("*/*.json")):
        type_name, version = path.stem.rsplit(".", 1)
        yield path.parent.name, type_name, int(version), json.loads(path.read_text(encoding="utf-8"))


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


def outdated(folder: Path = FOLDER) -> list[str]:
    """The schemas whose files are missing or say something else."""
    return [
        str(path.relative_to(folder))
        for path, text in _texts(folder)
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def write(folder: Path = FOLDER) -> None:
    """Write what is new or has changed compatibly. Raises IncompatibleChange, and then nothing is written."""
    if found := broken(folder):
        raise IncompatibleChange("\n".join(("give these a new version and an upcaster:", *found)))
    for path, text in _texts(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


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
