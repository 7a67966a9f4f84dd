"""How matches end: the engine finds it, the file only says what happened."""

from typing import Any

import pytest

from domain.match import events as e
from projections.score import result_line
from tests.unit.adapters.cricsheet.files import Batting, Json, maidens, match, play

SIX = "1 1 1 1 1 1"


def result(*innings: Json, **info: Any) -> dict[str, Any] | None:
    return result_line(play(match(*innings, **info)).state)


def expect(outcome: str, winner: str | None = None, **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"by": None, "method": None, "decided_by": None}
    return {"outcome": outcome, "winner": winner} | nothing | more


def two_overs(team: str, first: str, second: str, **keys: Any) -> Json:
    return Batting(team).over(first).over(second).done(**keys)


def called_off(chase: str, runs: int, overs: float, outcome: Json, first: str = SIX) -> dict[str, Any] | None:
    """Home made ``first`` in each of ten overs; Away's chase was stopped some balls after five maidens."""
    home = Batting("Home")
    for _ in range(10):
        home.over(first)
    away = maidens("Away", 5)
    for over in chase.split(" / "):
        away.over(over)
    target = {"runs": runs, "overs": overs}
    return result(home.done(), away.done(target=target), overs=10, outcome=outcome)


def test_a_chase_that_falls_short_is_lost_by_runs() -> None:
    innings = two_overs("Home", SIX, SIX), two_overs("Away", SIX, ". . . . . .")
    assert result(*innings, overs=2, outcome={"winner": "Away", "by": {"wickets": 3}}) == expect(
        "win", "Home", by={"runs": 6}
    )


def test_who_lost_though_batters_and_overs_were_left_could_not_go_on() -> None:
    innings = two_overs("Home", SIX, SIX), Batting("Away").over("W W W W W W").over("W W . .").done()
    won = {"winner": "Home", "by": {"runs": 12}}
    assert result(*innings, outcome=won) == expect("win", "Home", by={"runs": 12})


def test_a_match_shortened_before_it_began_is_shortened_for_both() -> None:
    home, away = maidens("Home", 4).over(SIX), maidens("Away", 5)
    outcome = {"winner": "Home", "by": {"runs": 6}}
    game = play(match(home.done(), away.done(target={"overs": 5, "runs": 7}), outcome=outcome))
    assert [innings.length for innings in game.state.innings] == [30, 30]
    assert result_line(game.state) == expect("win", "Home", by={"runs": 6})


def test_a_slow_over_rate_shortens_the_chase_alone() -> None:
    home, away = maidens("Home", 4).over(SIX).over(SIX), maidens("Away", 5)
    outcome = {"winner": "Home", "by": {"runs": 12}}
    game = play(match(home.done(), away.done(target={"overs": 5, "runs": 13}), overs=6, outcome=outcome))
    assert [innings.length for innings in game.state.innings] == [36, 30]
    assert result_line(game.state) == expect("win", "Home", by={"runs": 12})


def test_a_revised_target_that_is_reached_wins_by_wickets() -> None:
    away = Batting("Away").over(SIX).over("4").done(target={"overs": 2, "runs": 10})
    home = Batting("Home").over(SIX).over(SIX).over(SIX).done()
    won = {"winner": "Away", "by": {"wickets": 10}, "method": "D/L"}
    assert result(home, away, overs=3, outcome=won) == expect("win", "Away", by={"wickets": 10}, method="D/L")


@pytest.mark.parametrize(
    ("chase", "runs", "overs", "outcome", "found"),
    [
        ("1 1 1 1 1 1 / 1 1 1", 8, 6.3, {"winner": "Away", "by": {"runs": 2}}, ("win", "Away", {"runs": 2})),
        ("1 1 1 1 1 1 / . . .", 8, 6.3, {"winner": "Home", "by": {"runs": 1}}, ("win", "Home", {"runs": 1})),
        ("1 1 1 1 1 1 / 1 . .", 8, 6.3, {"result": "tie"}, ("tie", None, None)),
        (
            "1 1 1 1 1 1 / 1 1 1 1 1 1",
            9,
            7,
            {"winner": "Away", "by": {"runs": 4}},
            ("win", "Away", {"runs": 4}),
        ),
        ("1 1 1 1 1 1 / 4", 9, 6.1, {"winner": "Away", "by": {"runs": 2}}, ("win", "Away", {"runs": 2})),
    ],
    ids=["ahead", "behind", "level", "ahead after whole overs", "ahead by the last ball"],
)
def test_a_chase_that_is_called_off_is_decided_on_par(
    chase: str, runs: int, overs: float, outcome: Json, found: tuple[str, str | None, Any]
) -> None:
    assert called_off(chase, runs, overs, outcome | {"method": "D/L"}) == expect(
        found[0], found[1], by=found[2], method="D/L"
    )


def test_a_bowler_beyond_the_share_of_the_shorter_innings_shows_that_overs_were_lost_later() -> None:
    home, away = Batting("Home"), Batting("Away")
    for number in range(20):
        home.over(SIX)
        if number < 15:
            away.over(
                SIX, **({"bowler": "H11"} if number in (0, 2, 4, 6) else {"bowler": f"H{number % 5 + 5}"})
            )
    won = {"winner": "Home", "by": {"runs": 9}, "method": "D/L"}
    game = play(match(home.done(), away.done(target={"runs": 100, "overs": 15}), outcome=won))
    revised = next(i for i, (_, fact) in enumerate(game.state.facts) if isinstance(fact, e.TargetRevised))
    before = [fact for _, fact in game.state.facts[:revised] if isinstance(fact, e.BallRecorded)]
    assert before[-1].innings == 2
    assert before[-1].over == 6
    assert result_line(game.state) == expect("win", "Home", by={"runs": 9}, method="D/L")


def test_without_the_target_of_a_method_nobody_can_compute_there_is_no_way_to_the_result() -> None:
    home, away = two_overs("Home", SIX, SIX), two_overs("Away", "4 4 4 . . .", SIX)
    won = {"winner": "Home", "by": {"runs": 3}, "method": "VJD"}
    game = play(match(home, away, overs=2, outcome=won))
    assert result_line(game.state) is None
    assert game.state.innings[1].runs == 18
    assert [note.text for note in game.notes] == [
        "the target by VJD is not in the file: the result cannot be found"
    ]


def test_a_duckworth_lewis_chase_called_off_is_measured_for_the_overs_its_powerplay_tells() -> None:
    """Three overs of powerplay: ten overs, of which 7 were bowled for no wicket.

    The 20 overs of the first innings are 56.6% of the resources, 10 overs 32.1%, the 3 that were lost 10.6%:
    120 x 21.5 / 56.6 = 45.
    """
    home, away = Batting("Home"), Batting("Away")
    for _ in range(20):
        home.over(SIX)
    for _ in range(7):
        away.over(SIX)
    powerplays = [{"from": 0.1, "to": 2.6, "type": "mandatory"}]
    outcome = {"winner": "Home", "by": {"runs": 9}, "method": "D/L"}
    game = play(match(home.done(), away.done(powerplays=powerplays), outcome=outcome))
    assert result_line(game.state) == expect("win", "Home", by={"runs": 3}, method="D/L")
    assert [note.text for note in game.notes] == [
        "the target by D/L is not in the file: par is computed for 10 overs, the length that the powerplay tells"
    ]


def test_a_chase_called_off_before_its_length_without_a_par_in_the_file_has_no_result_to_be_found() -> None:
    won = {"winner": "Away", "by": {"runs": 2}, "method": "D/L"}
    assert called_off("1 1 1 1 1 1 / 1 1 1", 25, 9, won) is None


def test_a_tie_without_a_super_over_stands() -> None:
    innings = two_overs("Home", SIX, SIX), two_overs("Away", SIX, SIX)
    assert result(*innings, overs=2, outcome={"result": "tie"}) == expect("tie")


def test_fewer_wickets_settle_a_tie_where_the_file_says_so() -> None:
    won = {"winner": "Away", "method": "Lost fewer wickets"}
    innings = two_overs("Home", "2 1 1 1 1 W", SIX), two_overs("Away", SIX, SIX)
    assert result(*innings, overs=2, outcome=won) == expect("win", "Away", method="Lost fewer wickets")


def super_overs(*rounds: tuple[str, str], date: str = "2024-05-01") -> dict[str, Any] | None:
    """Both sides made twelve; then each round, Away first."""
    innings = [two_overs("Home", SIX, SIX), two_overs("Away", SIX, SIX)]
    for number, balls in enumerate(rounds):
        teams = ("Away", "Home") if number % 2 == 0 else ("Home", "Away")
        innings += [
            Batting(team).over(over).done(super_over=True) for team, over in zip(teams, balls, strict=True)
        ]
    tie = {"result": "tie", "eliminator": "Home"}
    return result(*innings, overs=2, outcome=tie, dates=[date])


def test_a_super_over_settles_a_tie() -> None:
    assert super_overs(("1 1 1 1 1 1", "4 4")) == expect("tie", "Home", decided_by="super over")


def test_a_tied_super_over_is_followed_by_another() -> None:
    rounds = ("1 1 1 1 1 1", "1 1 1 1 1 1"), ("4 . . . . .", ". . . . . .")
    assert super_overs(*rounds) == expect("tie", "Home", decided_by="super over")


def test_boundaries_settled_a_tied_super_over_until_2019() -> None:
    """As in the World Cup final of 14 July 2019."""
    rounds = (("1 1 1 1 1 1", "4 1 1 . . ."),)
    assert super_overs(*rounds, date="2019-07-14") == expect("tie", "Home", decided_by="boundary count")


def test_a_bowl_out_settles_a_tie() -> None:
    balls = [{"bowler": "H11", "outcome": "hit"}, {"bowler": "A11", "outcome": "miss"}]
    innings = two_overs("Home", SIX, SIX), two_overs("Away", SIX, SIX)
    tie = {"result": "tie", "bowl_out": "Home"}
    assert result(*innings, overs=2, outcome=tie, bowl_out=balls, dates=["2007-09-14"]) == expect(
        "tie", "Home", decided_by="bowl out"
    )


def test_an_awarded_match_has_a_winner_and_no_margin() -> None:
    assert result(outcome={"winner": "Away", "method": "Awarded"}) == expect("win", "Away", method="Awarded")


def test_without_a_toss_there_is_no_result() -> None:
    assert result(toss={}) == expect("no result")


def test_no_result_though_overs_enough_were_bowled_was_abandoned() -> None:
    home, away = Batting("Home"), Batting("Away")
    for _ in range(6):
        home.over(SIX)
        away.over(". . . . . .")
    assert result(home.done(), away.done(), overs=10) == expect("no result")


def test_a_file_without_an_outcome_leaves_the_match_open() -> None:
    assert result(Batting("Home").over(SIX).done(), outcome={}) is None


def first_class(*innings: Json, outcome: Json) -> dict[str, Any] | None:
    return result(*innings, match_type="MDM", overs=None, outcome=outcome)


def test_time_runs_out_on_a_first_class_match() -> None:
    assert first_class(Batting("Home").over(SIX).done(), outcome={"result": "draw"}) == expect("draw")


def test_declared_and_forfeited_innings_make_a_match_of_it() -> None:
    innings = (
        two_overs("Home", SIX, SIX, declared=True),
        {"team": "Away", "forfeited": True},
        {"team": "Home", "forfeited": True},
        two_overs("Away", SIX, "4 4"),
    )
    won = {"winner": "Away", "by": {"wickets": 10}}
    assert first_class(*innings, outcome=won) == expect("win", "Away", by={"wickets": 10})


def test_an_innings_victory_after_the_follow_on() -> None:
    home = Batting("Home")
    for _ in range(7):
        home.over("4 4 4 4 4 4")
    lost = "W W W W W W", "W W W W"
    innings = home.done(declared=True), two_overs("Away", *lost), two_overs("Away", *lost)
    won = {"winner": "Home", "by": {"innings": 1, "runs": 168}}
    assert first_class(*innings, outcome=won) == expect("win", "Home", by={"innings": 1, "runs": 168})
