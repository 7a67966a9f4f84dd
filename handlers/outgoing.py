"""Requests to addresses that others have named: what the senders of webhooks and of push messages need."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back. ``body`` is how it begins; ``headers`` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotAnswered(Exception):
    """Nothing came back. ``code`` says why, and never changes: what ``domain.outgoing`` refuses, or one of
    name_not_found, connection_failed, tls_failed, timed_out, answer_malformed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class Outgoing(Protocol):
    """Sends to public addresses alone; redirects are an answer like any other."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Send once. Raises NotAnswered."""
        ...
