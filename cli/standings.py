"""`pavilion standings`: the points table of a folder of matches."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.season import Season, read_season, refuse, report
from domain.tournament.league import UnplacedMatch, add_abandoned, tables
from domain.tournament.match_summary import MatchSummary, overs
from domain.tournament.net_run_rate import Rate, rounded
from domain.tournament.running_table import Row
from domain.tournament.standings import standings as order_table
from domain.tournament.table_rules import CUSTOMARY, ICC_WORLD_CUP, TableRules, rules_named

Tables = dict[str | None, list[MatchSummary]]

DIRECTORY = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, metavar="DIR", help="Folder of Cricsheet files.")
]


def standings(
    directory: DIRECTORY,
    conditions: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Whose points and tie-breaks count, e.g. ipl, icc-world-cup, odi."),
    ] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Leave out this match (file name without .json).")
    ] = None,
    abandoned: Annotated[
        list[str] | None,
        typer.Option(metavar='"A v B"', help="Add a match without a file, abandoned without a ball."),
    ] = None,
    group: Annotated[str | None, typer.Option(metavar="G", help="Only this group's table.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Print the points table of a folder of matches; playoff matches don't count."""
    season = read_season(directory)
    by_table = _league(season, set(exclude or ()), directory)
    wanted = _wanted(by_table, group)
    _add_abandoned(by_table, season, abandoned or [], wanted)
    if group is not None:
        by_table = {wanted: by_table[wanted]}
    for name, matches in by_table.items():
        rules = _rules(conditions, matches)
        try:
            rows = order_table(matches, rules)
        except ValueError as mixed:
            raise refuse(str(mixed)) from None
        balls_per_over = matches[0].balls_per_over
        if as_json:
            for row in rows:
                typer.echo(json.dumps(row_fields(row, name, balls_per_over), ensure_ascii=False))
        else:
            _print(rows, name, balls_per_over)
    report(season.problems)


def _league(season: Season, excluded: set[str], directory: Path) -> Tables:
    unknown = excluded - {match.id for match in season.matches}
    if unknown:
        raise refuse(f"--exclude {sorted(unknown)[0]}: no such match in {directory}")
    by_table = tables(match for match in season.matches if match.id not in excluded)
    if not by_table:
        report(season.problems)
        raise refuse(f"no league match in {directory}")
    return by_table


def _wanted(by_table: Tables, group: str | None) -> str | None:
    """The table that ``--group`` names, by its whole name or by the group alone."""
    if group is None:
        return None
    for name, matches in by_table.items():
        if group.casefold() in ((name or "").casefold(), (matches[0].group or "").casefold()):
            return name
    there_are = ", ".join(name for name in by_table if name) or "no groups"
    raise refuse(f"--group {group}: there are {there_are}")


def _add_abandoned(by_table: Tables, season: Season, fixtures: list[str], wanted: str | None) -> None:
    pairs: list[tuple[str, str]] = []
    known = {team for matches in by_table.values() for match in matches for team in match.teams}
    for fixture in fixtures:
        one, other = (season.team(name) for name in fixture_named(fixture))
        if one not in known and other not in known:
            raise refuse(f'--abandoned "{fixture}": neither team plays in these matches')
        pairs.append((one, other))
    try:
        add_abandoned(by_table, pairs, wanted)
    except UnplacedMatch as problem:
        raise refuse(f"--abandoned {problem}") from None


def fixture_named(words: str) -> tuple[str, str]:
    """The teams of --abandoned, as they were written."""
    names = re.split(r"\s+vs?\.?\s+", words.strip())
    if len(names) != 2 or not all(names):
        raise refuse(f'--abandoned "{words}": write it as "A v B"')
    return names[0], names[1]


def _rules(conditions: str | None, matches: list[MatchSummary]) -> TableRules:
    if conditions is None:
        return CUSTOMARY.get(matches[0].conditions or "", ICC_WORLD_CUP)
    try:
        return rules_named(conditions)
    except KeyError as unknown:
        raise refuse(f"--conditions: {unknown.args[0]}") from None


def row_fields(row: Row, group: str | None, balls_per_over: int) -> dict[str, Any]:
    """The JSON object of a row; ``group`` only where there are groups, ``drawn`` only where there are draws."""
    tally = row.tally
    fields: dict[str, Any] = {
        "team": row.team,
        "played": tally.played,
        "won": tally.won,
        "lost": tally.lost,
        "tied": tally.tied,
        "no_result": tally.no_result,
        "points": row.points,
        "net_run_rate": float(rounded(row.net_run_rate)),
        "for": _rate(tally.scored, balls_per_over),
        "against": _rate(tally.conceded, balls_per_over),
    }
    if tally.drawn:
        fields["drawn"] = tally.drawn
    if group is not None:
        fields["group"] = group
    return fields


def _rate(rate: Rate, balls_per_over: int) -> str:
    return f"{rate.runs}/{overs(rate.balls, balls_per_over)}"


def _print(rows: list[Row], group: str | None, balls_per_over: int) -> None:
    """The table, and below it what separates those level on points."""
    console = Console()
    console.print(_table(rows, group, balls_per_over), "")
    for row, below in pairwise(rows):
        if row.points == below.points:
            why = str(row.above_next) if row.above_next else "level: nothing separates them"
            console.print(f"[dim]{row.team} above {below.team}: {why}", highlight=False, soft_wrap=True)


def _table(rows: list[Row], group: str | None, balls_per_over: int) -> Table:
    draws = any(row.tally.drawn for row in rows)
    title = f"Group {group}" if group and len(group) < 3 else group
    table = Table(
        title=title,
        title_justify="left",
        box=None,
        pad_edge=False,
        collapse_padding=True,
        header_style="bold",
    )
    table.add_column("", justify="right")
    table.add_column("Team", no_wrap=True)
    for head in ("P", "W", "L", "T", *(["D"] if draws else []), "NR", "Pts", "NRR", "For", "Against"):
        table.add_column(head, justify="right", no_wrap=True)
    for place, row in enumerate(rows, start=1):
        tally = row.tally
        counts = [tally.played, tally.won, tally.lost, tally.tied]
        counts += [tally.drawn] if draws else []
        table.add_row(
            str(place),
            row.team,
            *(str(count) for count in (*counts, tally.no_result, row.points)),
            f"{rounded(row.net_run_rate):+}",
            _rate(tally.scored, balls_per_over),
            _rate(tally.conceded, balls_per_over),
        )
    return table
