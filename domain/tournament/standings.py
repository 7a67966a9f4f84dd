"""The points table of a list of matches."""

from collections.abc import Iterable
from itertools import pairwise

from domain.tournament.match_summary import MatchSummary
from domain.tournament.points import Deduction
from domain.tournament.running_table import Disqualification, Row, RunningTable
from domain.tournament.table_rules import TableRules


def standings(
    matches: Iterable[MatchSummary],
    rules: TableRules,
    *,
    teams: Iterable[str] = (),
    deductions: Iterable[Deduction] = (),
    disqualified: Iterable[Disqualification] = (),
) -> list[Row]:
    """The table of ``matches``, best first. ``teams`` are listed even if they have not played yet.

    Raises ValueError when the matches' overs differ in length: such rates cannot be added.
    """
    table = RunningTable(rules, teams=teams, deductions=deductions, disqualified=disqualified)
    for number, match in enumerate(matches):
        table.put(str(number), match)
    return table.rows()


def explain(rows: list[Row]) -> list[str]:
    """Line by line why each row stands above the next: "A above B: net run rate: +0.331 to +0.320"."""
    return [f"{row.team} above {below.team}: {_why(row)}" for row, below in pairwise(rows)]


def _why(row: Row) -> str:
    if row.above_next is not None:
        return str(row.above_next)
    return "level: nothing separates them" if row.level_with_next else "disqualified"
