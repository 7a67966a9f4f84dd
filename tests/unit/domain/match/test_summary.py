"""What a scorer is told after each entry."""

from dataclasses import replace
from typing import Any

from domain.match import commands as c
from domain.match import decide, evolve, initial
from domain.match.conditions import T20
from domain.match.delivery import DismissalKind, Wicket
from domain.match.state import MatchState
from domain.match.summary import Summary, summarise

ONE_OVER = replace(T20, overs_per_innings=1, overs_per_bowler=1, powerplays=(), minimum_overs_for_result=None)
OPENERS: dict[str, Any] = {"striker": "k1", "non_striker": "k2", "bowler": "s11"}


def match(*commands: Any) -> MatchState:
    """A match of one over a side, Kent batting first, after some commands."""
    teams = (c.Team(id="k", name="Kent"), c.Team(id="s", name="Surrey"))
    before: list[c.MatchCommand] = [c.CreateMatch(conditions=ONE_OVER, teams=teams)]
    for team in "ks":
        players = tuple(c.Player(id=f"{team}{n}", name=f"{team.upper()} {n}") for n in range(1, 12))
        before.append(c.NameLineUp(team=team, players=players))
    before += [c.RecordToss(winner="k", decision="bat"), c.StartInnings()]
    state = initial()
    for command in (*before, *commands):
        for event in decide(state, command, None):
            state = evolve(state, event)
    return state


def balls(*runs: int, **first: Any) -> list[c.RecordBall]:
    """Balls with runs off the bat; ``first`` is said with the first of them."""
    return [
        c.RecordBall(bat_runs=each, all_run=True, **(first if index == 0 else {}))
        for index, each in enumerate(runs)
    ]


def test_before_a_match_begins_nothing_is_known() -> None:
    assert summarise(initial()) == Summary()


def test_the_score_and_who_is_at_which_end() -> None:
    summary = summarise(match(*balls(1, 2, **OPENERS)))
    assert summary.score == "Kent 3/0 (0.2)"
    assert (summary.striker, summary.non_striker, summary.bowler) == ("k2", "k1", "s11")
    assert (summary.innings, summary.runs, summary.wickets, summary.over) == (1, 3, 0, "0.2")
    assert summary.happened == ()


def test_a_free_hit_is_announced() -> None:
    summary = summarise(match(c.RecordBall(no_balls=1, **OPENERS)))
    assert summary.free_hit
    assert summary.happened == ("free hit",)


def test_a_wicket_asks_for_a_batter() -> None:
    wicket = Wicket(player="k1", kind=DismissalKind.BOWLED)
    summary = summarise(match(c.RecordBall(wickets=(wicket,), **OPENERS)))
    assert summary.score == "Kent 0/1 (0.1)"
    assert summary.happened == ("new batter needed",)


def test_the_end_of_an_innings_and_what_is_needed() -> None:
    summary = summarise(match(*balls(1, 1, 1, 1, 1, 1, **OPENERS)))
    assert summary.happened == ("innings closed: overs complete", "Surrey need 7 runs to win")
    assert (summary.striker, summary.bowler) == (None, None)


def test_a_chase_counts_down() -> None:
    reply = {"striker": "s1", "non_striker": "s2", "bowler": "k11"}
    chase = [c.StartInnings(), *balls(2, 1, **reply)]
    summary = summarise(match(*balls(1, 1, 1, 1, 1, 1, **OPENERS), *chase))
    assert (summary.target, summary.runs_needed, summary.balls_left) == (7, 4, 4)
    won = summarise(match(*balls(1, 1, 1, 1, 1, 1, **OPENERS), *chase, *balls(4)))
    assert won.result is not None
    assert won.happened == (
        "innings closed: target reached",
        "Surrey won by 10 wickets (with 3 balls remaining)",
    )


def test_play_stopped_is_said() -> None:
    summary = summarise(match(*balls(1, **OPENERS), c.InterruptPlay(reason="rain")))
    assert summary.happened == ("play stopped: rain",)
