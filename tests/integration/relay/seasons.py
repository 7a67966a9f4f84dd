"""Real seasons as events in the store, and what `pavilion leaders` says of the same files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from adapters.cricsheet.play import open_play
from cli.season import Season, read_season
from contracts.codec import MATCH, encode
from domain.match.events import MatchCreated, MatchEvent
from domain.match.state import MatchState
from tests.cricsheet import data


@dataclass(frozen=True, slots=True)
class Played:
    """A file played by the engine."""

    id: UUID
    events: tuple[MatchEvent, ...]
    state: MatchState

    @property
    def season(self) -> str:
        """What the file calls its season."""
        assert isinstance(self.state.created, MatchCreated)
        return self.state.created.season or ""


@cache
def files(folder: str) -> tuple[Path, ...]:
    return tuple(sorted(data.folder(folder).glob("*.json")))


def play(path: Path) -> Played:
    """The events of a file, as a scorer's commands give them."""
    game = open_play(path)
    events = tuple(event for step in game.steps() for event in step.events)
    return Played(uuid5(NAMESPACE_URL, str(path)), events, game.state)


def rows(match: Played, tenant: UUID) -> Iterator[tuple[Any, ...]]:
    """Rows for the event table."""
    for version, event in enumerate(match.events, 1):
        name = type(event).__name__
        yield (tenant, MATCH, match.id, version, uuid4(), name, 1, encode(event).decode(), "{}")


def names(played: Iterable[Played], season: Season) -> dict[str, str]:
    """What the teams are called in the tables of a season, by their ids."""
    teams = (side.team for match in played for side in match.state.sides.values())
    return {team.id: season.team(team.name) for team in teams}


def season_of(folder: str) -> Season:
    """The season as the command reads it."""
    return read_season(data.folder(folder))
