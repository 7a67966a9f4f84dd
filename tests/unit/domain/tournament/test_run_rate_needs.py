"""By how much a team must win, or may lose, to stand above a rival on net run rate."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.tournament.points import PointsRules, RunRateBonus
from domain.tournament.race import Fixture
from domain.tournament.run_rate_needs import ByRuns, InBalls, RunRateNeeds, Verdict, run_rate_needs
from domain.tournament.running_table import RunningTable
from domain.tournament.standings import standings
from domain.tournament.table_rules import ICC_WORLD_CUP, IPL, Criterion, TableRules
from tests.unit.domain.tournament.given import FIFTY_OVERS, TWENTY_OVERS, balls, innings, match, won_by


def table(*matches, rules: TableRules = IPL) -> RunningTable:  # type: ignore[no-untyped-def]
    made = RunningTable(rules, teams="ABXY")
    for number, played in enumerate(matches):
        made.put(str(number), played)
    return made


def needs(held: RunningTable, team: str, rival: str, pair: str = "A-B", *scores: int) -> RunRateNeeds:
    fixture = Fixture("last", *pair.split("-"))
    return run_rate_needs(held, team, rival, fixture, quota=TWENTY_OVERS, scores=scores or (160,))


def test_afghanistan_at_the_2023_asia_cup() -> None:
    """Group B, Lahore, 5 September: they knew of 292 in 37.1 overs; 295 in 37.5 or 297 in 38.1 would have done."""
    group = table(
        match(
            innings("Bangladesh", "Sri Lanka", "164", "42.4", quota=FIFTY_OVERS),
            innings("Sri Lanka", "Bangladesh", "165/5", "39", quota=FIFTY_OVERS),
        ),
        match(
            innings("Bangladesh", "Afghanistan", "334/5", "50", quota=FIFTY_OVERS),
            innings("Afghanistan", "Bangladesh", "245", "44.3", quota=FIFTY_OVERS),
        ),
        rules=ICC_WORLD_CUP,
    )
    fixture = Fixture("6", "Sri Lanka", "Afghanistan")
    found = run_rate_needs(group, "Afghanistan", "Sri Lanka", fixture, quota=FIFTY_OVERS, scores=(291,))
    assert found.win.verdict is Verdict.MARGIN
    in_balls = found.win.in_balls[0]
    by_final_score = dict(zip(range(292, 298), in_balls.balls, strict=True))
    assert by_final_score[292] == balls("37.1")
    assert by_final_score[295] == balls("37.5")
    assert by_final_score[297] == balls("38.1")
    assert "Chasing 292: win in 37.1 overs or fewer" in found.lines()


# A has 2 points and +0.5 with a match against B to come, R has 4 points and +2.5.
BEHIND = (won_by("A", "X", 30), won_by("X", "A", 10), won_by("R", "X", 60), won_by("R", "Y", 40))


def test_level_on_points_the_margin_decides() -> None:
    found = needs(table(*BEHIND), "A", "R", "A-B", 160, 200)
    assert found.win.verdict is Verdict.MARGIN
    assert found.win.by_runs == (ByRuns(160, 131), ByRuns(200, 131))
    assert found.lines()[0] == "Batting first and making 160: win by 131 or more"
    assert found.defeat.verdict is Verdict.BELOW


def test_a_margin_that_cannot_be_had_is_said_to_be_none() -> None:
    found = needs(table(*BEHIND), "A", "R", "A-B", 100)
    assert found.win.by_runs == (ByRuns(100, None),)
    assert "Batting first and making 100: not possible" in found.lines()


def test_ahead_on_points_any_win_will_do() -> None:
    found = needs(table(won_by("A", "X"), won_by("R", "X", 90)), "A", "R")
    assert found.win.verdict is Verdict.ABOVE
    assert found.defeat.verdict is Verdict.BELOW
    assert found.lines() == ["Any win takes A above R, no defeat does"]


def test_too_far_behind_no_win_will_do() -> None:
    found = needs(table(won_by("R", "X"), won_by("R", "Y")), "A", "R")
    assert found.win.verdict is Verdict.BELOW
    assert found.lines() == ["No win takes A above R"]


def test_who_cannot_be_caught_stays_above_whatever_the_result() -> None:
    found = needs(table(won_by("A", "X")), "A", "Y")
    assert found.defeat.verdict is Verdict.ABOVE
    assert found.lines() == ["A stays above Y whatever the result"]


def test_a_team_with_a_better_rate_may_lose_by_so_much() -> None:
    """A +3.0 and B +1.0, both on two points: if A loses to X by few it stays above B."""
    found = needs(table(won_by("A", "X", 60), won_by("B", "Y", 20)), "A", "B", "A-X")
    assert found.defeat.verdict is Verdict.MARGIN
    assert found.defeat.by_runs == (ByRuns(160, 19),)
    assert found.lines()[0] == "Chasing 161: lose by 19 or less"
    assert found.lines()[1].startswith("Batting first and making 160: lose in 1")


def test_against_the_rival_itself_the_margin_counts_twice() -> None:
    """A wins by n: A's rate rises and the rival's falls."""
    played = [won_by("A", "X", 10), won_by("B", "Y", 30), won_by("B", "X", 30), won_by("A", "Y", 10)]
    behind = [*played, won_by("B", "X", 10), won_by("Y", "A", 10)]
    against_rival = needs(table(*behind), "A", "B", "A-B")
    assert against_rival.win.verdict is Verdict.MARGIN
    least = against_rival.win.by_runs[0].runs
    assert least is not None
    assert least < 100


def test_only_the_margins_of_a_team_that_plays_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="A does not play in B v X"):
        needs(table(), "A", "Y", "B-X")


def test_a_bonus_point_for_the_run_rate_can_be_what_is_needed() -> None:
    """R has five points and +1.5. A's rate would be better from 31 runs on, but the bonus point (1.25 times the
    loser's rate, 160 to 128) takes 32."""
    rules = TableRules(
        name="bonus",
        points=PointsRules(win=4, bonus=RunRateBonus(Fraction(5, 4))),
        order=(Criterion.POINTS, Criterion.NET_RUN_RATE),
    )
    found = needs(table(won_by("R", "X", 30), rules=rules), "A", "R", "A-B", 160)
    assert found.win.by_runs == (ByRuns(160, 32),)


# --- the margin found is the margin needed --------------------------------------------------------------------

margins = st.integers(1, 80)


@st.composite
def a_table(draw: st.DrawFn) -> RunningTable:
    pairs = st.permutations("ABXY").map(lambda order: (order[0], order[1]))
    return table(*(won_by(*draw(pairs), draw(margins)) for _ in range(draw(st.integers(1, 8)))))


def stands_above(held: RunningTable, team: str, rival: str, played) -> bool:  # type: ignore[no-untyped-def]
    """By the table counted anew with the match in it; level on net run rate is not above."""
    table = held.copy()
    table.put("last", played)
    rows = {row.team: (row.points, row.tally.won, row.net_run_rate) for row in table.rows()}
    return rows[team] > rows[rival]


def chase(first: str, second: str, score: int, made: int, taken: int):  # type: ignore[no-untyped-def]
    return match(
        innings(first, second, f"{score}/3", "20"),
        innings(second, first, f"{made}/4", f"{taken // 6}.{taken % 6}"),
    )


@settings(max_examples=60, deadline=None)
@given(a_table(), st.sampled_from("BXY"), st.integers(60, 250))
def test_the_margin_suffices_and_one_run_less_does_not(held: RunningTable, rival: str, score: int) -> None:
    found = needs(held, "A", rival, "A-B", score).win
    least = found.by_runs[0].runs
    for margin in range(1, score + 1):
        expected = least is not None and margin >= least
        if margin in (1, score) or least in (margin, margin + 1):
            played = chase("A", "B", score, score - margin, 120)
            assert stands_above(held, "A", rival, played) is expected


@settings(max_examples=60, deadline=None)
@given(a_table(), st.sampled_from("BXY"), st.integers(60, 250), st.integers(0, 5))
def test_the_balls_suffice_and_one_more_does_not(
    held: RunningTable, rival: str, score: int, extra: int
) -> None:
    most = needs(held, "A", rival, "A-B", score).win.in_balls[0].balls[extra]
    for taken in {1, TWENTY_OVERS, most or 1, min((most or 0) + 1, TWENTY_OVERS)}:
        played = chase("B", "A", score, score + 1 + extra, taken)
        assert stands_above(held, "A", rival, played) is (most is not None and taken <= most)


@settings(max_examples=60, deadline=None)
@given(a_table(), st.sampled_from("BXY"), st.integers(60, 250))
def test_a_defeat_is_bearable_up_to_the_margin_and_no_further(
    held: RunningTable, rival: str, score: int
) -> None:
    defeat = needs(held, "A", rival, "A-B", score).defeat
    most = defeat.by_runs[0].runs
    for margin in {1, score, most or 1, min((most or 0) + 1, score)}:
        played = chase("B", "A", score, score - margin, 120)
        assert stands_above(held, "A", rival, played) is (most is not None and margin <= most)
    fewest = defeat.in_balls[0].balls[0]
    for taken in {1, TWENTY_OVERS, fewest or 1, max((fewest or 1) - 1, 1)}:
        played = chase("A", "B", score, score + 1, taken)
        assert stands_above(held, "A", rival, played) is (fewest is not None and taken >= fewest)


def test_a_big_last_hit_buys_balls() -> None:
    found = needs(table(*BEHIND), "A", "R", "A-B", 100)
    assert isinstance(found.win.in_balls[0], InBalls)
    allowed = [taken or 0 for taken in found.win.in_balls[0].balls]
    assert allowed == sorted(allowed)


def test_asking_leaves_the_table_as_it_is() -> None:
    held = table(*BEHIND)
    needs(held, "A", "R")
    assert held.rows() == standings(BEHIND, IPL, teams="ABXY")
