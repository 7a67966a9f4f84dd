"""A match written down: the commands that make it, ready to be sent, and the score they must give."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts.ids import time_ordered_uuid
from domain.match import decide, evolve, initial
from domain.match.commands import CreateMatch, MatchCommand, RecordBall
from domain.match.state import MatchState
from projections.score import score_line


@dataclass(frozen=True, slots=True)
class Script:
    """``commands`` are accepted in this order; after them the match is at ``version`` and scores ``score``."""

    name: str
    creation: CreateMatch
    commands: tuple[MatchCommand, ...]
    version: int
    score: dict[str, Any]

    @property
    def balls(self) -> int:
        """Deliveries, those that had to be bowled again included."""
        return sum(isinstance(command, RecordBall) for command in self.commands)


def script_of_file(path: Path) -> Script:
    """The match in a Cricsheet file. What the umpires let stand carries their decision, as for `score`.

    Raises :class:`adapters.cricsheet.document.SourceProblem`.
    """
    from adapters.cricsheet.play import open_play

    game = open_play(path)
    return _script(game.document.name, [step.command for step in game.steps()], game.state)


def script_of_commands(name: str, commands: list[MatchCommand]) -> Script:
    """A match that somebody else thought out. Raises CommandRefused, ValueError."""
    state = initial()
    for command in commands:
        for event in decide(state, command, None):
            evolve(state, event)
    return _script(name, commands, state)


def _script(name: str, commands: list[MatchCommand], state: MatchState) -> Script:
    creation, *others = commands
    if not isinstance(creation, CreateMatch):
        raise ValueError("a match begins with its creation")
    return Script(name, creation, tuple(others), state.version, score_line(state, name))


def new_match_id() -> UUID:
    """An id for a match that nobody has played yet."""
    return time_ordered_uuid(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10)))
