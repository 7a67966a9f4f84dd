"""The rows from which operations that carry a command are made."""

import re
from dataclasses import dataclass, field
from typing import Any

_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRow:
    """A command of the domain as an operation. ``path`` follows the address of what is commanded."""

    operation: str
    command: type[Any]
    path: str
    summary: str
    example: dict[str, Any] = field(default_factory=dict[str, Any])
    method: str = "POST"
    addressed: tuple[str, ...] = field(init=False)
    """The fields that the path says, so that no body does."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "addressed", tuple(_PARAMETER.findall(self.path)))
