"""The stages of a season: its tables and their meetings, and the knockouts, as a format.

A table's meetings are those of the files, home side first as there. By which place a team came into a later
table or a knockout is not in any file: it is the place it had, by the engine, in what it played before, or that
of a winner or loser of an earlier knockout. So the format says what the organisers' did, and the tournament has
to find every one of these places again by itself.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from adapters.cricsheet.season import NoSeason, Played, Table
from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.layout import lay_out
from domain.tournament.format.leagues import slug
from domain.tournament.format.model import (
    Format,
    League,
    LoserOf,
    Node,
    PlayoffMatch,
    Playoffs,
    Rank,
    Seed,
    Source,
    Stage,
    Structure,
    WinnerOf,
)
from domain.tournament.league import UnplacedMatch, add_abandoned, is_league, tables
from domain.tournament.match_summary import MatchSummary
from domain.tournament.standings import standings
from domain.tournament.table_rules import TableRules

SHORT_GROUP = 2
"""Letters a group's name has at most to be shown as "Group A"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """``teams``: who plays at a node (home, away); ``files``: what is played for it."""

    format: Format
    structure: Structure
    seeds: tuple[str, ...]
    teams: Mapping[str, tuple[str, str]]
    files: Mapping[str, Played]
    tables: tuple[Table, ...]
    champion: str | None


@dataclass(slots=True)
class _Entrants:
    """Where each team comes from next: a seed first, then the last it played."""

    seeds: list[str] = field(default_factory=list[str])
    _last: dict[str, Source] = field(default_factory=dict[str, Source])

    def source(self, team: str) -> Source:
        if team not in self._last:
            self.seeds.append(team)
            return Seed(len(self.seeds))
        return self._last[team]

    def came_to(self, team: str, source: Source) -> None:
        self._last[team] = source


def find_stages(matches: Sequence[Played], abandoned: Sequence[tuple[str, str]], rules: TableRules) -> Stages:
    """The format of these matches, which are in the order of play, laid out. Raises :class:`NoSeason`."""
    by_table = tables(match.summary for match in matches)
    if not by_table:
        raise NoSeason("no match of a league or a group among the files")
    try:
        add_abandoned(by_table, abandoned)
    except UnplacedMatch as problem:
        raise NoSeason(str(problem)) from None
    entrants = _Entrants()
    leagues: list[Stage] = []
    found: list[Table] = []
    for group, played in by_table.items():
        stage, table = _league(group, played, entrants, rules)
        leagues.append(stage)
        found.append(table)
    knockouts = [match for match in matches if not is_league(match.summary.stage)]
    playoffs = _playoffs(knockouts, entrants)
    format = Format(name=_name(found, playoffs), stages=(*leagues, *([playoffs] if playoffs else [])))
    try:
        structure = lay_out(format, len(entrants.seeds))
    except FormatInvalid as invalid:
        raise NoSeason(f"the matches make no whole tournament: {invalid.message}") from None
    files = {match.name: match for match in matches}
    placed = {
        node.id: summary
        for table, played in zip(found, by_table.values(), strict=True)
        for node, summary in _meetings(structure, table, played, entrants.seeds)
    }
    placed |= {
        graph.id: match.summary
        for graph, match in zip(playoffs.matches if playoffs else (), knockouts, strict=True)
    }
    return Stages(
        format=format,
        structure=structure,
        seeds=tuple(entrants.seeds),
        teams={node: summary.teams for node, summary in placed.items()},
        files={node: files[summary.id] for node, summary in placed.items() if summary.id in files},
        tables=tuple(found),
        champion=_champion(knockouts, found),
    )


# --- tables ------------------------------------------------------------------------------------------------


def _league(
    group: str | None, played: Sequence[MatchSummary], entrants: _Entrants, rules: TableRules
) -> tuple[League, Table]:
    name = "League" if group is None else f"Group {group}" if len(group) <= SHORT_GROUP else group
    members = list(dict.fromkeys(team for match in played for team in match.teams))
    stage = League(
        name=name,
        entrants=(tuple(entrants.source(team) for team in members),),
        meetings=tuple((members.index(home) + 1, members.index(away) + 1) for home, away in _teams(played)),
    )
    try:
        rows = tuple(standings(played, rules))
    except ValueError as mixed:
        raise NoSeason(str(mixed)) from None
    table = Table(id=slug(name), group=group, rows=rows)
    for place, row in enumerate(rows, 1):
        entrants.came_to(row.team, Rank(table.id, place))
    return stage, table


def _teams(played: Sequence[MatchSummary]) -> list[tuple[str, str]]:
    return [match.teams for match in played]


def _meetings(
    structure: Structure, table: Table, played: Sequence[MatchSummary], seeds: Sequence[str]
) -> list[tuple[Node, MatchSummary]]:
    """The nodes of a table with their matches: of two meetings on the same terms the first comes first."""
    (spec,) = [spec for spec in structure.tables if spec.id == table.id]
    members = list(dict.fromkeys(team for match in played for team in match.teams))
    team_of = dict(zip(spec.members, members, strict=True))
    waiting: defaultdict[tuple[str, str], deque[MatchSummary]] = defaultdict(deque)
    for match in played:
        waiting[match.teams].append(match)
    return [
        (node, waiting[team_of[node.home], team_of[node.away]].popleft())
        for node in structure.nodes
        if node.table == table.id
    ]


# --- knockouts ---------------------------------------------------------------------------------------------


def _playoffs(knockouts: Sequence[Played], entrants: _Entrants) -> Playoffs | None:
    """The graph of the matches that count in no table."""
    if not knockouts:
        return None
    often = Counter(match.summary.stage for match in knockouts)
    seen: Counter[str | None] = Counter()
    graph: list[PlayoffMatch] = []
    for match in knockouts:
        stage = match.summary.stage
        seen[stage] += 1
        name = f"{stage} {seen[stage]}" if often[stage] > 1 else f"{stage}"
        home, away = match.summary.teams
        graph.append(
            PlayoffMatch(
                id=slug(name),
                name=name,
                home=entrants.source(home),
                away=entrants.source(away),
                decides=3 if name.casefold().startswith(("3rd", "third")) else None,
            )
        )
        winner = match.summary.result.winner or home
        entrants.came_to(winner, WinnerOf(slug(name)))
        entrants.came_to(away if winner == home else home, LoserOf(slug(name)))
    return Playoffs(name="Playoffs", matches=tuple(graph))


def _champion(knockouts: Sequence[Played], found: Sequence[Table]) -> str | None:
    """The winner of the last knockout, else who leads the only table."""
    if knockouts:
        return knockouts[-1].summary.result.winner
    return found[0].rows[0].team if len(found) == 1 else None


def _name(found: Sequence[Table], playoffs: Playoffs | None) -> str:
    stages = [table.group or "league" for table in found]
    words = "League" if stages == ["league"] else f"Groups {', '.join(stages)}"
    return f"{words} and playoffs" if playoffs else words
