"""What the papers said on the morning of real last matches, from the real seasons.

The figures were published at the time: Mumbai by 171 runs (India TV, 8 October 2021); not before 17.3 overs,
or at least 134 of 153 (The SportsRush, 2 November 2020); a defeat by six chasing 180 too many (Firstpost,
20 May 2023).
"""

import pytest

from domain.tournament.qualification import Status, qualification
from domain.tournament.race import Fixture
from domain.tournament.run_rate_needs import ByRuns, Case, Verdict, run_rate_needs
from domain.tournament.running_table import RunningTable
from domain.tournament.table_rules import IPL
from tests.cricsheet.test_qualification import PLACES, league

pytestmark = pytest.mark.cricsheet

TWENTY_OVERS = 120


def morning_of(folder: str, team: str, opponent: str) -> tuple[RunningTable, Fixture]:
    """The table before the last meeting of two teams, and that match."""
    matches = league(folder)
    last = [match for match in matches if set(match.teams) == {team, opponent}][-1]
    table = RunningTable(IPL)
    for match in matches[: matches.index(last)]:
        table.put(match.id, match)
    return table, Fixture(last.id, *last.teams)


def needs(folder: str, team: str, opponent: str, rival: str, score: int) -> tuple[Case, Case]:
    table, fixture = morning_of(folder, team, opponent)
    found = run_rate_needs(table, team, rival, fixture, quota=TWENTY_OVERS, scores=(score,))
    return found.win, found.defeat


def test_mumbai_had_to_win_by_171_runs_in_2021() -> None:
    win, defeat = needs("ipl-2021", "Mumbai Indians", "Sunrisers Hyderabad", "Kolkata Knight Riders", 200)
    assert (win.verdict, win.by_runs) == (Verdict.MARGIN, (ByRuns(200, 171),))
    assert defeat.verdict is Verdict.BELOW


def test_with_their_235_it_was_170_so_65_all_out() -> None:
    win, _ = needs("ipl-2021", "Mumbai Indians", "Sunrisers Hyderabad", "Kolkata Knight Riders", 235)
    assert win.by_runs == (ByRuns(235, 170),)


def test_bowling_first_mumbai_were_as_good_as_out() -> None:
    """Not even 151 off the first ball would have done."""
    win, _ = needs("ipl-2021", "Mumbai Indians", "Sunrisers Hyderabad", "Kolkata Knight Riders", 150)
    assert win.in_balls[0].balls[0] is None


def test_bangalore_made_152_in_2020_and_must_not_lose_before_17_3_overs() -> None:
    _, defeat = needs(
        "ipl-2020", "Royal Challengers Bangalore", "Delhi Capitals", "Kolkata Knight Riders", 152
    )
    assert defeat.verdict is Verdict.MARGIN
    assert defeat.in_balls[0].balls[0] == 17 * 6 + 3


def test_and_delhi_must_make_134_of_the_153() -> None:
    _, defeat = needs(
        "ipl-2020", "Delhi Capitals", "Royal Challengers Bangalore", "Kolkata Knight Riders", 152
    )
    assert defeat.by_runs == (ByRuns(152, 152 - 134),)


def test_bangalore_chasing_180_in_2023_could_lose_by_five_but_not_by_six() -> None:
    _, defeat = needs("ipl-2023", "Royal Challengers Bangalore", "Gujarat Titans", "Rajasthan Royals", 179)
    assert defeat.by_runs == (ByRuns(179, 5),)


def test_that_morning_mumbai_were_not_out_and_kolkata_not_through() -> None:
    table, fixture = morning_of("ipl-2021", "Mumbai Indians", "Sunrisers Hyderabad")
    found = {p.team: p for p in qualification(table, [fixture], PLACES).prospects}
    assert found["Mumbai Indians"].status is found["Kolkata Knight Riders"].status is Status.POSSIBLE
    assert (found["Mumbai Indians"].through, found["Mumbai Indians"].level) == (0, 1)
    assert found["Punjab Kings"].status is Status.OUT
