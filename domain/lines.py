"""Many lines at once, all taken or none: what is refused is said of every line, not of the first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.match.errors import CommandRefused

Refused = tuple[Sequence[tuple[int, str]], CommandRefused]


@dataclass(slots=True)
class Refusals:
    """What is refused of a list of lines, gathered so that all of it can be said at once."""

    _found: list[Refused] = field(default_factory=list[Refused])

    def add(self, refusal: CommandRefused, *lines: tuple[int, str]) -> None:
        """``lines`` cannot be taken, each by its index and the id of what it is about."""
        self._found.append((lines, refusal))

    def check(self) -> None:
        """Raise what was refused, if anything was: one refusal as it is, several as ``lines_refused``. The
        detail has all ``lines``, counted from 1, each with code, message (``detail``) and ``id``."""
        if not self._found:
            return
        lines = [
            {"line": index + 1, "code": refusal.code, "detail": refusal.message, "id": id_}
            for concerned, refusal in self._found
            for index, id_ in concerned
        ]
        lines.sort(key=lambda line: line["line"])
        (_, first), *more = self._found
        if not more:
            first.detail = {**first.detail, "lines": lines}
            raise first
        count = len({line["line"] for line in lines})
        raise CommandRefused(
            "lines_refused",
            f"{count} line{'s' * (count > 1)} cannot be taken, so none was; the first is line {lines[0]['line']}",
            detail={"lines": lines},
        )
