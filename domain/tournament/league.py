"""Which matches of a competition make its tables.

Organisers name a match's stage and group in their own words. A match without a stage, or in one that is
played as a league (groups, Super Six …), belongs to a table; a final, an eliminator or a play-off does not.
"""

import re
from collections.abc import Iterable, Sequence

from domain.tournament.match_summary import MatchSummary, abandoned_without_a_ball

_LEAGUE_STAGE = re.compile(
    r"^(group|pool|league|round[ -]robin|(first|second|preliminary|qualifying) (round|stage)|round \d+$"
    r"|super[ -]?(\d+|four|six|sixes|eight|eights|ten|tens|twelve|twelves)s?\b)",
    re.IGNORECASE,
)


class UnplacedMatch(ValueError):
    """An abandoned match that cannot be put into one table."""


def is_league(stage: str | None) -> bool:
    """Is a stage of this name played as a league? No name means the league."""
    return stage is None or bool(_LEAGUE_STAGE.match(stage.strip()))


def table_name(match: MatchSummary) -> str | None:
    """The table a league match belongs to: its group, its stage, or both; None where there is only one."""
    words = [word for word in (match.stage, match.group) if word]
    return " ".join(words) or None


def tables(matches: Iterable[MatchSummary]) -> dict[str | None, list[MatchSummary]]:
    """League matches by table, the table that began first first."""
    by_table: dict[str | None, list[MatchSummary]] = {}
    for match in matches:
        if is_league(match.stage):
            by_table.setdefault(table_name(match), []).append(match)
    return dict(sorted(by_table.items(), key=lambda entry: (_first_day(entry[1]), entry[0] or "")))


def _first_day(matches: Sequence[MatchSummary]) -> str:
    return min(match.played_on.isoformat() if match.played_on else "9999" for match in matches)


def add_abandoned(
    by_table: dict[str | None, list[MatchSummary]],
    fixtures: Iterable[tuple[str, str]],
    table: str | None = None,
) -> None:
    """Add fixtures that were abandoned without a ball, as no results, to the tables they belong to.

    A fixture belongs to the table both teams play in; a team that is in none yet (all its matches were
    abandoned) may be in any. ``table`` is taken where several would do. Those with one possibility are
    placed first, since they tell where a team without a played match is.

    Raises :class:`UnplacedMatch` when a fixture fits no table, or several.
    """
    waiting = list(fixtures)
    while waiting:
        choices = {fixture: _possible_tables(by_table, fixture, table) for fixture in waiting}
        fixture = min(waiting, key=lambda one: abs(len(choices[one]) - 1))
        one, other = fixture
        if not choices[fixture]:
            raise UnplacedMatch(f"{one} v {other}: they share no table")
        if len(choices[fixture]) > 1:
            names = " or ".join(str(name) for name in choices[fixture])
            raise UnplacedMatch(f"{one} v {other}: could be in {names}; say which group")
        name = choices[fixture][0]
        by_table[name].append(abandoned_without_a_ball(fixture, id=f"{one} v {other}", group=name))
        waiting.remove(fixture)


def _possible_tables(
    by_table: dict[str | None, list[MatchSummary]], fixture: tuple[str, str], preferred: str | None
) -> list[str | None]:
    known = [
        {name for name, matches in by_table.items() if any(team in match.teams for match in matches)}
        for team in fixture
    ]
    homes = [tables for tables in known if tables]
    possible = set[str | None].intersection(*homes) if homes else set[str | None]()
    if preferred is not None and preferred in possible:
        return [preferred]
    return [name for name in by_table if name in possible]
