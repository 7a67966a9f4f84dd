"""Playing conditions: every format is a value of this type, pinned to its match when it is created."""

from dataclasses import dataclass
from enum import StrEnum


class FreeHit(StrEnum):
    """After which no-balls the next ball is a free hit."""

    NEVER = "never"
    FOOT_FAULT = "foot fault"
    EVERY_NO_BALL = "every no-ball"


class TieBreak(StrEnum):
    """How a tied match is settled."""

    TIE_STANDS = "tie stands"
    SUPER_OVER = "super over"
    BOWL_OUT = "bowl out"
    BOUNDARY_COUNT = "boundary count"
    FEWER_WICKETS = "fewer wickets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Powerplay:
    """Fielding restrictions over whole overs, counted from 1, of a full-length innings."""

    kind: str
    first_over: int
    last_over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayingConditions:
    """Everything that differs between formats.

    Lengths in overs are of ``balls_per_over`` legal balls; None means without limit.
    """

    name: str
    version: int = 1
    innings_per_side: int = 1
    balls_per_over: int = 6
    overs_per_innings: int | None = 20
    overs_per_bowler: int | None = 4
    consecutive_overs: int = 1
    """Overs running that one bowler may bowl (The Hundred: two of five balls)."""
    overs_per_end: int = 1
    """Overs bowled from one end before the ends change (The Hundred: two)."""
    players_per_side: int = 11
    last_batter_stands: bool = False
    """The last batter goes on alone when no partner is left."""
    wide_runs: int = 1
    wide_rebowled: bool = True
    no_ball_runs: int = 1
    no_ball_rebowled: bool = True
    free_hit: FreeHit = FreeHit.EVERY_NO_BALL
    new_batter_takes_strike_when_caught: bool = True
    """Law 18.11 since October 2022; before, the batters' crossing counted."""
    penalty_runs: int = 5
    powerplays: tuple[Powerplay, ...] = ()
    tie_breaks: tuple[TieBreak, ...] = (TieBreak.TIE_STANDS,)
    """Tried in order until one separates the sides."""
    super_over_overs: int = 1
    super_over_wickets: int = 2
    super_over_repeats: bool = True
    """A tied Super Over is followed by another; if not, the next of ``tie_breaks`` is tried."""
    minimum_overs_for_result: int | None = 5
    """Overs the side batting second must have had the chance to face (playing condition 16.3)."""
    follow_on_lead: int | None = None
    declarations: bool = False
    rain_rule: str | None = None
    """``"D/L Standard Edition"`` computes targets and par; None: they are entered by hand."""
    g50: int = 245
    """D/L Standard Edition: the average total of a 50-over innings at this level."""
    impact_player: bool = False
    concussion_substitute: bool = True
    reviews_per_innings: int | None = None
    timed_out_seconds: int = 180


_T20_POWERPLAY = (Powerplay(kind="mandatory", first_over=1, last_over=6),)

T20 = PlayingConditions(
    name="t20",
    powerplays=_T20_POWERPLAY,
    tie_breaks=(TieBreak.SUPER_OVER, TieBreak.TIE_STANDS),
    rain_rule="D/L Standard Edition",
    reviews_per_innings=2,
    timed_out_seconds=90,
)
IPL_2022 = PlayingConditions(
    name="ipl-2022",
    powerplays=_T20_POWERPLAY,
    tie_breaks=(TieBreak.SUPER_OVER, TieBreak.TIE_STANDS),
    rain_rule="D/L Standard Edition",
    reviews_per_innings=2,
    timed_out_seconds=90,
)
IPL_2023 = PlayingConditions(
    name="ipl-2023",
    powerplays=_T20_POWERPLAY,
    tie_breaks=(TieBreak.SUPER_OVER, TieBreak.TIE_STANDS),
    rain_rule="D/L Standard Edition",
    impact_player=True,
    reviews_per_innings=2,
    timed_out_seconds=90,
)
ODI = PlayingConditions(
    name="odi",
    overs_per_innings=50,
    overs_per_bowler=10,
    powerplays=(
        Powerplay(kind="mandatory", first_over=1, last_over=10),
        Powerplay(kind="middle", first_over=11, last_over=40),
        Powerplay(kind="death", first_over=41, last_over=50),
    ),
    tie_breaks=(TieBreak.SUPER_OVER, TieBreak.TIE_STANDS),
    minimum_overs_for_result=20,
    rain_rule="D/L Standard Edition",
    reviews_per_innings=2,
    timed_out_seconds=120,
)
TEST = PlayingConditions(
    name="test",
    innings_per_side=2,
    overs_per_innings=None,
    overs_per_bowler=None,
    free_hit=FreeHit.NEVER,
    minimum_overs_for_result=None,
    follow_on_lead=200,
    declarations=True,
    reviews_per_innings=3,
)
FIRST_CLASS = PlayingConditions(
    name="first-class",
    innings_per_side=2,
    overs_per_innings=None,
    overs_per_bowler=None,
    free_hit=FreeHit.NEVER,
    minimum_overs_for_result=None,
    follow_on_lead=150,
    declarations=True,
)
HUNDRED = PlayingConditions(
    name="the-hundred",
    balls_per_over=5,
    overs_per_innings=20,
    overs_per_bowler=4,
    consecutive_overs=2,
    overs_per_end=2,
    no_ball_runs=2,
    powerplays=(Powerplay(kind="mandatory", first_over=1, last_over=5),),
    tie_breaks=(TieBreak.SUPER_OVER, TieBreak.TIE_STANDS),
    rain_rule="D/L Standard Edition",
    reviews_per_innings=1,
    timed_out_seconds=90,
)

PRESETS: dict[str, PlayingConditions] = {
    preset.name: preset for preset in (T20, IPL_2022, IPL_2023, ODI, TEST, FIRST_CLASS, HUNDRED)
}
