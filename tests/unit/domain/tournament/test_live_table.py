"""The table as it stands while matches are in play."""

from domain.tournament.live_table import InPlay, LiveRow, live_table
from domain.tournament.running_table import RunningTable
from domain.tournament.standings import standings
from domain.tournament.table_rules import IPL
from tests.unit.domain.tournament.given import won_by

FINISHED = {"1": won_by("A", "C"), "2": won_by("B", "D", runs=5)}


def official() -> RunningTable:
    table = RunningTable(IPL, teams="ABCD")
    for key, match in FINISHED.items():
        table.put(key, match)
    return table


def lines(rows: list[LiveRow]) -> list[tuple[int, str, bool, bool, int]]:
    return [(row.place, row.row.team, row.live, row.provisional, row.climbed) for row in rows]


def test_a_match_that_would_have_a_result_counts_with_it() -> None:
    rows = live_table(official(), [InPlay(key="3", teams=("B", "C"), as_it_stands=won_by("C", "B", 50))])
    assert lines(rows) == [
        (1, "C", True, True, 3),
        (2, "A", False, False, -1),
        (3, "B", True, True, -1),
        (4, "D", False, False, -1),
    ]


def test_a_match_that_would_have_none_is_only_marked() -> None:
    rows = live_table(official(), [InPlay(key="3", teams=("B", "C"))])
    assert [row.row for row in rows] == standings(FINISHED.values(), IPL, teams="ABCD")
    assert [row.row.team for row in rows if row.live] == ["B", "C"]
    assert not any(row.provisional or row.climbed for row in rows)


def test_several_matches_count_together() -> None:
    playing = [
        InPlay(key="3", teams=("A", "B"), as_it_stands=won_by("B", "A")),
        InPlay(key="4", teams=("C", "D"), as_it_stands=won_by("D", "C")),
    ]
    rows = live_table(official(), playing)
    assert [row.row for row in rows] == standings(
        [*FINISHED.values(), won_by("B", "A"), won_by("D", "C")], IPL
    )


def test_the_official_table_is_left_as_it_is() -> None:
    table = official()
    before = table.rows()
    live_table(table, [InPlay(key="3", teams=("B", "C"), as_it_stands=won_by("C", "B"))])
    assert table.rows() == before


def test_an_official_match_is_no_longer_in_play() -> None:
    rows = live_table(official(), [InPlay(key="1", teams=("A", "C"), as_it_stands=won_by("C", "A"))])
    assert [row.row for row in rows] == official().rows()
    assert not any(row.live for row in rows)


def test_a_team_that_was_not_listed_comes_in_without_a_former_place() -> None:
    table = RunningTable(IPL)
    rows = live_table(table, [InPlay(key="1", teams=("A", "B"), as_it_stands=won_by("A", "B"))])
    assert [(row.row.team, row.official_place, row.climbed) for row in rows] == [
        ("A", None, 0),
        ("B", None, 0),
    ]
