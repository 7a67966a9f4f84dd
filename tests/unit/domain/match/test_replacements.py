"""Law 24 and playing conditions on replacements."""

from dataclasses import replace

from domain.match.commands import DismissBatter, RecordBall, ReplacePlayer
from domain.match.conditions import IPL_2023
from domain.match.delivery import DismissalKind, Wicket
from tests.unit.domain.match.game import Game, started


def impact(team: str = "A", out: str = "a11", player_in: str = "as1") -> ReplacePlayer:
    return ReplacePlayer(team=team, player_out=out, player_in=player_in, reason="impact player")


def ipl() -> Game:
    return started(IPL_2023, substitutes=4)


def test_an_impact_player_bats_in_the_place_of_another() -> None:
    game = ipl()
    game.do(impact())
    game.ball(striker="as1", non_striker="a2", bat_runs=1)
    assert game.innings.batters["as1"].runs == 1
    assert game.refusal(RecordBall(striker="a11", non_striker="as1")) != "accepted"


def test_one_impact_player_a_side() -> None:
    game = ipl()
    game.do(impact())
    assert game.refusal(impact(out="a10", player_in="as2")) == "impact_player_used"


def test_not_in_the_middle_of_an_over() -> None:
    game = ipl()
    game.ball()
    assert game.refusal(impact()) == "impact_player_mid_over"


def test_at_the_fall_of_a_wicket_or_a_retirement() -> None:
    game = ipl()
    game.ball()
    game.do(DismissBatter(player="a1", kind=DismissalKind.RETIRED_HURT))
    game.do(impact())
    assert "as1" in game.state.sides["A"].players


def test_no_impact_player_in_other_formats() -> None:
    assert started(substitutes=1).refusal(impact()) == "no_impact_player"


def test_ten_wickets_end_the_innings_though_twelve_could_bat() -> None:
    game = ipl()
    game.wicket()
    game.do(impact(out="a1"))
    for _ in range(8):
        game.wicket()
    remaining = game.ends[0] or game.ends[1] or ""
    out = Wicket(player="as1", kind=DismissalKind.BOWLED)
    game.ball(striker="as1", non_striker=remaining, wickets=(out,), umpire_decision="ends unknown")
    assert game.innings.wickets == 10
    assert game.innings.closed == "all out"


def test_a_concussed_batter_retires_and_the_substitute_comes_in() -> None:
    game = started()
    game.ball()
    swap = ReplacePlayer(
        team="A", player_out="a1", player_in="ax", player_in_name="X", reason="concussion substitute"
    )
    assert game.refusal(swap) == "batter_at_crease"
    game.do(DismissBatter(player="a1", kind=DismissalKind.RETIRED_HURT))
    game.do(swap)
    game.ball(striker="ax", non_striker="a2", bat_runs=2)
    assert game.state.players["ax"].name == "X"
    assert game.refusal(replace(swap, player_out="a3", player_in="a1")) == "replaced_player"
