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
        self._reader = Reader(document, self.state, self.file)

    @property
    def notes(self) -> list[Note]:
        return self._reader.notes

    def steps(self) -> Iterator[Step]:
        """Play the file. Raises :class:`SourceProblem` where the engine refuses what the file says.

        The accepted commands, in order, make the same match again anywhere: they are plain data.
        """
        for place, command in self._reader.commands():
            yield self._execute(place, command)

    def _execute(self, place: Place, command: MatchCommand) -> Step:
        overruled = None
        try:
            events = decide(self.state, command, None)
        except CommandRefused as refused:
            overruled = refused.code
            if not refused.umpires_may_allow or not hasattr(command, "umpire_decision"):
                raise SourceProblem(self.file, place, str(refused)) from refused
            command = replace(command, umpire_decision=f"as recorded: {refused.message}")  # type: ignore[call-arg]
            self.notes.append(Note(place=place, kind=refused.code, text=refused.message))
            try:
                events = decide(self.state, command, None)
            except CommandRefused as again:
                raise SourceProblem(self.file, place, str(again)) from again
        for event in events:
            evolve(self.state, event)
        return Step(place, command, tuple(events), overruled)


def play(document: Document, file: str | None = None) -> Play:
    """Play a whole document. Raises :class:`SourceProblem`."""
    game = Play(document, file)
    for _ in game.steps():
        pass
    return game


def play_file(path: Path) -> Play:
    """Read and play one file. Raises :class:`SourceProblem`."""
    return play(read(path), str(path))


def play_text(data: bytes, name: str) -> Play:
    """Read and play the text of a file."""
    return play(parse(data, name))
