"""Batting on the scorecard: who, how out, how long."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from domain.match import MatchState, decide, evolve, initial
from domain.match.card import scorecard
from domain.match.commands import (
    CreateMatch,
    DismissBatter,
    InterruptPlay,
    MarkAbsent,
    NameLineUp,
    Player,
    RecordBall,
    ReplacePlayer,
    StartInnings,
    Team,
)
from domain.match.conditions import IPL_2023, ODI
from domain.match.delivery import DismissalKind, Fielder, Wicket
from tests.unit.domain.match.game import Game, card_of, short, started

K = DismissalKind


def catch(by: str, of: str) -> tuple[Wicket, ...]:
    return (Wicket(player=of, kind=K.CAUGHT, fielders=(Fielder(player=by),)),)


def test_a_batting_line() -> None:
    game = started()
    game.ball(bat_runs=4)
    game.ball(bat_runs=6)
    game.ball(wides=1)
    game.ball(no_balls=1, bat_runs=2)
    game.ball(wickets=(Wicket(player="a1", kind=K.RUN_OUT, fielders=(Fielder(player="b3"),), crossed=False),))
    line = card_of(game).batting[0]
    assert line.player == Player(id="a1", name="A 1")
    assert line.how_out == "run out (B 3)"
    assert (line.dismissal, line.not_out, line.bowler, line.fielders) == ("run out", False, None, ("B 3",))
    assert (line.runs, line.balls, line.fours, line.sixes) == (12, 4, 1, 1)
    assert line.strike_rate == Decimal("300.00")


def test_batters_at_the_crease_are_marked() -> None:
    game = started()
    game.ball(bat_runs=1)
    lines = card_of(game).batting
    assert [(line.at_crease, line.on_strike, line.how_out) for line in lines] == [
        (True, False, "not out"),
        (True, True, "not out"),
    ]
    assert lines[1].strike_rate is None


def test_the_order_is_that_of_arrival() -> None:
    game = started()
    game.wicket()
    game.ball(striker="a7")
    assert [line.player.id for line in card_of(game).batting] == ["a1", "a2", "a7"]


def test_captain_and_keeper_are_marked() -> None:
    game = Game()
    for side in "ab":
        players = tuple(Player(id=f"{side}{n}", name=f"{side.upper()} {n}") for n in range(1, 12))
        game.do(NameLineUp(team=side.upper(), players=players, captain=f"{side}1", wicket_keeper=f"{side}2"))
    game.do(StartInnings(batting="A"))
    game.ball(wickets=catch("b2", "a1"))
    lines = card_of(game).batting
    assert [(line.captain, line.wicket_keeper) for line in lines] == [(True, False), (False, True)]
    assert lines[0].how_out == "c †B 2 b B 7"
    assert lines[0].bowler == Player(id="b7", name="B 7")


def test_those_to_come_are_yet_to_bat_and_then_did_not_bat() -> None:
    game = started(short(1))
    game.ball()
    assert [player.id for player in card_of(game).yet_to_bat] == [f"a{n}" for n in range(3, 12)]
    assert card_of(game).did_not_bat == ()
    for _ in range(5):
        game.ball()
    assert card_of(game).yet_to_bat == ()
    assert [player.id for player in card_of(game).did_not_bat] == [f"a{n}" for n in range(3, 12)]


def test_a_player_who_replaced_another_later_is_not_in_an_earlier_innings() -> None:
    game = Game(replace(IPL_2023, overs_per_innings=1, overs_per_bowler=1), substitutes=1)
    game.do(StartInnings(batting="A"))
    game.over()
    game.do(ReplacePlayer(team="A", player_out="a5", player_in="as1", reason="impact player"))
    game.do(StartInnings())
    first, _ = scorecard(game.state).innings
    assert [player.id for player in first.did_not_bat] == [f"a{n}" for n in range(3, 12)]


def test_absent_and_retired_hurt() -> None:
    game = started()
    game.do(MarkAbsent(player="a11"))
    game.ball()
    game.do(DismissBatter(player="a1", kind=K.RETIRED_HURT))
    card = card_of(game)
    assert [(one.player.id, one.reason) for one in card.absent] == [("a11", "absent hurt")]
    assert "a11" not in [player.id for player in card.yet_to_bat]
    retired = card.batting[0]
    assert (retired.how_out, retired.dismissal, retired.not_out) == ("retired hurt", "retired hurt", True)
    assert card.wickets == 0


def test_timed_out_is_a_line_without_a_ball() -> None:
    game = started()
    game.wicket()
    game.do(DismissBatter(player="a3", kind=K.TIMED_OUT))
    line = card_of(game).batting[-1]
    assert (line.player.id, line.how_out, line.balls, line.not_out) == ("a3", "timed out", 0, False)


def test_fall_of_wickets_and_partnerships() -> None:
    game = started()
    game.ball(bat_runs=1)
    game.ball(leg_byes=1)
    game.ball(bat_runs=4)
    game.wicket()
    game.ball(bat_runs=2)
    card = card_of(game)
    (fall,) = card.fall_of_wickets
    assert (fall.wicket, fall.runs, fall.player.id, fall.over) == (1, 6, "a1", "0.4")
    first, second = card.partnerships
    assert (first.wicket, first.runs, first.balls, first.unbroken) == (1, 6, 4, False)
    assert [(one.player.id, one.runs, one.balls) for one in first.contributions] == [
        ("a1", 5, 3),
        ("a2", 0, 1),
    ]
    assert first.run_rate == Decimal("9.00")
    assert (second.wicket, second.runs, second.unbroken) == (2, 2, True)


def test_minutes_come_from_the_times_of_the_balls() -> None:
    state: MatchState = initial()
    teams = (Team(id="A", name="Avon"), Team(id="B", name="Barrow"))
    players = {s: tuple(Player(id=f"{s}{n}", name=f"{s}{n}") for n in range(1, 12)) for s in "ab"}
    for minute, command in enumerate(
        [
            CreateMatch(conditions=ODI, teams=teams),
            NameLineUp(team="A", players=players["a"]),
            NameLineUp(team="B", players=players["b"]),
            StartInnings(batting="A"),
            RecordBall(striker="a1", non_striker="a2", bowler="b1"),
            InterruptPlay(reason="drinks"),
        ]
    ):
        for event in decide(state, command, datetime(2024, 6, 1, 14, minute, tzinfo=UTC)):
            evolve(state, event)
    assert [line.minutes for line in scorecard(state).innings[0].batting] == [0, 0]


def test_without_times_there_are_no_minutes() -> None:
    game = started()
    game.wicket()
    assert card_of(game).batting[0].minutes is None
