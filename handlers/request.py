"""A request to the write side, and what tells two of them apart."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

Command = TypeVar("Command")

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, kept with the events. ``may_override``: somebody else being appointed to score is no bar."""

    subject: str | None = None
    request_id: str | None = None
    may_override: bool = False


NOBODY = Caller()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest(Generic[Command]):
    """Commands that somebody wants carried out on a stream, all or none, once for each key.

    ``scope`` is what the idempotency key is unique within: the stream, or all of its kind where the id of
    the stream is not known to a client that repeats. ``creates``: the stream comes to be by this request.
    """

    tenant_id: UUID
    stream_id: UUID
    commands: Sequence[Command]
    scope: str
    idempotency_key: str
    fingerprint: str
    now: datetime
    expected_version: int | None
    caller: Caller
    creates: bool = False


def fingerprint_of(
    commands: Sequence[Any], more: str = "", encode: Callable[[Any], bytes] = _encoder.encode
) -> str:
    """Tells two requests apart by what they ask, however their JSON was spelled."""
    digest = hashlib.blake2b(more.encode(), digest_size=16)
    for command in commands:
        digest.update(type(command).__name__.encode())
        digest.update(encode(command))
    return digest.hexdigest()
