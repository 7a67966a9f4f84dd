"""The scorecard: everything a reader wants to know of a match, with the names filled in.

Rates are Decimals with two decimals, half up, and None before the first ball. Overs are printed as scorers
do ("19.4", "20"). Super Overs are innings of their own with ``super_over`` set; they count in no career.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.match.commands import Player, Team
from domain.match.events import Result
from domain.match.series import Over, PowerplaySplit, Split
from domain.match.spells import Spell


@dataclass(frozen=True, slots=True, kw_only=True)
class BattingLine:
    """``how_out`` as printed; ``dismissal`` the kind, None while (or at the end) not out.

    A batter who retired hurt or not out has a ``dismissal`` of that kind and ``not_out`` set.
    """

    player: Player
    captain: bool
    wicket_keeper: bool
    how_out: str
    dismissal: str | None
    not_out: bool
    bowler: Player | None
    fielders: tuple[str, ...]
    runs: int
    balls: int
    fours: int
    sixes: int
    strike_rate: Decimal | None
    minutes: int | None
    at_crease: bool
    on_strike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A player who could not bat: "absent hurt"."""

    player: Player
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    byes: int
    leg_byes: int
    wides: int
    no_balls: int
    penalty: int

    @property
    def total(self) -> int:
        return self.byes + self.leg_byes + self.wides + self.no_balls + self.penalty

    def __str__(self) -> str:
        """ "(b 1, lb 4, w 5)"; empty without extras."""
        kinds = (("b", self.byes), ("lb", self.leg_byes), ("w", self.wides), ("nb", self.no_balls))
        parts = [f"{name} {runs}" for name, runs in (*kinds, ("p", self.penalty)) if runs]
        return f"({', '.join(parts)})" if parts else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BowlingLine:
    """``balls`` are legal ones; ``wides`` and ``no_balls`` are runs; ``dots`` are balls without a run conceded."""

    player: Player
    overs: str
    balls: int
    maidens: int
    runs: int
    wickets: int
    economy: Decimal | None
    dots: int
    fours: int
    sixes: int
    wides: int
    no_balls: int
    spells: tuple[Spell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FallOfWicket:
    """ "2-47 (Gill, 5.3 ov)"."""

    wicket: int
    runs: int
    player: Player
    over: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    player: Player
    runs: int
    balls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnershipLine:
    """``wicket`` is the one it stands for, from 1; ``runs`` include extras."""

    wicket: int
    runs: int
    balls: int
    run_rate: Decimal | None
    contributions: tuple[Contribution, ...]
    unbroken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """What the side batting last is after; ``par`` is the D/L Standard Edition's at the present ball.

    ``balls_left`` and ``required_run_rate`` are None where overs are unlimited.
    """

    target: int
    method: str | None
    runs_needed: int
    balls_left: int | None
    wickets_left: int
    required_run_rate: Decimal | None
    par: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """The total of the innings if the rest is scored at ``run_rate``."""

    run_rate: Decimal
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InningsCard:
    """One innings. ``balls`` are legal ones; ``limit`` the overs it may last; ``closed`` why it is over.

    ``yet_to_bat`` while it goes on, ``did_not_bat`` afterwards; the other is empty. ``lead`` (below 0: the
    deficit) is of the side batting as of this innings, where sides have two.
    """

    number: int
    title: str
    batting_team: Team
    bowling_team: Team
    super_over: bool
    follow_on: bool
    runs: int
    wickets: int
    overs: str
    balls: int
    limit: str | None
    score: str
    all_out: bool
    declared: bool
    forfeited: bool
    closed: str | None
    run_rate: Decimal | None
    lead: int | None
    batting: tuple[BattingLine, ...]
    absent: tuple[Absence, ...]
    did_not_bat: tuple[Player, ...]
    yet_to_bat: tuple[Player, ...]
    extras: Extras
    bowling: tuple[BowlingLine, ...]
    fall_of_wickets: tuple[FallOfWicket, ...]
    partnerships: tuple[PartnershipLine, ...]
    overs_bowled: tuple[Over, ...]
    """Over by over: Manhattan, worm and run-rate curve."""
    powerplays: tuple[PowerplaySplit, ...]
    last_five_overs: Split | None
    chase: Chase | None
    projections: tuple[Projection, ...]
    recent: tuple[str, ...]
    """The latest twelve balls as scorers print them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BowlOutLine:
    team: Team
    bowler: Player
    hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A whole match. ``status`` is its result line, or how it stands; ``result`` is None while undecided."""

    version: int
    conditions: str
    teams: tuple[Team, ...]
    tournament: str | None
    stage: str | None
    group: str | None
    match_number: int | None
    venue: str | None
    city: str | None
    season: str | None
    starts_at: datetime | None
    toss: str | None
    innings: tuple[InningsCard, ...]
    bowl_out: tuple[BowlOutLine, ...]
    interrupted: str | None
    status: str
    result: Result | None
    result_line: str | None
