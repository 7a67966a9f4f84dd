"""A request to the write side, and what tells two of them apart."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from domain.match.commands import MatchCommand

CREATION_SCOPE = "matches"

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, kept with the events. ``may_override``: somebody else being appointed to score is no bar."""

    subject: str | None = None
    request_id: str | None = None
    may_override: bool = False


NOBODY = Caller()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """Commands that somebody wants carried out on a match, all or none, once for each key.

    ``scope`` is what the idempotency key is unique within: the match, or CREATION_SCOPE.
    """

    tenant_id: UUID
    match_id: UUID
    commands: Sequence[MatchCommand]
    scope: str
    idempotency_key: str
    fingerprint: str
    now: datetime
    expected_version: int | None
    caller: Caller

    @property
    def creates(self) -> bool:
        """Whether the match comes to be by this request."""
        return self.scope == CREATION_SCOPE


def fingerprint_of(commands: Sequence[MatchCommand], more: str = "") -> str:
    """Tells two requests apart by what they ask, however their JSON was spelled."""
    digest = hashlib.blake2b(more.encode(), digest_size=16)
    for command in commands:
        digest.update(type(command).__name__.encode())
        digest.update(_encoder.encode(command))
    return digest.hexdigest()
