"""Matches that must end closely do, in cricket that the engine accepts."""

from functools import cache

import pytest

from cli.close_match import CloseMatch
from domain.match import decide, evolve, initial
from domain.match.commands import CorrectBall, MatchCommand, RecordBall
from domain.match.events import BallRecorded
from domain.match.state import MatchState

SEEDS = range(6)


def carry_out(state: MatchState, command: MatchCommand) -> None:
    """A refused command is an error here."""
    for event in decide(state, command, None):
        evolve(state, event)


def play(seed: int, short: int) -> MatchState:
    simulator, state = CloseMatch(seed, short=short), initial()
    while (command := simulator.next_command(state)) is not None:
        carry_out(state, command)
    return state


@cache
def three_short() -> list[MatchState]:
    return [play(seed, short=3) for seed in SEEDS]


def last_ball(state: MatchState) -> tuple[int, BallRecorded]:
    balls = [(version, fact) for version, fact in state.facts if isinstance(fact, BallRecorded)]
    return balls[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_level_match_goes_to_a_super_over(seed: int) -> None:
    state = play(seed, short=0)
    assert state.result is not None
    assert state.innings[0].runs == state.innings[1].runs
    assert (state.result.outcome, state.result.decided_by) == ("tie", "super over")


def test_a_chase_ends_as_many_runs_short_as_asked() -> None:
    for state in three_short():
        assert state.result is not None
        assert (state.result.winner, state.result.by_runs) == (state.innings[0].batting, 3)


def test_its_last_ball_is_a_dot_that_ends_the_overs() -> None:
    for state in three_short():
        delivery = last_ball(state)[1].delivery
        assert (delivery.bat_runs, state.innings[1].closed) == (0, "overs complete")


def test_a_four_instead_of_the_last_ball_turns_the_result() -> None:
    for state in (play(seed, short=3) for seed in SEEDS[:3]):
        ball, _ = last_ball(state)
        four = RecordBall(bat_runs=4)
        carry_out(state, CorrectBall(ball=ball, delivery=four, reason="it had crossed the rope"))
        assert state.result is not None
        assert state.result.winner == state.innings[1].batting
        assert state.result.by_wickets


def test_the_same_seed_plays_the_same_match() -> None:
    assert play(7, short=3).innings[1].balls == play(7, short=3).innings[1].balls
