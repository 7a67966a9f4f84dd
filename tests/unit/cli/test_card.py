"""The scorecard in the terminal."""

import io

import pytest
from rich.console import Console

from cli.card import render
from domain.match.card import scorecard
from domain.match.commands import DismissBatter, MarkAbsent, RecordBowlOut, StartInnings
from domain.match.conditions import TEST, TieBreak
from domain.match.delivery import DismissalKind
from tests.unit.domain.match.game import Game, short, started


def printed(game: Game, width: int = 80, **console: object) -> str:
    out = io.StringIO()
    render(scorecard(game.state), Console(file=out, width=width, **console))  # type: ignore[arg-type]
    return out.getvalue()


def words_of_line(text: str, word: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if word in line)


def played() -> Game:
    game = started(short(2))
    game.over(6, 4, 1)
    game.wicket()
    game.innings_of(30)
    game.do(StartInnings())
    game.ball(wides=1)
    game.ball(bat_runs=6)
    return game


def test_every_line_of_the_card_is_there() -> None:
    text = printed(played())
    assert "Avon v Barrow" in text
    assert "Avon won the toss and chose to bat" in text
    assert "Avon innings" in text
    assert "Barrow innings" in text
    assert words_of_line(text, "A 1")[:4] == ["A", "1", "b", "B"]
    assert words_of_line(text, "Did not bat")[:3] == ["Did", "not", "bat:"]
    assert words_of_line(text, "Yet to bat")[:3] == ["Yet", "to", "bat:"]
    assert "Fall of wickets: 1-11 (A 1, 1.1)" in text
    assert words_of_line(text, "(w 1)") == ["Extras", "(w", "1)", "1"]
    assert text.rstrip().endswith("Barrow need 24 runs in 11 balls")


@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal_or_than_reads_well(width: int) -> None:
    assert max(len(line) for line in printed(played(), width).splitlines()) <= min(width, 110)


def test_a_file_or_no_colour_gets_no_escapes() -> None:
    assert "\x1b" not in printed(played())


def test_colour_is_dropped_on_request() -> None:
    coloured = printed(played(), force_terminal=True, color_system="standard", no_color=False)
    plain = printed(played(), force_terminal=True, color_system="standard", no_color=True)
    assert "\x1b[36m" in coloured or "\x1b[1;36m" in coloured
    assert "36m" not in plain


def test_the_result_ends_the_card() -> None:
    game = started(short(1))
    game.innings_of(12)
    game.do(StartInnings())
    game.innings_of(5)
    assert printed(game).rstrip().endswith("Avon won by 7 runs")


def test_a_match_before_its_first_ball() -> None:
    assert "Match not started" in printed(Game())
    assert "Avon 0/0 (0 ov)" in printed(started())


def test_absent_and_retired_are_printed() -> None:
    game = started()
    game.do(MarkAbsent(player="a11"))
    game.ball()
    game.do(DismissBatter(player="a1", kind=DismissalKind.RETIRED_HURT))
    text = printed(game)
    assert "absent hurt" in text
    assert "retired hurt" in text


def test_two_innings_a_side() -> None:
    game = started(TEST)
    game.innings_of(60)
    assert "Avon 1st innings" in printed(game)
    assert printed(game).rstrip().endswith("Avon lead by 60 runs")


def test_a_bowl_out() -> None:
    game = started(short(1, tie_breaks=(TieBreak.BOWL_OUT,)))
    game.innings_of(6)
    game.do(StartInnings())
    game.innings_of(6)
    game.do(RecordBowlOut(balls=(("A", "a7", True), ("B", "b7", False))))
    text = printed(game)
    assert "Bowl-out: Avon 1 · Barrow 0" in text
    assert "Match tied (Avon won the bowl-out)" in text
