"""The playing conditions of a Cricsheet match: the file names a format and a date, not its rules.

Sources: the ICC's playing conditions of the year (free hit after every no-ball from 5 July 2015, ODI
playing condition 21.19; repeated Super Overs from October 2019, appendix on Super Overs), the Laws 2017 Code
third edition of 1 October 2022 (Law 18.11: the new batter takes strike when a batter is caught) and the
competitions that had that rule before.
"""

import re
from dataclasses import replace
from math import ceil

from adapters.cricsheet.format import DeliveryPart, Info, Match
from domain.match.conditions import (
    FIRST_CLASS,
    HUNDRED,
    IPL_2022,
    IPL_2023,
    ODI,
    T20,
    TEST,
    FreeHit,
    PlayingConditions,
    TieBreak,
)

_ENGLISH_DOMESTIC = re.compile(
    r"county championship|blast|vitality|natwest t20|friends (life|provident)|(twenty20|one-day) cup"
    r"|clydesdale|pro40|yorkshire bank|royal london|metro bank|the hundred|charlotte edwards|heyhoe flint"
)
"""The England and Wales Cricket Board's competitions: a no-ball costs two runs, a one-day result takes ten
overs."""

_SUPER_OVERS_SINCE = "2008-12-01"
_SUPER_OVERS_REPEAT_SINCE = "2019-10-14"
_FREE_HITS_SINCE = {"T20": "2006-01-01", "IT20": "2006-01-01", "ODI": "2007-07-01", "ODM": "2007-07-01"}
_EVERY_NO_BALL_SINCE = "2015-07-05"
_STRIKE_WHEN_CAUGHT_SINCE = "2022-10-01"


def conditions_for(match: Match, method: str | None) -> PlayingConditions:
    """The nearest preset, with what the file's own words, its date and its balls say is different.

    ``method``: the label of the method by which the match was decided, "Lost fewer wickets" among them.
    """
    info = match.info
    date = info.dates[0] if info.dates else ""
    conditions = _format(info, date)
    return replace(
        conditions,
        balls_per_over=info.balls_per_over,
        no_ball_runs=_no_ball_runs(match, conditions),
        free_hit=_free_hit(info, date),
        new_batter_takes_strike_when_caught=_strike_when_caught(info, date, conditions),
        impact_player=conditions.impact_player or _has_impact_players(match),
        tie_breaks=_tie_breaks(match, method, conditions, date),
        super_over_repeats=_super_over_repeats(match, date),
        minimum_overs_for_result=_minimum_overs(info, conditions),
    )


def _format(info: Info, date: str) -> PlayingConditions:
    event = (info.event.name or "").lower()
    if info.match_type == "Test":
        women = info.gender == "female"  # four days: the follow-on margin of Law 14.1.2
        return replace(TEST, follow_on_lead=150) if women else TEST
    if info.overs is None:
        return FIRST_CLASS
    quota = ceil(info.overs / 5)
    if info.balls_per_over == HUNDRED.balls_per_over:
        return replace(HUNDRED, overs_per_innings=info.overs, overs_per_bowler=quota)
    if info.match_type == "ODI":
        preset = ODI
    elif info.match_type == "ODM":
        preset = replace(ODI, name="one-day")
    elif "indian premier league" in event:
        preset = IPL_2023 if date >= "2023" else IPL_2022
    else:
        preset = T20
    return replace(preset, overs_per_innings=info.overs, overs_per_bowler=quota)


def _english_domestic(info: Info) -> bool:
    return info.team_type != "international" and bool(
        _ENGLISH_DOMESTIC.search((info.event.name or "").lower())
    )


def _no_ball_runs(match: Match, conditions: PlayingConditions) -> int:
    """Two where no no-ball of the match cost less and those in mid-over that cost two did not turn the strike."""
    seen = [
        (ball, after)
        for innings in match.innings
        for over in innings.overs
        for ball, after in zip(over.deliveries, (*over.deliveries[1:], None), strict=True)
        if "noballs" in ball.extras
    ]
    if not seen:
        return 2 if _english_domestic(match.info) else conditions.no_ball_runs
    if min(ball.extras["noballs"] for ball, _ in seen) < 2:
        return 1
    turned = [_strike_turned(ball, after) for ball, after in seen if after is not None and not ball.wickets]
    if True in turned:
        return 1
    return 2 if False in turned or _english_domestic(match.info) else 1


def _strike_turned(ball: DeliveryPart, after: DeliveryPart) -> bool | None:
    """Had the batters crossed once more than the runs off bat and body tell? None: the ball does not show."""
    if {ball.batter, ball.non_striker} != {after.batter, after.non_striker}:
        return None
    ran = ball.runs.batter + ball.extras.get("byes", 0) + ball.extras.get("legbyes", 0)
    return (ran % 2 == 1) != (after.batter != ball.batter)


def _free_hit(info: Info, date: str) -> FreeHit:
    since = _FREE_HITS_SINCE.get(info.match_type)
    if since is None or date < since:
        return FreeHit.NEVER
    return FreeHit.EVERY_NO_BALL if date >= _EVERY_NO_BALL_SINCE else FreeHit.FOOT_FAULT


def _strike_when_caught(info: Info, date: str, conditions: PlayingConditions) -> bool:
    """The IPL took the rule on in March 2022, The Hundred from its first match."""
    if conditions.name.startswith("ipl"):
        return date >= "2022"
    return conditions.name == HUNDRED.name or date >= _STRIKE_WHEN_CAUGHT_SINCE


def _has_impact_players(match: Match) -> bool:
    return any(
        replacement.reason == "impact_player"
        for innings in match.innings
        for over in innings.overs
        for ball in over.deliveries
        for replacement in ball.replacements.match
    )


def _tie_breaks(
    match: Match, method: str | None, conditions: PlayingConditions, date: str
) -> tuple[TieBreak, ...]:
    info = match.info
    if conditions.innings_per_side == 2:
        return (TieBreak.TIE_STANDS,)
    if method == "Lost fewer wickets":
        return (TieBreak.FEWER_WICKETS, TieBreak.TIE_STANDS)
    if info.bowl_out:
        return (TieBreak.BOWL_OUT, TieBreak.TIE_STANDS)
    if any(innings.super_over for innings in match.innings):
        if _super_over_repeats(match, date):
            return (TieBreak.SUPER_OVER, TieBreak.TIE_STANDS)
        return (TieBreak.SUPER_OVER, TieBreak.BOUNDARY_COUNT, TieBreak.TIE_STANDS)
    return conditions.tie_breaks if date >= _SUPER_OVERS_SINCE else (TieBreak.TIE_STANDS,)


def _super_over_repeats(match: Match, date: str) -> bool:
    """Another one followed, or would have."""
    rounds = sum(innings.super_over for innings in match.innings) / 2
    return rounds > 1 or date >= _SUPER_OVERS_REPEAT_SINCE


def _minimum_overs(info: Info, conditions: PlayingConditions) -> int | None:
    """Ten in English one-day cricket; never more than a side was to bat."""
    minimum = conditions.minimum_overs_for_result
    if minimum is None or info.overs is None:
        return minimum
    return min(info.overs, 10 if info.match_type == "ODM" and _english_domestic(info) else minimum)
