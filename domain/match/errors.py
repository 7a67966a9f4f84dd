"""What a command can be refused for."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a fact would break.

    ``code`` is stable and part of the API. ``hard`` rules of the Laws may be set aside by the umpires
    (the command then carries ``umpire_decision``); the others are impossible and never pass.
    ``rule`` names the source, e.g. ``Law 17.6``.
    """

    code: str
    message: str
    umpires_may_allow: bool = False
    rule: str = ""


@dataclass(slots=True)
class CommandRefused(Exception):
    """A command was refused; nothing has changed.

    ``detail`` holds what a client needs to act on it, e.g. ``{"expected_striker": "p7"}``.
    """

    code: str
    message: str
    rule: str = ""
    umpires_may_allow: bool = False
    detail: dict[str, Any] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]" + (f" ({self.rule})" if self.rule else "")
