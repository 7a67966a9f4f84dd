"""The rows that a match contributes to analytics, as ``projections.analytics`` makes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID


class MatchRow(NamedTuple):
    """A match. ``outcome`` and the margin are those of its result, None while it is undecided."""

    tenant_id: UUID
    match_id: UUID
    version: int
    tournament: str | None
    season: str | None
    venue: str | None
    home: str
    away: str
    played_at: datetime
    conditions: str
    balls_per_over: int
    outcome: str | None
    winner: str | None
    by_runs: int | None
    by_wickets: int | None
    by_innings: int | None
    method: str | None


class PlayerRow(NamedTuple):
    """One player's match: what totals are sums of (from ``matches`` to ``run_outs``), and the best innings of it.

    ``matches`` is 1 for whoever stood in a line-up. ``highest`` and ``best_wickets`` are None for who did not bat, or
    bowl.
    """

    tenant_id: UUID
    match_id: UUID
    player: str
    tournament: str | None
    season: str | None
    venue: str | None
    played_at: datetime
    name: str
    team: str
    opponent: str
    balls_per_over: int
    matches: int
    bat_innings: int
    not_outs: int
    runs: int
    balls: int
    fifties: int
    hundreds: int
    fours: int
    sixes: int
    bat_dots: int
    rotated: int
    bowl_innings: int
    bowl_balls: int
    maidens: int
    conceded: int
    wickets: int
    four_wickets: int
    five_wickets: int
    bowl_dots: int
    wides: int
    no_balls: int
    catches: int
    stumpings: int
    run_outs: int
    highest: int | None
    highest_not_out: bool
    best_wickets: int | None
    best_conceded: int | None


def said_of(row: PlayerRow) -> tuple[Any, ...]:
    """What a match says of a player that is not summed: a name, a team, and for which figures it stands."""
    return (*row[3:11], row.bat_innings > 0, row.bowl_innings > 0)


class InningsRow(NamedTuple):
    """A team's innings. ``balls``: whole overs × balls per over + loose balls."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    batting: str
    bowling: str
    super_over: bool
    runs: int
    wickets: int
    balls: int
    all_out: bool
    closed: bool


class BattingRow(NamedTuple):
    """A batter's innings. ``fifty_balls``, ``hundred_balls``: balls faced when they had as many runs."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    player: str
    runs: int
    balls: int
    fours: int
    sixes: int
    out: bool
    fifty_balls: int | None
    hundred_balls: int | None


class BowlingRow(NamedTuple):
    """A bowler's innings."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    player: str
    balls: int
    maidens: int
    runs: int
    wickets: int
    dots: int


class MeetingRow(NamedTuple):
    """A batter against a bowler in one phase of an innings: see ``domain.analytics.meetings``."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    phase: str
    batter: str
    bowler: str
    balls: int
    runs: int
    dots: int
    rotated: int
    fours: int
    sixes: int
    outs: int
    legal: int
    conceded: int
    bowler_dots: int
    wides: int
    no_balls: int
    wickets: int


class StandRow(NamedTuple):
    """A partnership; ``first`` and ``second`` are the batters in the order of their ids."""

    tenant_id: UUID
    match_id: UUID
    innings: int
    sequence: int
    wicket: int
    first: str
    second: str
    runs: int
    balls: int
    unbroken: bool


class HatTrickRow(NamedTuple):
    """A hat-trick, with the place of its third wicket."""

    tenant_id: UUID
    match_id: UUID
    sequence: int
    bowler: str
    innings: int
    over: int
    ball: int
    wickets: int


Row = MatchRow | PlayerRow | InningsRow | BattingRow | BowlingRow | MeetingRow | StandRow | HatTrickRow
KEYS: dict[type[Any], int] = {
    MatchRow: 2,
    PlayerRow: 3,
    InningsRow: 3,
    BattingRow: 4,
    BowlingRow: 4,
    MeetingRow: 6,
    StandRow: 4,
    HatTrickRow: 3,
}
"""How many columns at the beginning of a row name it (the tenant's among them)."""
KINDS: tuple[type[Any], ...] = tuple(KEYS)


class Changes(NamedTuple):
    """Rows that are new or different, and those (by the columns that name them) that are gone, by the kind of row.

    ``told``: rows of players, as they are and as they were, that are gone or say otherwise of the player than they
    did, beyond the sums.
    """

    rows: Mapping[type[Any], Sequence[Any]]
    gone: Mapping[type[Any], Sequence[tuple[Any, ...]]]
    told: Sequence[PlayerRow]
