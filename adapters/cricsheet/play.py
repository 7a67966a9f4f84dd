"""Plays a Cricsheet file as a scorer would: through ``decide`` and ``evolve``, ball by ball."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.cricsheet.document import Document, Note, Place, SourceProblem, parse, read
from adapters.cricsheet.reader import Reader
from domain.match import CommandRefused, decide, evolve, initial
from domain.match.commands import MatchCommand
from domain.match.events import MatchEvent
from domain.match.state import MatchState

_IMPOSSIBLE = frozenset(
    {"bat_runs_off_wide", "byes_off_wide", "wide_value", "no_ball_value", "runs_of_two_kinds"}
)
"""Rules that no umpire sets aside: the file has it wrong, and is scored as it stands."""

_NEVER_SO = frozenset({"batter_out", "batter_absent", "innings_closed"})
"""Rules that umpires could set aside, but a file that breaks them tells of no match."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command that was accepted, where it stands in the file, and the events it gave.

    What the Laws forbid but the umpires let stand carries ``umpire_decision``; ``overruled`` is then the
    code of the rule.
    """

    place: Place
    command: MatchCommand
    events: tuple[MatchEvent, ...]
    overruled: str | None = None


class Play:
    """One file on its way through the engine. ``state`` is the match so far; ``notes`` what was odd."""

    def __init__(self, document: Document, file: str | None = None) -> None:
        self.document = document
        self.file = file or document.name
        self.state: MatchState = initial()
        self.place = Place()
        """The place in the file that was last come to."""
        self._reader = Reader(document, self.state, self.file)

    @property
    def notes(self) -> list[Note]:
        return self._reader.notes

    def steps(self) -> Iterator[Step]:
        """Play the file. Raises :class:`SourceProblem` where the engine refuses what the file says.

        The accepted commands, in order, make the same match again anywhere: they are plain data.
        """
        for place, command in self._reader.commands():
            self.place = place
            yield self._execute(place, command)

    def run(self) -> "Play":
        """Play the whole file. Raises :class:`SourceProblem`."""
        for _ in self.steps():
            pass
        return self

    def _execute(self, place: Place, command: MatchCommand) -> Step:
        overruled = None
        try:
            events = decide(self.state, command, None)
        except CommandRefused as refused:
            overruled = refused.code
            may_stand = refused.umpires_may_allow and refused.code not in _NEVER_SO
            if not may_stand or not hasattr(command, "umpire_decision"):
                raise SourceProblem(self.file, place, str(refused)) from refused
            command = replace(command, umpire_decision=f"as recorded: {refused.message}")  # type: ignore[call-arg]
            impossible = refused.code in _IMPOSSIBLE
            self.notes.append(
                Note(place=place, kind=refused.code, text=refused.message, source_error=impossible)
            )
            try:
                events = decide(self.state, command, None)
            except CommandRefused as again:
                raise SourceProblem(self.file, place, str(again)) from again
        for event in events:
            evolve(self.state, event)
        return Step(place, command, tuple(events), overruled)


def open_play(path: Path) -> Play:
    """A file that was read and is about to be played. Raises :class:`SourceProblem`."""
    return Play(read(path), str(path))


def play_file(path: Path) -> Play:
    """Read and play one file. Raises :class:`SourceProblem`."""
    return open_play(path).run()


def play_text(data: bytes, name: str) -> Play:
    """Read and play the text of a file called ``name``. Raises :class:`SourceProblem`."""
    return Play(parse(data, name)).run()
