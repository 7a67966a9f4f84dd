"""A table kept while its matches come in is the table of all its matches."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.match.events import Result
from domain.tournament.match_summary import MatchSummary, awarded_without_play
from domain.tournament.net_run_rate import Rate
from domain.tournament.points import Deduction, PointsRules
from domain.tournament.running_table import Disqualification, Row, RunningTable
from domain.tournament.standings import explain, standings
from domain.tournament.table_rules import IPL, Criterion, TableRules
from tests.unit.domain.tournament.given import a_match, innings, match, no_result, won_by

C = Criterion


def places(rows: list[Row]) -> list[str]:
    return [row.team for row in rows]


def row_of(team: str, rows: list[Row]) -> Row:
    return next(row for row in rows if row.team == team)


def test_a_match_put_in_moves_the_table() -> None:
    table = RunningTable(IPL, teams=["A", "B"])
    table.put("1", won_by("B", "A"))
    assert places(table.rows()) == ["B", "A"]


def test_a_corrected_match_takes_the_place_of_the_one_counted() -> None:
    table = RunningTable(IPL)
    table.put("1", won_by("B", "A"))
    table.put("1", won_by("A", "B", runs=7))
    assert table.rows() == standings([won_by("A", "B", runs=7)], IPL)


def test_a_match_taken_out_leaves_no_trace() -> None:
    table = RunningTable(IPL, teams=["A", "B"])
    before = table.rows()
    table.put("1", won_by("C", "A"))
    table.remove("1")
    table.remove("never played")
    assert table.rows() == before


def test_a_copy_goes_its_own_way() -> None:
    table = RunningTable(IPL)
    table.put("1", won_by("A", "B"))
    copied = table.copy()
    copied.put("2", won_by("B", "A", runs=40))
    assert places(table.rows()) == ["A", "B"]
    assert places(copied.rows()) == ["B", "A"]
    assert "2" not in table
    assert len(copied) == 2


operations = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", "4", "5", "6", "7"]), st.one_of(a_match(), st.none())),
    max_size=30,
)
EVERYTHING = TableRules(
    name="test", points=PointsRules(), order=tuple(Criterion), lots_seed="seed", head_to_head_anew=True
)


@given(operations)
def test_whatever_came_in_and_went_it_equals_the_table_counted_anew(
    done: list[tuple[str, MatchSummary | None]],
) -> None:
    table, counted = RunningTable(EVERYTHING, teams=["A"]), dict[str, MatchSummary]()
    for key, played in done:
        if played is None:
            table.remove(key)
            counted.pop(key, None)
        else:
            table.put(key, played)
            counted[key] = played
    assert table.rows() == standings(counted.values(), EVERYTHING, teams=["A"])


# --- head-to-head ------------------------------------------------------------------------------------------


def head_to_head(*, anew: bool) -> TableRules:
    order = (C.POINTS, C.HEAD_TO_HEAD_POINTS, C.NET_RUN_RATE)
    return TableRules(name="test", points=PointsRules(), order=order, head_to_head_anew=anew)


LEVEL_ON_POINTS = [
    # Among A, B and C: A has 6 points, B and C 3 each; C is ahead of B in their own two meetings.
    *(won_by("A", "B"), won_by("A", "B"), won_by("A", "C"), no_result("B", "C"), won_by("C", "B", runs=1)),
    *(won_by("B", "A"), won_by("B", "X", runs=90), no_result("C", "X"), no_result("C", "X")),
    *(no_result("C", "X"), no_result("B", "X")),
]


def test_those_head_to_head_leaves_level_go_to_the_next_criterion() -> None:
    rows = standings(LEVEL_ON_POINTS, head_to_head(anew=False))
    assert [(row.team, row.points) for row in rows[:3]] == [("A", 6), ("B", 6), ("C", 6)]
    assert explain(rows)[:2] == [
        "A above B: head-to-head points: 6 to 3",
        "B above C: net run rate: +0.790 to -0.225",
    ]


def test_or_to_head_to_head_anew_among_themselves() -> None:
    rows = standings(LEVEL_ON_POINTS, head_to_head(anew=True))
    assert explain(rows)[:2] == [
        "A above C: head-to-head points: 6 to 3",
        "C above B: head-to-head points: 3 to 1",
    ]


def test_head_to_head_wins_count_only_wins() -> None:
    rules = TableRules(name="test", points=PointsRules(), order=(C.POINTS, C.HEAD_TO_HEAD_WINS))
    rows = standings([won_by("B", "A"), no_result("B", "X"), won_by("A", "Y"), no_result("A", "Y")], rules)
    assert explain(rows)[0] == "B above A: head-to-head wins: 1 to 0"


# --- awarded, conceded, disqualified -----------------------------------------------------------------------


def test_a_match_not_played_is_awarded_and_charged_to_the_side_at_fault() -> None:
    given_away = awarded_without_play(("A", "B"), "B", id="m", full_quota=120)
    rows = standings([given_away], IPL)
    assert places(rows) == ["B", "A"]
    assert row_of("A", rows).tally.scored == Rate(0, 120)
    assert row_of("B", rows).tally.conceded == Rate()
    assert row_of("B", rows).points == 2


def test_a_match_is_awarded_to_one_of_its_two_sides() -> None:
    with pytest.raises(ValueError, match="C does not play in A v B"):
        awarded_without_play(("A", "B"), "C", id="m", full_quota=120)


def test_a_conceded_match_counts_for_net_run_rate_as_an_awarded_one() -> None:
    conceded = match(
        innings("A", "B", "200/2", "20"),
        innings("B", "A", "10/6", "4"),
        result=Result(outcome="win", winner="A", method="Conceded"),
    )
    rows = standings([conceded], IPL)
    assert (row_of("A", rows).tally.scored, row_of("B", rows).tally.scored) == (Rate(), Rate(0, 120))
    assert row_of("A", rows).tally.wickets == 0


PLAYED = [won_by("A", "B"), won_by("B", "C"), won_by("A", "C"), won_by("C", "B", runs=50)]


def test_a_disqualified_team_comes_last_and_its_results_stand() -> None:
    rows = standings(PLAYED, IPL, disqualified=[Disqualification("A")])
    assert places(rows) == ["C", "B", "A"]
    assert row_of("A", rows).points == 4
    assert row_of("B", rows).tally.played == 3
    assert explain(rows)[1] == "B above A: disqualified"


def test_or_its_results_are_void_for_everybody() -> None:
    rows = standings(PLAYED, IPL, disqualified=[Disqualification("A", "void")])
    assert [(row.team, row.tally.played) for row in rows] == [("C", 2), ("B", 2), ("A", 0)]
    assert row_of("A", rows).disqualified


def test_a_deduction_and_a_disqualification_can_meet() -> None:
    rows = standings(
        PLAYED, IPL, deductions=[Deduction("A", 3, "ineligible player")], disqualified=[Disqualification("A")]
    )
    assert (row_of("A", rows).points, row_of("A", rows).deducted) == (1, 3)


def test_overs_of_another_length_can_be_taken_out_again() -> None:
    table = RunningTable(IPL)
    table.put("1", won_by("A", "B"))
    table.put("2", replace(won_by("A", "B"), balls_per_over=5))
    with pytest.raises(ValueError, match="5 and 6 balls"):
        table.rows()
    table.remove("2")
    assert places(table.rows()) == ["A", "B"]
