"""The board of the demo's tournament, as a terminal shows it."""

from datetime import UTC, datetime
from io import StringIO

from rich.console import Console
from rich.text import Text

from cli.demo_view import InPlay, View, picture

WIDTH = 96


def row(place: int, name: str, won: int) -> dict[str, object]:
    counts = {"played": 3, "won": won, "lost": 3 - won, "tied": 0, "no_result": 0, "points": 2 * won}
    return {"place": place, "team": name.lower(), "name": name, **counts, "net_run_rate": "+0.125"}


def shown(view: View) -> list[str]:
    console = Console(file=StringIO(), width=WIDTH, record=True, color_system=None)
    console.print(picture(view, WIDTH))
    return console.export_text().splitlines()


def line_with(words: str, view: View) -> str:
    (line,) = (line for line in shown(view) if words in line)
    return line.strip("│ ")


def test_the_title_tells_the_phase_and_the_day() -> None:
    view = View("Pavilion Trophy", phase="in progress", now=datetime(2026, 4, 9, tzinfo=UTC))
    assert "Pavilion Trophy · in progress · 9 April 2026" in shown(view)[0]


def test_a_row_has_its_counts_points_and_net_run_rate() -> None:
    view = View("Trophy", rows=[row(1, "Kites", won=2)])
    assert line_with("Kites", view).split() == ["1", "Kites", "3", "2", "1", "0", "0", "4", "+0.125"]


def test_a_row_that_moved_says_which_way() -> None:
    rows = [row(1, "Kites", won=2), row(2, "Owls", won=1), row(3, "Gulls", won=0)]
    view = View("Trophy", rows=rows, moved={"kites": 1, "owls": -1, "gulls": 0})
    assert line_with("Kites", view).split()[1] == "▲"
    assert line_with("Owls", view).split()[1] == "▼"
    assert line_with("Gulls", view).split()[1] == "Gulls"


def test_a_match_in_play_has_a_line() -> None:
    playing = [InPlay("Mill Meadow", "Owls 60/1 (8)", "v Gulls", "needs 77 off 72")]
    said = "Mill Meadow  Owls 60/1 (8)  v Gulls  needs 77 off 72"
    assert line_with("Owls", View("Trophy", playing=playing)) == said


def test_it_tells_what_comes_next_and_what_happened() -> None:
    view = View("Trophy", next=["9 Apr 15:30  Owls v Kites"], news=[Text("Gulls won by 3 runs")])
    assert line_with("Owls", view) == "next  9 Apr 15:30  Owls v Kites"
    assert line_with("Gulls", view) == "Gulls won by 3 runs"


def test_it_counts_the_results() -> None:
    view = View("Trophy", official=12, matches=60, counts="2,900 balls")
    assert line_with("of 60", view).endswith("12 of 60 results official · 2,900 balls")


def test_no_line_is_wider_than_the_terminal() -> None:
    playing = [InPlay("Ground " * 9, "Owls " * 9, "v Gulls " * 9, "needs")]
    view = View("Trophy", rows=[row(1, "Kites " * 30, won=2)], playing=playing, next=["Owls v Kites " * 20])
    assert {len(line) for line in shown(view)} == {WIDTH}
