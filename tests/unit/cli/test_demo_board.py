"""The news of the demo's tournament, where no terminal shows a board."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

from rich.console import Console

from cli.demo_board import Board

NOW = datetime(2026, 4, 9, tzinfo=UTC)
OWLS, GULLS = {"team": "owls", "name": "Owls"}, {"team": "gulls", "name": "Gulls"}


def result(winner: dict[str, str] | None, outcome: str = "win", runs: int | None = None) -> dict[str, Any]:
    return {"winner": winner, "outcome": outcome, "by_runs": runs, "by_wickets": None, "method": None}


def fixture(node: str = "league-R1-1", **said: Any) -> dict[str, Any]:
    known = {"name": "Final" if node == "final" else node, "table": None if node == "final" else "league"}
    start = {"starts_at": "2026-04-10T15:00:00Z", "ground": {"id": "mill", "name": "Mill Meadow"}}
    places = {"home": OWLS, "away": GULLS, "home_from": "seed 1", "away_from": "seed 2"}
    return {"node": node, "status": "scheduled", "result": None, **known, **start, **places, **said}


def printed(*looks: tuple[str, list[dict[str, Any]]]) -> str:
    """What is printed when the tournament is seen in these phases with these fixtures."""
    out = StringIO()
    with Board(Console(file=out, width=40), "Trophy") as board:
        for phase, fixtures in looks:
            board.look({"phase": phase, "fixtures": fixtures, "standings": {"tables": []}}, NOW)
    return out.getvalue()


def test_a_result_is_news_once() -> None:
    over = fixture(status="official", result=result(OWLS, runs=7))
    said = printed(("draft", [over]), ("draft", [over]))
    assert said == "9 Apr  Owls won by 7 runs against Gulls\n"


def test_a_knockout_is_named() -> None:
    over = fixture("final", status="official", result=result(GULLS, runs=1))
    assert printed(("draft", [over])) == "9 Apr  Final: Gulls won by 1 run against Owls\n"


def test_a_match_that_nobody_won_names_both() -> None:
    over = fixture(status="official", result=result(None, "no result"))
    assert printed(("draft", [over])) == "9 Apr  Owls v Gulls: no result\n"


def test_a_tie_that_was_broken_has_a_winner() -> None:
    over = fixture(status="official", result=result(GULLS, "tie"))
    assert printed(("draft", [over])) == "9 Apr  Gulls won after a tie against Owls\n"


def test_a_new_phase_is_news() -> None:
    assert printed(("in progress", []), ("playoffs", [])).splitlines()[-1] == "9 Apr  Trophy is playoffs"


def test_a_phase_is_news_once_whoever_tells_it() -> None:
    out = StringIO()
    with Board(Console(file=out, width=60), "Trophy") as board:
        board.is_now("registration open", NOW)
        board.paying(1, 4)
        board.is_now("registration open", NOW)
    assert out.getvalue() == "9 Apr  Trophy is registration open\n"
