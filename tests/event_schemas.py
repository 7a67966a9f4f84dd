"""Events held to their committed schemas, by a library that knows nothing of this project."""

import json
from functools import cache

from jsonschema import Draft202012Validator

from contracts.codec import EVENT_TYPES_OF, SCHEMA_VERSIONS_OF
from contracts.committed import path_of


@cache
def validator(stream_kind: str, type_name: str, version: int) -> Draft202012Validator:
    """The validator of one committed schema, formats included as far as they can be told."""
    schema = json.loads(path_of(stream_kind, type_name, version).read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(stream_kind: str, type_name: str, data: str | bytes, version: int | None = None) -> list[str]:
    """What is wrong with an event's JSON; empty if nothing is."""
    known = SCHEMA_VERSIONS_OF[stream_kind].get(type_name)
    if known is None:
        return [f"{stream_kind} has no event {type_name}"]
    found = validator(stream_kind, type_name, version or known).iter_errors(json.loads(data))
    return [f"{type_name} {error.json_path}: {error.message}" for error in found]


def is_known(stream_kind: str, type_name: str) -> bool:
    """Is it an event of ours, not one that a test made up?"""
    return type_name in EVENT_TYPES_OF.get(stream_kind, ())
