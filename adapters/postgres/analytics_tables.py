"""The tables of analytics, described once, in the order of the rows in ``projections.analytics_rows``."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from adapters.postgres.tables import Table, small, table_of, timestamp
from projections import analytics_rows as rows


class _OfMatch(SQLModel):
    """Columns that all rows of a match begin with."""

    tenant_id: UUID
    match_id: UUID = Field(primary_key=True)


class MatchTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_match"  # type: ignore[assignment]
    version: int
    tournament: str | None
    season: str | None
    venue: str | None
    home: str
    away: str
    played_at: datetime = timestamp()
    conditions: str
    balls_per_over: int = small()
    outcome: str | None
    winner: str | None
    by_runs: int | None
    by_wickets: int | None
    by_innings: int | None
    method: str | None


class PlayerTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_player"  # type: ignore[assignment]
    player: str = Field(primary_key=True)
    tournament: str | None
    season: str | None
    venue: str | None
    played_at: datetime = timestamp()
    name: str
    team: str
    opponent: str
    balls_per_over: int = small()
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


class InningsTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_innings"  # type: ignore[assignment]
    innings: int = small(key=True)
    batting: str
    bowling: str
    super_over: bool
    runs: int
    wickets: int
    balls: int
    all_out: bool
    closed: bool


class BattingTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_batting"  # type: ignore[assignment]
    innings: int = small(key=True)
    player: str = Field(primary_key=True)
    runs: int
    balls: int
    fours: int
    sixes: int
    out: bool
    fifty_balls: int | None
    hundred_balls: int | None


class BowlingTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_bowling"  # type: ignore[assignment]
    innings: int = small(key=True)
    player: str = Field(primary_key=True)
    balls: int
    maidens: int
    runs: int
    wickets: int
    dots: int


class MeetingTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_meeting"  # type: ignore[assignment]
    innings: int = small(key=True)
    phase: str = Field(primary_key=True)
    batter: str = Field(primary_key=True)
    bowler: str = Field(primary_key=True)
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


class StandTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_stand"  # type: ignore[assignment]
    innings: int = small(key=True)
    sequence: int = small(key=True)
    wicket: int = small()
    first: str
    second: str
    runs: int
    balls: int
    unbroken: bool


class HatTrickTable(_OfMatch, table=True):
    __tablename__ = "rm_analytics_hat_trick"  # type: ignore[assignment]
    sequence: int = small(key=True)
    bowler: str
    innings: int = small()
    over: int = small()
    ball: int = small()
    wickets: int = small()


MATCHES = table_of(MatchTable, versioned=True)
PLAYERS = table_of(PlayerTable)
TABLE_OF: dict[type[Any], Table] = {
    rows.MatchRow: MATCHES,
    rows.PlayerRow: PLAYERS,
    rows.InningsRow: table_of(InningsTable),
    rows.BattingRow: table_of(BattingTable),
    rows.BowlingRow: table_of(BowlingTable),
    rows.MeetingRow: table_of(MeetingTable),
    rows.StandRow: table_of(StandTable),
    rows.HatTrickRow: table_of(HatTrickTable),
}
TABLES = tuple(TABLE_OF.values())

FIRST_SUM = PLAYERS.columns.index("matches")
SUMS = PLAYERS.columns[FIRST_SUM : PLAYERS.columns.index("highest")]
"""The columns of a player's match that totals add up."""
