"""A folder of Cricsheet files as the matches of one competition."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer

from adapters.cricsheet.names import RENAMED, franchise, shown_names
from domain.match.commands import Team
from domain.match.state import MatchState
from domain.tournament.match_summary import MatchSummary


@dataclass(frozen=True, slots=True)
class Season:
    """The scored matches of a folder. A renamed team has the name of its latest match here.

    ``problems`` has a line for each file that could not be scored.
    """

    matches: list[MatchSummary]
    problems: list[str]
    names: dict[str, str]
    """Every name a team may be called by, to the name it has in ``matches``."""

    def team(self, name: str) -> str:
        """What a team called ``name`` is called in this season; capitals don't matter."""
        known = {other.casefold(): shown for other, shown in self.names.items()}
        return known.get(name.strip().casefold(), name.strip())


def read_season(directory: Path) -> Season:
    """Score every file of ``directory``."""
    from adapters.cricsheet.document import SourceProblem
    from adapters.cricsheet.play import play_file
    from projections.summary import summarise_match

    played: list[tuple[str, MatchState]] = []
    problems: list[str] = []
    for path in sorted(directory.glob("*.json")):
        try:
            played.append((path.stem, play_file(path).state))
        except SourceProblem as problem:
            problems.append(str(problem))
    shown = shown_names([(_day(state), team.name) for _, state in played for team in _teams(state)])
    matches: list[MatchSummary] = []
    for match_id, state in played:
        try:
            matches.append(summarise_match(state, match_id, lambda team: shown[franchise(team.name)]))
        except ValueError as undecided:
            problems.append(f"{directory / match_id}.json: {undecided}")
    aliases = {old: shown[new] for old, new in RENAMED.items() if new in shown}
    return Season(matches, problems, aliases | shown | {name: name for name in shown.values()})


def _teams(state: MatchState) -> Iterator[Team]:
    return (side.team for side in state.sides.values())


def _day(state: MatchState) -> str:
    starts_at = getattr(state.created, "starts_at", None)
    return starts_at.isoformat() if starts_at else ""


def refuse(message: str) -> typer.Exit:
    """One line on stderr and exit code 2: ``raise refuse("…")``."""
    print(f"pavilion: {message}", file=sys.stderr)
    return typer.Exit(2)


def report(problems: list[str]) -> None:
    """A line for each file that was left out; exit code 2 if there were any."""
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(2)
