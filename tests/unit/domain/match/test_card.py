"""The scorecard."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.match import MatchState, decide, dls, evolve, initial
from domain.match.card import InningsCard, scorecard
from domain.match.commands import (
    AwardPenaltyRuns,
    CreateMatch,
    DeclareInnings,
    DismissBatter,
    EndInnings,
    ForfeitInnings,
    InterruptPlay,
    MarkAbsent,
    NameLineUp,
    Player,
    RecordBall,
    RecordBowlOut,
    ReplaceBowler,
    ReplacePlayer,
    ReviseTarget,
    StartInnings,
    Team,
)
from domain.match.conditions import IPL_2023, ODI, TEST, TieBreak
from domain.match.delivery import DismissalKind, Fielder, Wicket
from domain.match.dls_table import RESOURCES
from tests.unit.domain.match.game import Game, short, started

K = DismissalKind


def card_of(game: Game) -> InningsCard:
    return scorecard(game.state).innings[-1]


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


def test_extras_by_kind() -> None:
    game = started()
    game.ball(byes=1)
    game.ball(leg_byes=4)
    game.ball(wides=5)
    game.ball(no_balls=1, byes=2)
    game.do(AwardPenaltyRuns(team="A", reason="ball hit the helmet"))
    extras = card_of(game).extras
    assert (extras.byes, extras.leg_byes, extras.wides, extras.no_balls, extras.penalty) == (3, 4, 5, 1, 5)
    assert extras.total == card_of(game).runs == 18
    assert str(extras) == "(b 3, lb 4, w 5, nb 1, p 5)"


def test_no_extras_print_as_nothing() -> None:
    game = started()
    game.ball()
    assert str(card_of(game).extras) == ""


def test_a_bowling_line() -> None:
    game = started()
    game.over()
    game.over(6, 4, 0, 0, 0, 0)
    game.ball(wides=2, bowler="b7")
    game.ball(no_balls=1, bat_runs=1)
    game.ball(byes=4)
    game.wicket()
    card = card_of(game)
    line = card.bowling[0]
    assert (line.player.id, line.overs, line.balls) == ("b7", "1.2", 8)
    assert (line.maidens, line.runs, line.wickets) == (1, 4, 1)
    assert line.economy == Decimal("3.00")
    assert (line.dots, line.wides, line.no_balls) == (8, 2, 1)
    assert [(spell.first_over, spell.last_over) for spell in line.spells] == [(1, 3)]
    assert (card.bowling[1].fours, card.bowling[1].sixes, card.bowling[1].economy) == (1, 1, Decimal("10.00"))


def test_shared_overs_add_up_in_the_overs_of_a_bowler() -> None:
    game = started()
    for finisher in ("b8", "b9"):
        for n in range(4):
            game.ball(**({"bowler": "b7"} if n == 0 else {}))
        game.do(ReplaceBowler(bowler=finisher, reason="injury"))
        game.ball()
        game.ball()
        game.ball(bowler="b10")
        for _ in range(5):
            game.ball()
    assert next(line.overs for line in card_of(game).bowling if line.player.id == "b7") == "1.2"


def test_a_bowler_with_only_a_wide_has_no_economy() -> None:
    game = started()
    game.ball(wides=1)
    line = card_of(game).bowling[0]
    assert (line.overs, line.economy) == ("0", None)


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


def test_total_overs_and_run_rate() -> None:
    game = started()
    game.over(6, 6)
    game.ball(bat_runs=1)
    card = card_of(game)
    assert (card.runs, card.wickets, card.overs, card.balls, card.limit) == (13, 0, "1.1", 7, "20")
    assert card.run_rate == Decimal("11.14")
    assert card.score == "13/0"


def test_all_out_is_printed_without_wickets() -> None:
    game = started()
    game.ball(bat_runs=3)
    game.bowl_out_side()
    card = card_of(game)
    assert (card.all_out, card.score, card.wickets, card.closed) == (True, "3", 10, "all out")


def test_before_the_first_ball_there_are_no_rates() -> None:
    card = card_of(started())
    assert (card.run_rate, card.last_five_overs, card.projections, card.recent) == (None, None, (), ())
    assert card.overs == "0"


def test_a_chase_knows_what_it_needs() -> None:
    game = started(short(2))
    game.innings_of(19)
    game.do(StartInnings())
    game.over(6)
    chase = card_of(game).chase
    assert chase is not None
    assert (chase.target, chase.method, chase.runs_needed, chase.balls_left) == (20, None, 14, 6)
    assert (chase.required_run_rate, chase.wickets_left) == (Decimal("14.00"), 10)


def test_a_chase_over_has_no_required_rate() -> None:
    game = started(short(1))
    game.innings_of(9)
    game.do(StartInnings())
    game.over(1)
    chase = card_of(game).chase
    assert chase is not None
    assert (chase.runs_needed, chase.balls_left, chase.required_run_rate, chase.par) == (9, 0, None, None)


def test_the_first_innings_has_no_chase() -> None:
    assert card_of(started()).chase is None


def test_par_by_the_standard_edition_at_every_ball() -> None:
    game = started(replace(short(20), rain_rule=dls.METHOD))
    game.innings_of(120)
    game.do(StartInnings())
    assert game.innings.target is not None
    at_start = card_of(game).chase
    assert at_start is not None
    assert at_start.par == 0
    game.over()
    game.wicket()
    chase = card_of(game).chase
    assert chase is not None
    in_all, left = RESOURCES[120][0], RESOURCES[113][1]
    assert chase.par == 120 * (in_all - left) // in_all


def test_there_is_no_par_where_another_method_set_the_target() -> None:
    game = started(replace(short(20), rain_rule=dls.METHOD))
    game.innings_of(120)
    game.do(StartInnings())
    game.do(ReviseTarget(runs=100, method="DLS", overs=15))
    chase = card_of(game).chase
    assert chase is not None
    assert (chase.target, chase.method, chase.par) == (100, "DLS", None)


def test_projections_of_a_first_innings() -> None:
    game = started()
    game.over(6, 2)
    game.over()
    projections = card_of(game).projections
    assert [(str(one.run_rate), one.total) for one in projections] == [
        ("4.00", 80),
        ("3.00", 62),
        ("5.00", 98),
        ("6.00", 116),
    ]


def test_the_latest_twelve_balls() -> None:
    game = started()
    game.over(1, 2)
    game.over(4, 4)
    game.ball(wides=1)
    assert card_of(game).recent == ("2", ".", ".", ".", ".", "4", "4", ".", ".", ".", ".", "wd")


def test_powerplay_and_last_five_overs() -> None:
    game = started()
    for _ in range(7):
        game.over(2, 2)
    card = card_of(game)
    assert [(one.kind, one.split.runs) for one in card.powerplays] == [("mandatory", 24)]
    assert card.last_five_overs is not None
    assert card.last_five_overs.runs == 20
    assert [over.runs for over in card.overs_bowled] == [4] * 7


def test_two_innings_a_side_have_ordinals_leads_and_declarations() -> None:
    game = started(TEST)
    game.innings_of(300)
    game.do(DeclareInnings())
    game.do(StartInnings())
    game.ball(bat_runs=4)
    game.bowl_out_side()
    game.do(StartInnings(batting="B", follow_on=True))
    cards = scorecard(game.state).innings
    assert [card.title for card in cards] == [
        "Avon 1st innings",
        "Barrow 1st innings",
        "Barrow 2nd innings (following on)",
    ]
    assert [card.lead for card in cards] == [300, -296, -296]
    assert (cards[0].score, cards[0].declared, cards[0].limit) == ("300/0d", True, None)
    assert cards[0].projections == ()


def test_a_forfeited_innings() -> None:
    game = started(TEST)
    game.innings_of(50)
    game.do(DeclareInnings())
    game.do(ForfeitInnings())
    card = card_of(game)
    assert (card.forfeited, card.score, card.batting) == (True, "forfeited", ())


def test_a_super_over_stands_apart() -> None:
    game = started(short(1))
    game.innings_of(6)
    game.do(StartInnings())
    game.innings_of(6)
    game.do(StartInnings())
    cards = scorecard(game.state).innings
    assert [card.super_over for card in cards] == [False, False, True]
    assert cards[-1].title == "Barrow Super Over"
    assert cards[-1].powerplays == ()


def test_a_bowl_out_is_on_the_card() -> None:
    game = started(short(1, tie_breaks=(TieBreak.BOWL_OUT,)))
    game.innings_of(6)
    game.do(StartInnings())
    game.innings_of(6)
    game.do(RecordBowlOut(balls=(("A", "a7", True), ("B", "b7", False))))
    card = scorecard(game.state)
    assert [(one.team.id, one.bowler.name, one.hit) for one in card.bowl_out] == [
        ("A", "A 7", True),
        ("B", "B 7", False),
    ]


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


def test_the_head_of_the_card() -> None:
    game = Game()
    card = scorecard(game.state)
    assert [team.name for team in card.teams] == ["Avon", "Barrow"]
    assert (card.conditions, card.toss, card.result, card.innings) == ("t20", None, None, ())
    assert card.version == game.state.version


@pytest.mark.parametrize("reason", ["weather", "time"])
def test_an_innings_ended_early_says_why(reason: str) -> None:
    game = started()
    game.over(1)
    game.do(EndInnings(reason=reason))
    card = card_of(game)
    assert (card.closed, card.all_out, card.projections) == (reason, False, ())


def test_batting_extras_and_bowling_add_up() -> None:
    game = started()
    for _ in range(4):
        game.over(1, 4, 6, 0, 2)
        game.ball(wides=1)
        game.ball(no_balls=1, byes=2)
        game.ball(leg_byes=1)
        game.wicket()
        for _ in range(4):
            game.ball()
    card = card_of(game)
    assert sum(line.runs for line in card.batting) + card.extras.total == card.runs
    not_charged = card.extras.byes + card.extras.leg_byes + card.extras.penalty
    assert sum(line.runs for line in card.bowling) + not_charged == card.runs
    assert sum(over.runs for over in card.overs_bowled) == card.runs
