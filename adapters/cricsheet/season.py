"""A folder of Cricsheet files as a tournament that has yet to be played.

The files tell who met whom, where, on which day and in which stage; this makes the plan of it: teams with their
squads, a format, venues and placements, and the file that is played for each match of the format. What a file
does not tell is filled in and said where it is: the time of day (:mod:`adapters.cricsheet.season_days`), and by
which place a team came into a later stage, which is read off the matches before it
(:mod:`adapters.cricsheet.season_stages`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from adapters.cricsheet.document import Document, Place, SourceProblem, read
from adapters.cricsheet.format import Match
from adapters.cricsheet.names import RENAMED, franchise, identifier, shown_names
from adapters.cricsheet.play import Play
from domain.match.commands import CreateMatch, MatchCommand, NameLineUp
from domain.match.conditions import PlayingConditions
from domain.match.state import MatchState
from domain.tournament.fixtures.model import Placement, Venue
from domain.tournament.format.model import Format, Structure
from domain.tournament.lifecycle.commands import SquadPlayer
from domain.tournament.match_summary import MatchSummary
from domain.tournament.standings import Row
from domain.tournament.table_rules import CUSTOMARY, ICC_WORLD_CUP, TableRules
from projections.summary import summarise_match


class NoSeason(ValueError):
    """Files that don't make one tournament; why, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A file, as the engine plays it with no server: ``commands`` follow the ``creation``."""

    name: str
    creation: CreateMatch
    commands: tuple[MatchCommand, ...]
    state: MatchState
    summary: MatchSummary

    @property
    def day(self) -> date:
        return self.summary.played_on or date.min

    @property
    def order(self) -> tuple[date, int, str]:
        """Sorts matches as they were played; those without a number after the others of their day."""
        return self.day, self.summary.match_number or 10_000, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A points table of the season. ``group``: what the files call it, None where there is only one."""

    id: str
    group: str | None
    rows: tuple[Row, ...]
    """As the files alone give it: what the tournament must come to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonPlan:
    """Everything a tournament needs to be this season. Teams are known by their names.

    ``files``: what is played for a node; a node without one was abandoned without a ball. ``ids``: under what
    teams (by name) and players (by the files' id) are registered.
    """

    name: str
    season: str
    format: Format
    structure: Structure
    seeds: tuple[str, ...]
    squads: Mapping[str, tuple[SquadPlayer, ...]]
    conditions: PlayingConditions
    table_rules: TableRules
    venues: tuple[Venue, ...]
    placements: tuple[Placement, ...]
    match_minutes: int
    files: Mapping[str, Played]
    tables: tuple[Table, ...]
    champion: str | None
    ids: Mapping[str, str]


def read_season(directory: Path) -> list[Played]:
    """The files of a folder in the order they were played, each played by the engine.

    Raises :class:`SourceProblem` for a file that can't be scored, :class:`NoSeason` where they belong to several
    competitions or there is none.
    """
    documents = [(path, read(path)) for path in sorted(directory.glob("*.json"))]
    if not documents:
        raise NoSeason(f"no Cricsheet file in {directory}")
    events = Counter(_event(document) for _, document in documents)
    if len(events) > 1:
        one, other = list(events)[:2]
        raise NoSeason(f"{directory} holds several competitions: {one} and {other}")
    names = _names([document for _, document in documents])
    played = [_play(_renamed(document, names), str(path)) for path, document in documents]
    return sorted(played, key=lambda match: match.order)


def plan_season(matches: Sequence[Played], abandoned: Sequence[tuple[str, str]] = ()) -> SeasonPlan:
    """The tournament of these matches. ``abandoned``: fixtures without a file, never begun.

    Raises :class:`NoSeason`.
    """
    from adapters.cricsheet.season_days import place
    from adapters.cricsheet.season_stages import find_stages

    rules = CUSTOMARY.get(matches[0].summary.conditions or "", ICC_WORLD_CUP)
    stages = find_stages(matches, [_shown(pair, matches) for pair in abandoned], rules)
    days = place(stages.structure, stages.files, stages.teams)
    creation = matches[0].creation
    squads = _squads(stages.seeds, matches)
    ids = _ids([*stages.seeds, *(player.id for players in squads.values() for player in players)])
    return SeasonPlan(
        name=creation.tournament or "Tournament",
        season=creation.season or str(matches[0].day.year),
        format=stages.format,
        structure=stages.structure,
        seeds=stages.seeds,
        squads=squads,
        conditions=_conditions(matches),
        table_rules=rules,
        venues=days.venues,
        placements=days.placements,
        match_minutes=days.match_minutes,
        files=stages.files,
        tables=stages.tables,
        champion=stages.champion,
        ids=ids,
    )


def _event(document: Document) -> str:
    info = document.match.info
    return " ".join(str(word) for word in (info.event.name or "matches without a name", info.season) if word)


def _play(document: Document, file: str) -> Played:
    play = Play(document, file)
    creation, *commands = [step.command for step in play.steps()]
    if not isinstance(creation, CreateMatch):
        raise TypeError("a file's first command creates its match")
    try:
        summary = summarise_match(play.state, document.name)
    except ValueError as undecided:
        raise SourceProblem(file, Place(), str(undecided)) from undecided
    return Played(
        name=document.name,
        creation=creation,
        commands=tuple(commands),
        state=play.state,
        summary=summary,
    )


# --- teams -------------------------------------------------------------------------------------------------


def _names(documents: Sequence[Document]) -> dict[str, str]:
    """Names that a team gave up during the season, to the one it had at the end."""
    infos = [document.match.info for document in documents]
    dated = [(info.dates[0] if info.dates else "", team) for info in infos for team in info.teams]
    shown = shown_names(dated)
    return {name: shown[franchise(name)] for _, name in dated if shown[franchise(name)] != name}


def _renamed(document: Document, names: Mapping[str, str]) -> Document:
    if not names:
        return document

    def told(value: Any) -> Any:
        match value:
            case str():
                return names.get(value, value)
            case dict():
                return {told(key): told(inner) for key, inner in value.items()}
            case list() | tuple():
                return [told(inner) for inner in value]
            case _:
                return value

    match = msgspec.convert(told(msgspec.to_builtins(document.match)), Match)
    awarded_to = document.ending.awarded_to
    ending = replace(document.ending, awarded_to=names.get(awarded_to or "", awarded_to))
    return replace(document, match=match, ending=ending)


def _shown(pair: tuple[str, str], matches: Sequence[Played]) -> tuple[str, str]:
    """The teams of a fixture by the names they have in the files; capitals don't matter."""
    teams = {team for match in matches for team in match.summary.teams}
    known = {old.casefold(): new for old, new in RENAMED.items() if new in teams}
    known |= {new.casefold(): old for old, new in RENAMED.items() if old in teams}
    known |= {team.casefold(): team for team in teams}
    one, other = (known.get(name.strip().casefold(), name.strip()) for name in pair)
    if one not in teams and other not in teams:
        raise NoSeason(f"{one} v {other}: neither team plays in these matches")
    return one, other


def _squads(seeds: Sequence[str], matches: Sequence[Played]) -> dict[str, tuple[SquadPlayer, ...]]:
    """Everybody who was in a line-up, in the order they came in, by the name they had first."""
    squads: dict[str, dict[str, SquadPlayer]] = {team: {} for team in seeds}
    for match in matches:
        for command in match.commands:
            if isinstance(command, NameLineUp):
                for player in (*command.players, *command.substitutes):
                    squads[command.team].setdefault(player.id, SquadPlayer(id=player.id, name=player.name))
    return {team: tuple(players.values()) for team, players in squads.items()}


def _ids(names: Sequence[str]) -> dict[str, str]:
    ids = {name: identifier(name) for name in dict.fromkeys(names)}
    often = Counter(ids.values())
    alike = [name for name, id in ids.items() if often[id] > 1 or not id]
    if alike:
        raise NoSeason(f"{alike[0]} cannot be told apart by an id of letters and digits")
    return ids


def _conditions(matches: Sequence[Played]) -> PlayingConditions:
    """Those of most matches; a tie-break or an impact player seen in one was open to all of them."""
    all_conditions = [match.creation.conditions for match in matches]
    (usual, _), *_ = Counter(all_conditions).most_common(1)
    return replace(
        usual,
        tie_breaks=max((conditions.tie_breaks for conditions in all_conditions), key=len),
        impact_player=any(conditions.impact_player for conditions in all_conditions),
    )
