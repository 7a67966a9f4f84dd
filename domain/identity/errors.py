"""What somebody can be refused for who wants in, or wants others in."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class IdentityRefused(Exception):
    """A wish about identity was refused. ``code`` is stable and part of the API.

    ``retry_after``: seconds after which it may be tried again; None if time changes nothing. ``detail`` holds what
    a client needs to act on it, and never a secret.
    """

    code: str
    message: str
    retry_after: float | None = None
    detail: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"
