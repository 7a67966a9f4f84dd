"""Which playing conditions a file is scored by."""

from typing import Any

import msgspec
import pytest

from adapters.cricsheet.conditions import conditions_for
from adapters.cricsheet.document import parse
from domain.match.conditions import FreeHit, PlayingConditions, TieBreak
from tests.unit.adapters.cricsheet.files import Batting, Json, match


def conditions(*innings: Json, **info: Any) -> PlayingConditions:
    document = parse(msgspec.json.encode(match(*innings, **info)), "handmade")
    return conditions_for(document.match, document.ending.method)


def of_match(match_type: str, overs: int | None, date: str = "2024-05-01", **info: Any) -> PlayingConditions:
    return conditions(match_type=match_type, overs=overs, dates=[date], **info)


@pytest.mark.parametrize(
    ("match_type", "overs", "info", "name"),
    [
        ("Test", None, {}, "test"),
        ("MDM", None, {}, "first-class"),
        ("ODI", 50, {}, "odi"),
        ("ODM", 50, {}, "one-day"),
        ("T20", 20, {}, "t20"),
        ("IT20", 20, {}, "t20"),
        ("T20", 20, {"balls_per_over": 5}, "the-hundred"),
        ("T20", 20, {"event": {"name": "Indian Premier League"}, "dates": ["2022-04-01"]}, "ipl-2022"),
        ("T20", 20, {"event": {"name": "Indian Premier League"}, "dates": ["2023-04-01"]}, "ipl-2023"),
    ],
)
def test_the_format_gives_the_preset(match_type: str, overs: int | None, info: Json, name: str) -> None:
    assert conditions(match_type=match_type, overs=overs, **info).name == name


@pytest.mark.parametrize(("overs", "quota"), [(50, 10), (45, 9), (40, 8), (20, 4)])
def test_a_bowler_may_bowl_a_fifth_of_the_overs(overs: int, quota: int) -> None:
    given = of_match("ODM", overs)
    assert (given.overs_per_innings, given.overs_per_bowler) == (overs, quota)


@pytest.mark.parametrize(
    ("match_type", "date", "policy"),
    [
        ("ODI", "2006-01-01", FreeHit.NEVER),
        ("ODI", "2014-01-01", FreeHit.FOOT_FAULT),
        ("ODI", "2015-07-05", FreeHit.EVERY_NO_BALL),
        ("T20", "2019-01-01", FreeHit.EVERY_NO_BALL),
    ],
)
def test_free_hits_came_step_by_step(match_type: str, date: str, policy: FreeHit) -> None:
    assert of_match(match_type, 50 if match_type == "ODI" else 20, date).free_hit is policy


def test_there_is_no_free_hit_in_a_test() -> None:
    assert of_match("Test", None).free_hit is FreeHit.NEVER


@pytest.mark.parametrize(
    ("info", "takes_strike"),
    [
        ({"dates": ["2022-09-30"]}, False),
        ({"dates": ["2022-10-01"]}, True),
        ({"dates": ["2022-03-26"], "event": {"name": "Indian Premier League"}}, True),
        ({"dates": ["2021-07-21"], "balls_per_over": 5}, True),
    ],
    ids=["before the Law", "since the Law", "IPL 2022", "The Hundred 2021"],
)
def test_the_new_batter_takes_strike_after_a_catch(info: Json, takes_strike: bool) -> None:
    assert conditions(**info).new_batter_takes_strike_when_caught is takes_strike


def test_a_no_ball_costs_two_where_none_of_the_match_cost_less() -> None:
    two = {"extras": {"noballs": 2}, "runs": {"batter": 0, "extras": 2, "total": 2}}
    assert conditions(Batting("Home").over("nb . .", b1=two).done()).no_ball_runs == 2


def test_a_no_ball_off_which_the_batters_ran_one_costs_one() -> None:
    two = {"extras": {"noballs": 2}, "runs": {"batter": 0, "extras": 2, "total": 2}}
    ran = Batting("Home").over("nb . .", b1=two, b2={"pair": ("H2", "H1")}, b3={"pair": ("H2", "H1")})
    assert conditions(ran.done()).no_ball_runs == 1


def test_an_english_county_needs_ten_overs_for_a_one_day_result() -> None:
    county = {"event": {"name": "Royal London One-Day Cup"}, "match_type": "ODM", "overs": 50}
    assert conditions(**county).minimum_overs_for_result == 10


def test_a_tie_stood_before_there_were_super_overs() -> None:
    assert of_match("ODI", 50, "2004-05-01").tie_breaks == (TieBreak.TIE_STANDS,)


def test_an_impact_player_in_the_file_means_they_are_allowed() -> None:
    change = {"in": "H12", "out": "H5", "team": "Home", "reason": "impact_player"}
    balls = Batting("Home").over(".", b1={"replacements": {"match": [change]}})
    assert conditions(balls.done()).impact_player
    assert not conditions().impact_player
