"""ICC and IPL playing conditions 16.10: how net run rate is counted."""

from decimal import Decimal
from fractions import Fraction

import pytest

from domain.match.events import Result
from domain.tournament.match_summary import RevisedTarget, overs
from domain.tournament.net_run_rate import Rate, net_run_rate, rounded, team_rates
from tests.unit.domain.tournament.given import balls, innings, match, no_result


def test_south_africa_at_the_1999_world_cup() -> None:
    scored, conceded = Rate(678, balls("147.2")), Rate(466, balls("150"))
    assert rounded(net_run_rate(scored, conceded)) == Decimal("1.495")


def test_it_is_runs_an_over_scored_less_runs_an_over_conceded() -> None:
    assert net_run_rate(Rate(160, 120), Rate(140, 120)) == 1


def test_it_is_exact() -> None:
    assert net_run_rate(Rate(100, 70), Rate(0, 6)) == Fraction(600, 70)


def test_it_is_of_season_totals_not_a_mean_of_matches() -> None:
    played = [
        match(innings("A", "B", "100/9", "20"), innings("B", "A", "101/0", "5")),
        match(innings("A", "B", "200/3", "20"), innings("B", "A", "100/9", "20")),
    ]
    scored, conceded = team_rates(played)["A"]
    assert (scored, conceded) == (Rate(300, 240), Rate(201, 150))
    assert net_run_rate(scored, conceded) == Fraction(300, 40) - Fraction(201, 25)


def test_a_side_that_has_not_batted_has_no_rate() -> None:
    assert net_run_rate(Rate(), Rate()) == 0


def test_with_five_ball_overs_the_over_has_five_balls() -> None:
    assert net_run_rate(Rate(100, 100), Rate(0, 100), balls_per_over=5) == 5


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(16900, 8000), "2.113"),
        (Fraction(-16900, 8000), "-2.113"),
        (Fraction(21124, 10000), "2.112"),
        (Fraction(1, 3), "0.333"),
        (Fraction(-1, 10000), "0.000"),
        (Fraction(0), "0.000"),
    ],
)
def test_it_is_shown_to_three_decimals_half_away_from_zero(value: Fraction, shown: str) -> None:
    assert str(rounded(value)) == shown


def test_a_side_all_out_is_charged_its_full_quota() -> None:
    rates = team_rates([match(innings("A", "B", "200/5", "20"), innings("B", "A", "120", "14.3"))])
    assert rates["B"][0] == Rate(120, 120)
    assert rates["A"][1] == Rate(120, 120)


def test_in_a_shortened_match_the_quota_is_the_shortened_one() -> None:
    rates = team_rates(
        [match(innings("A", "B", "90", "9.4", quota=72), innings("B", "A", "91/2", "10.1", quota=72))]
    )
    assert rates["A"][0] == Rate(90, 72)


def test_a_successful_chase_counts_the_balls_it_took() -> None:
    rates = team_rates([match(innings("A", "B", "150/6", "20"), innings("B", "A", "151/3", "17.2"))])
    assert rates["B"][0] == Rate(151, 104)


def test_with_a_revised_target_the_first_side_is_credited_target_less_one_off_the_revised_overs() -> None:
    revised = RevisedTarget(runs=171, balls=90, method="D/L")
    rates = team_rates(
        [
            match(
                innings("A", "B", "214/4", "20"),
                innings("B", "A", "171/5", "15", quota=90, revised=revised),
                result=Result(outcome="win", winner="B", by_wickets=5, method="D/L"),
            )
        ]
    )
    assert rates["A"] == (Rate(170, 90), Rate(171, 90))
    assert rates["B"] == (Rate(171, 90), Rate(170, 90))


def test_a_first_side_all_out_before_a_revised_target_is_credited_by_the_target_too() -> None:
    revised = RevisedTarget(runs=127, balls=288, method="D/L")
    rates = team_rates(
        [
            match(
                innings("Afghanistan", "South Africa", "125", "34.1", quota=288),
                innings("South Africa", "Afghanistan", "131/1", "28.4", quota=288, revised=revised),
            )
        ]
    )
    assert rates["Afghanistan"][0] == Rate(126, 288)


def test_called_off_and_settled_on_par_the_first_side_is_credited_par_off_the_overs_faced() -> None:
    revised = RevisedTarget(runs=111, balls=balls("14.3"), method="D/L")
    rates = team_rates(
        [
            match(
                innings("Ireland", "England", "157", "19.2"),
                innings("England", "Ireland", "105/5", "14.3", quota=87, revised=revised),
                result=Result(outcome="win", winner="Ireland", by_runs=5, method="D/L"),
            )
        ]
    )
    assert rates["Ireland"] == (Rate(110, 87), Rate(105, 87))


def test_a_chase_all_out_under_a_revised_target_is_charged_the_revised_quota() -> None:
    revised = RevisedTarget(runs=150, balls=96, method="VJD")
    rates = team_rates(
        [match(innings("A", "B", "180/4", "20"), innings("B", "A", "99", "12", quota=96, revised=revised))]
    )
    assert rates["B"] == (Rate(99, 96), Rate(149, 96))


def test_a_match_without_a_result_does_not_count() -> None:
    assert team_rates([no_result("A", "B")]) == {}


def test_a_tie_counts() -> None:
    tied = match(
        innings("A", "B", "150/4", "20"), innings("B", "A", "150", "19.5"), result=Result(outcome="tie")
    )
    assert team_rates([tied])["B"] == (Rate(150, 120), Rate(150, 120))


def test_super_overs_do_not_count() -> None:
    tied = match(
        innings("A", "B", "150/4", "20"),
        innings("B", "A", "150/9", "20"),
        innings("B", "A", "12/0", "1", quota=6, super_over=True),
        innings("A", "B", "13/1", "0.5", quota=6, super_over=True),
        result=Result(outcome="tie", winner="A", decided_by="super over"),
    )
    assert team_rates([tied])["A"] == (Rate(150, 120), Rate(150, 120))


def test_a_side_that_lost_by_award_is_charged_its_full_quota_without_a_run() -> None:
    awarded = match(
        innings("A", "B", "80/2", "8"),
        innings("B", "A", "0/0", "0"),
        result=Result(outcome="win", winner="B", method="Awarded"),
    )
    assert team_rates([awarded]) == {"A": (Rate(0, 120), Rate())}


@pytest.mark.parametrize(("count", "printed"), [(0, "0"), (6, "1"), (118, "19.4"), (120, "20")])
def test_overs_are_printed_with_their_loose_balls(count: int, printed: str) -> None:
    assert overs(count) == printed


def test_hundred_overs_have_five_balls() -> None:
    assert overs(98, balls_per_over=5) == "19.3"
