"""What may happen in a match, as a file tells it and as the engine has it afterwards."""

from typing import Any

from adapters.cricsheet.play import Play
from domain.match import events as e
from domain.match.delivery import Fielder, Review
from domain.match.state import Target
from projections.score import innings_line
from tests.unit.adapters.cricsheet.files import Batting, match, play, side

LOST = {"winner": "Home", "by": {"runs": 1}}


def first_innings(batting: Batting, **info: Any) -> dict[str, Any]:
    """The line of the first innings of a match that rain ended after it."""
    return line(play(match(batting.done(), **info)))


def line(game: Play, innings: int = 1) -> dict[str, Any]:
    return innings_line(game.state, game.state.innings[innings - 1])


def out(innings: dict[str, Any]) -> dict[str, str]:
    return {batter["player"]: batter["out"] for batter in innings["batting"] if batter["out"]}


def wicket(player: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"wickets": [{"player_out": player, "kind": kind, **more}]}


def test_a_batter_timed_out_is_out_between_the_balls_and_nobody_is_credited() -> None:
    timed_out = {
        "wickets": [{"player_out": "H1", "kind": "bowled"}, {"player_out": "H3", "kind": "timed out"}]
    }
    innings = first_innings(Batting("Home").over(". . .", b1=timed_out, b2={"pair": ("H4", "H2")}))
    assert out(innings) == {"H1": "bowled", "H3": "timed out"}
    assert innings["wickets"] == 2
    assert innings["bowling"][0]["wickets"] == 1
    assert [batter["balls"] for batter in innings["batting"] if batter["player"] == "H3"] == [0]


def test_the_striker_hits_the_ball_twice() -> None:
    twice = wicket("H1", "hit the ball twice")
    innings = first_innings(Batting("Home").over(". .", b1=twice, b2={"pair": ("H3", "H2")}))
    assert out(innings) == {"H1": "hit the ball twice"}
    assert (innings["wickets"], innings["bowling"][0]["wickets"]) == (1, 0)


def test_a_covid_replacement_bats_in_the_place_of_the_one_who_left() -> None:
    change = {"in": "H12", "out": "H5", "team": "Home", "reason": "covid_replacement"}
    balls = Batting("Home").over("W .", b2={"replacements": {"match": [change]}, "pair": ("H12", "H2")})
    players = {"Home": side("H", 12), "Away": side("A")}
    game = play(match(balls.done(), players=players))
    assert [fact.reason for _, fact in game.state.facts if isinstance(fact, e.PlayerReplaced)] == [
        "covid replacement"
    ]
    home = game.state.sides["Home"]
    assert ("H12" in home.players, "H5" in home.players, home.replaced) == (True, False, ["H5"])


def test_ten_batters_retire_out_one_after_another_without_facing_a_ball() -> None:
    """The United Arab Emirates' women against Qatar in 2025: the captain wanted the other side in."""
    retired = [{"player_out": f"H{number}", "kind": "retired out"} for number in range(1, 11)]
    innings = first_innings(Batting("Home").over("4 4 4 4 4 4", b6={"wickets": retired}))
    assert (innings["runs"], innings["wickets"], innings["all_out"]) == (24, 10, True)
    assert len(innings["batting"]) == 10


def test_a_batter_replaced_for_an_injury_has_retired_hurt_and_may_come_back() -> None:
    hurt = {"replacements": {"role": [{"in": "H3", "out": "H2", "reason": "injury", "role": "batter"}]}}
    balls = Batting("Home").over(". . W . . .", b3=hurt | {"pair": ("H1", "H3")}, b4={"pair": ("H2", "H3")})
    game = play(match(balls.done()))
    assert game.notes == []
    assert out(line(game)) == {"H1": "bowled"}


def test_a_batter_who_is_suddenly_gone_counts_as_retired_hurt_and_the_file_is_told_off() -> None:
    game = play(match(Batting("Home").over(". .", b2={"pair": ("H3", "H2")}).done()))
    assert out(line(game)) == {"H1": "retired hurt"}
    assert [note.kind for note in game.notes] == ["batter left without a reason"]


def test_a_bowler_who_goes_on_with_the_over_of_another_has_replaced_him() -> None:
    injured = {"replacements": {"role": [{"in": "A9", "out": "A11", "reason": "injury", "role": "bowler"}]}}
    balls = Batting("Home").over(". . . . . .")
    for number, ball in enumerate(balls.overs[0]["deliveries"], 1):
        ball |= {"bowler": "A9"} | (injured if number == 4 else {}) if number > 3 else {}
    game = play(match(balls.done()))
    assert [(b["player"], b["overs"], b["maidens"]) for b in line(game)["bowling"]] == [
        ("A11", "0.3", 0),
        ("A9", "0.3", 0),
    ]
    assert game.notes == []


def test_an_over_of_five_balls_was_called_early() -> None:
    innings = first_innings(Batting("Home").over(". . . . .").over("1 . . . . ."))
    assert (innings["overs"], innings["balls"]) == ("2.0", 11)
    assert innings["bowling"][0]["overs"] == "1.0"


def test_an_over_of_seven_balls_stood_even_as_the_last_of_the_innings() -> None:
    balls = Batting("Home").over(". . . . . .").over(". . . . . . 4")
    innings = first_innings(balls, overs=2)
    assert (innings["overs"], innings["balls"], innings["runs"]) == ("2.0", 13, 4)


def test_a_last_over_that_the_umpire_miscounted_ends_the_innings() -> None:
    first = Batting("Home").over("1 . . . . .").over(". . . . . .").done()
    second = Batting("Away").over(". . . . . .").over(". . . . .").done(miscounted_overs={"1": {"balls": 5}})
    game = play(match(first, second, overs=2, outcome=LOST))
    assert game.state.result is not None
    assert game.state.result.winner == "Home"
    assert line(game, 2)["overs"] == "2.0"


def test_whoever_is_absent_hurt_does_not_bat_and_the_side_is_all_out() -> None:
    balls = Batting("Home").over("W W W W W W").over("W W W")
    game = play(match(balls.done(absent_hurt=["H11"]), Batting("Away").done()))
    innings = line(game)
    assert (innings["wickets"], innings["all_out"]) == (9, True)
    assert game.state.innings[0].absent == {"H11": "absent hurt"}


def test_a_side_of_ten_is_all_out_with_nine_wickets() -> None:
    balls = Batting("Home").over("W W W W W W").over("W W W")
    innings = first_innings(balls, players={"Home": side("H", 10), "Away": side("A")})
    assert (innings["wickets"], innings["all_out"]) == (9, True)


def test_penalty_runs_off_no_ball_go_to_the_innings_that_names_them() -> None:
    first = Batting("Home").over("1 . . . . .").done(penalty_runs={"post": 6})
    second = Batting("Away").over(". . . . . .").done(penalty_runs={"pre": 5})
    game = play(match(first, second))
    assert [(line(game, number)["runs"], line(game, number)["extras"]["penalty"]) for number in (1, 2)] == [
        (7, 6),
        (5, 5),
    ]
    assert game.state.innings[1].target == Target(8)


def test_several_kinds_of_extras_come_off_one_ball() -> None:
    ball = {
        "extras": {"noballs": 1, "legbyes": 2, "penalty": 5},
        "runs": {"batter": 0, "extras": 8, "total": 8},
    }
    innings = first_innings(Batting("Home").over(".", b1=ball))
    assert innings["extras"] == {"wides": 0, "noballs": 1, "byes": 0, "legbyes": 2, "penalty": 5}
    assert (innings["balls"], innings["bowling"][0]["runs"], innings["batting"][0]["balls"]) == (0, 1, 1)


def test_four_that_were_all_run_are_no_boundary() -> None:
    ball = {"runs": {"batter": 4, "extras": 0, "total": 4, "non_boundary": True}}
    assert first_innings(Batting("Home").over("4", b1=ball))["batting"][0]["fours"] == 0


def test_a_twelfth_player_who_bats_has_replaced_somebody_who_takes_no_further_part() -> None:
    balls = Batting("Home").over("W .", b2={"pair": ("H12", "H2")}).done()
    game = play(match(balls, players={"Home": side("H", 12), "Away": side("A")}))
    assert "H12" in game.state.sides["Home"].players
    assert len(game.state.sides["Home"].players) == 11


def test_the_named_supersub_is_a_substitute_until_the_file_brings_him_on() -> None:
    change = {"in": "A12", "out": "A5", "team": "Away", "reason": "supersub"}
    balls = Batting("Home").over(". .", b1={"replacements": {"match": [change]}, "bowler": "A12"})
    balls.overs[0]["deliveries"][1]["bowler"] = "A12"
    game = play(
        match(balls.done(), players={"Home": side("H"), "Away": side("A", 12)}, supersubs={"Away": "A12"})
    )
    assert game.notes == []
    assert game.state.sides["Away"].replaced == ["A5"]


def test_a_replacement_that_the_file_notes_too_late_is_brought_forward() -> None:
    change = {"in": "H12", "out": "H11", "team": "Home", "reason": "impact_player"}
    balls = Batting("Home").over(". .", b2={"replacements": {"match": [change]}})
    balls.at_crease = ["H12", "H2"]
    for ball in balls.overs[0]["deliveries"]:
        ball["batter"] = "H12"
    game = play(match(balls.done(), players={"Home": side("H", 12), "Away": side("A")}))
    assert [note.kind for note in game.notes] == ["replacement noted late"]


def test_who_fields_as_a_substitute_is_named_without_being_in_the_side() -> None:
    caught = wicket("H1", "caught", fielders=[{"name": "Nobody Else", "substitute": True}])
    game = play(match(Batting("Home").over(".", b1=caught).done()))
    dismissal = game.state.innings[0].batters["H1"].out
    assert dismissal is not None
    assert dismissal.fielders == (Fielder(player=None, name="Nobody Else", substitute=True),)


def test_players_are_known_by_the_registry_and_one_id_never_stands_for_two() -> None:
    people = {"H1": "aaa", "H2": "bbb", "A1": "aaa"}
    game = play(match(Batting("Home").over(".").done(), registry={"people": people}))
    assert list(game.state.innings[0].batters) == ["aaa", "bbb"]
    assert game.state.players["A1 (Away)"].name == "A1"


def test_a_rule_that_the_umpires_let_stand_is_kept_with_the_fact() -> None:
    balls = Batting("Home").over(bowler="A11").over(bowler="A11")
    game = play(match(balls.done()))
    assert [note.kind for note in game.notes] == ["bowler_bowled_previous_over"]
    assert game.state.innings[0].balls[6].umpire_decision == "as recorded: A11 bowled in the previous over"


def test_a_review_is_kept_with_its_ball() -> None:
    review = {"by": "Home", "batter": "H1", "umpire": "X", "decision": "struck down", "umpires_call": True}
    game = play(match(Batting("Home").over(".", b1={"review": review}).done()))
    kept = game.state.innings[0].balls[0].delivery.review
    assert kept == Review(by="Home", batter="H1", umpire="X", outcome="umpire's call")


def test_a_batter_who_retired_out_comes_back_with_the_other_captains_consent() -> None:
    """Law 25.4.3."""
    retired = wicket("H1", "retired out")
    balls = Batting("Home").over(". . W .", b1=retired, b2={"pair": ("H3", "H2")}, b4={"pair": ("H1", "H2")})
    game = play(match(balls.done()))
    assert game.notes == []
    assert game.state.innings[0].balls[3].umpire_decision == "came back with the consent of the other captain"
