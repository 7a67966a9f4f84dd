"""The points table: what is counted, in which order the teams stand and why."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.match.events import Result
from domain.tournament.match_summary import MatchSummary
from domain.tournament.net_run_rate import Rate
from domain.tournament.points import Deduction, PointsRules
from domain.tournament.running_table import Row
from domain.tournament.standings import standings
from domain.tournament.table_rules import (
    ICC_WORLD_CUP,
    IPL,
    WORLD_TEST_CHAMPIONSHIP,
    Criterion,
    TableRules,
    rules_named,
)
from domain.tournament.tally import contributions, total
from tests.unit.domain.tournament.given import a_match, innings, match, no_result, tie, won_by

C = Criterion


def ordered_by(*order: Criterion, lots_seed: str | None = None) -> TableRules:
    return TableRules(name="test", points=PointsRules(), order=order, lots_seed=lots_seed)


def teams(rows: list[Row]) -> list[str]:
    return [row.team for row in rows]


def test_a_row_counts_what_became_of_each_match() -> None:
    played = [won_by("A", "B"), won_by("C", "A"), tie("A", "B"), no_result("A", "C"), tie("A", "C", "A")]
    row = next(row for row in standings(played, IPL) if row.team == "A")
    tally = row.tally
    assert (tally.played, tally.won, tally.lost, tally.tied, tally.no_result) == (5, 2, 1, 1, 1)
    assert row.points == 2 * 2 + 1 + 1


def test_for_and_against_are_sums_of_runs_and_balls() -> None:
    rows = standings([won_by("A", "B", runs=10), won_by("A", "B", runs=30)], IPL)
    assert (rows[0].tally.scored, rows[0].tally.conceded) == (Rate(300, 240), Rate(260, 240))
    assert rows[0].net_run_rate == 1


def test_points_come_first_then_wins_then_net_run_rate() -> None:
    played = [
        *(won_by("B", "Z"), won_by("A", "Z", runs=40), won_by("C", "Z", runs=90)),
        *(no_result("D", "Z"), no_result("D", "Z")),
    ]
    assert teams(standings(played, IPL)) == ["C", "A", "B", "D", "Z"]


def test_each_row_says_why_it_stands_above_the_next() -> None:
    played = [won_by("A", "Z", runs=40), won_by("B", "Z", runs=20), no_result("C", "Z"), no_result("C", "Z")]
    rows = standings(played, IPL)
    assert [str(row.above_next) for row in rows] == [
        "net run rate: +2.000 to +1.000",
        "wins: 1 to 0",
        "net run rate: +0.000 to -1.500",
        "None",
    ]


def test_net_run_rates_that_look_alike_are_told_apart() -> None:
    near = match(
        innings("B", "Z", "15001/5", "4000", quota=None), innings("Z", "B", "0/0", "4000", quota=None)
    )
    alike = match(
        innings("A", "Z", "15000/5", "4000", quota=None), innings("Z", "A", "0/0", "4000", quota=None)
    )
    assert str(standings([near, alike], IPL)[0].above_next) == "net run rate: +3.7503 to +3.7500"


def test_head_to_head_counts_only_the_matches_among_those_level() -> None:
    played = [won_by("A", "B"), won_by("B", "C"), won_by("D", "A"), won_by("C", "D")]
    rules = ordered_by(C.POINTS, C.HEAD_TO_HEAD_POINTS)
    two_level = [*played, won_by("A", "E"), won_by("B", "E")]
    rows = standings(two_level, rules)
    assert teams(rows)[:2] == ["A", "B"]
    assert rows[0].above_next is not None
    assert str(rows[0].above_next) == "head-to-head points: 2 to 0"


def test_a_circle_of_wins_is_not_settled_by_head_to_head() -> None:
    circle = [won_by("A", "B", 30), won_by("B", "C", 20), won_by("C", "A", 10)]
    rows = standings(circle, ordered_by(C.POINTS, C.HEAD_TO_HEAD_POINTS, C.HEAD_TO_HEAD_NET_RUN_RATE))
    assert teams(rows) == ["A", "B", "C"]
    assert rows[0].above_next is not None
    assert rows[0].above_next.criterion is C.HEAD_TO_HEAD_NET_RUN_RATE


def test_wickets_per_ball_counts_wickets_taken_in_matches_with_a_result() -> None:
    played = [
        match(
            innings("A", "B", "150/4", "20"), innings("B", "A", "150/9", "20"), result=Result(outcome="tie")
        )
    ]
    rows = standings(played, IPL)
    assert teams(rows) == ["A", "B"]
    assert rows[0].above_next is not None
    assert rows[0].above_next.value == Fraction(9, 120)


def test_away_wins_are_those_of_the_second_named_side() -> None:
    away = won_by("B", "Z")
    away = replace(away, teams=("Z", "B"))
    assert teams(standings([won_by("A", "Z"), away], ordered_by(C.POINTS, C.AWAY_WINS)))[0] == "B"


def test_lots_are_drawn_by_the_recorded_seed() -> None:
    def drawn(seed: str) -> list[str]:
        level = [no_result("A", "B"), no_result("C", "D")]
        return teams(standings(level, ordered_by(C.POINTS, C.DRAWING_OF_LOTS, lots_seed=seed)))

    assert drawn("2024-05-21") == drawn("2024-05-21")
    assert len({tuple(drawn(str(seed))) for seed in range(40)}) > 10


def test_without_a_seed_those_level_stay_level_in_the_order_of_their_names() -> None:
    rows = standings([no_result("B", "A")], IPL)
    assert teams(rows) == ["A", "B"]
    assert rows[0].level_with_next
    assert not rows[1].level_with_next
    assert rows[0].above_next is None


def test_deductions_are_taken_from_the_points() -> None:
    rows = standings([won_by("A", "B")], IPL, deductions=[Deduction("A", 3, "slow over rate")])
    assert [(row.team, row.points, row.deducted) for row in rows] == [("B", 0, 0), ("A", -1, 3)]


def test_a_deduction_from_an_unknown_team_is_an_error() -> None:
    with pytest.raises(ValueError, match="not in the table"):
        standings([won_by("A", "B")], IPL, deductions=[Deduction("X", 1, "slow over rate")])


def test_teams_that_have_not_played_are_listed() -> None:
    rows = standings([won_by("A", "B")], IPL, teams=["C"])
    assert [(row.team, row.tally.played) for row in rows] == [("A", 1), ("C", 0), ("B", 1)]


def test_overs_of_different_length_do_not_go_into_one_table() -> None:
    hundred = replace(won_by("A", "B"), balls_per_over=5)
    with pytest.raises(ValueError, match="5 and 6 balls"):
        standings([won_by("A", "B"), hundred], IPL)


def test_points_per_match_puts_the_better_share_first() -> None:
    played = [won_by("A", "Z"), won_by("B", "Z"), won_by("B", "Z"), won_by("Z", "B")]
    assert teams(standings(played, WORLD_TEST_CHAMPIONSHIP))[0] == "A"


def test_rules_are_found_by_their_name_and_by_playing_conditions() -> None:
    assert rules_named("ipl-2023") is IPL
    assert rules_named("icc-world-cup") is ICC_WORLD_CUP
    with pytest.raises(KeyError, match="icc-world-cup"):
        rules_named("unheard-of")


seasons = st.lists(a_match(), max_size=25)
EVERYTHING = ordered_by(*(c for c in Criterion), lots_seed="seed")


@given(seasons)
def test_runs_for_equal_runs_against_over_all_teams(played: list[MatchSummary]) -> None:
    rows = standings(played, IPL)
    scored = sum((row.tally.scored for row in rows), Rate())
    conceded = sum((row.tally.conceded for row in rows), Rate())
    assert scored == conceded


@given(seasons)
def test_every_match_gives_two_points_in_all(played: list[MatchSummary]) -> None:
    assert sum(row.points for row in standings(played, IPL)) == 2 * len(played)


@given(seasons)
def test_what_was_won_was_lost_and_every_match_was_played_by_two(played: list[MatchSummary]) -> None:
    tallies = total(played, IPL).values()
    assert sum(tally.won for tally in tallies) == sum(tally.lost for tally in tallies)
    for tally in tallies:
        assert tally.played == tally.won + tally.lost + tally.tied + tally.drawn + tally.no_result
    assert sum(tally.played for tally in tallies) == 2 * len(played)


@given(seasons, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_the_matches(played: list[MatchSummary], rng) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(played)
    rng.shuffle(shuffled)
    assert standings(played, EVERYTHING) == standings(shuffled, EVERYTHING)


@given(seasons)
def test_every_row_is_explained_by_a_higher_value_or_level(played: list[MatchSummary]) -> None:
    rows = standings(played, EVERYTHING)
    for row in rows[:-1]:
        assert row.above_next is not None
        assert row.above_next.value > row.above_next.next_value
    assert len({row.team for row in rows}) == len(rows)


@given(seasons, a_match())
def test_a_table_grows_by_what_one_match_contributes(
    played: list[MatchSummary], next_match: MatchSummary
) -> None:
    before = total(played, IPL)
    added = contributions(next_match, IPL)
    assert total([*played, next_match], IPL) == before | {
        team: before[team] + tally if team in before else tally for team, tally in added.items()
    }
