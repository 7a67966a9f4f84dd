"""The simulator plays believable matches that the engine accepts to the last ball."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from statistics import mean

import pytest

from cli.simulator import Simulator, simulate
from cli.squads import SQUADS, Role
from domain.match import decide, evolve, initial
from domain.match.conditions import T20
from domain.match.delivery import Called, Delivery
from domain.match.delivery import DismissalKind as K
from domain.match.state import Innings, MatchState

SEEDS = range(200)


def play(simulator: Simulator) -> MatchState:
    """The decided match; a refused command is an error here."""
    state = initial()
    while (command := simulator.next_command(state)) is not None:
        assert getattr(command, "umpire_decision", None) is None
        for event in decide(state, command, None):
            evolve(state, event)
    return state


@cache
def matches() -> list[MatchState]:
    return [play(Simulator(seed)) for seed in SEEDS]


def all_innings() -> Iterator[Innings]:
    return (innings for match in matches() for innings in match.innings)


def all_balls() -> Iterator[Delivery]:
    return (ball.delivery for innings in all_innings() for ball in innings.balls)


def test_every_match_comes_to_a_result() -> None:
    outcomes = Counter(match.result.outcome for match in matches() if match.result)
    assert outcomes.total() == len(SEEDS)
    assert outcomes["win"] > outcomes["tie"] > 0


def test_a_tie_is_settled_by_a_super_over() -> None:
    ties = [match.result for match in matches() if match.result and match.result.outcome == "tie"]
    assert {tie.decided_by for tie in ties} == {"super over"}


def test_first_innings_totals_are_those_of_t20_cricket() -> None:
    firsts = [match.innings[0] for match in matches()]
    assert 150 < mean(first.runs for first in firsts) < 185
    assert 5 < mean(first.wickets for first in firsts) < 8
    assert 40 < min(first.runs for first in firsts) < max(first.runs for first in firsts) < 280


def test_either_side_wins_often_enough() -> None:
    chases = sum(
        match.result is not None and match.result.winner == match.innings[1].batting for match in matches()
    )
    assert 0.3 < chases / len(SEEDS) < 0.7


def test_the_last_wickets_add_less_than_the_first() -> None:
    runs = {Role.OPENER: [0, 0], Role.SEAMER: [0, 0]}
    for innings in all_innings():
        for line in innings.batters.values():
            role = SQUADS[innings.batting].members[line.player].role
            if role in runs:
                runs[role][0] += line.runs
                runs[role][1] += line.balls
    assert runs[Role.OPENER][0] / runs[Role.OPENER][1] > 1.15 * runs[Role.SEAMER][0] / runs[Role.SEAMER][1]


@pytest.mark.parametrize(
    "kind",
    [K.CAUGHT, K.BOWLED, K.LBW, K.CAUGHT_AND_BOWLED, K.STUMPED, K.RUN_OUT, K.HIT_WICKET, K.RETIRED_HURT],
)
def test_every_common_dismissal_happens(kind: K) -> None:
    assert any(
        line.out and line.out.kind is kind for innings in all_innings() for line in innings.batters.values()
    )


@pytest.mark.parametrize(
    "happened",
    [
        lambda ball: ball.wides == 1,
        lambda ball: ball.wides == 5,
        lambda ball: ball.called is Called.NO_BALL and ball.bat_runs,
        lambda ball: ball.free_hit and ball.bat_runs == 6,
        lambda ball: ball.byes,
        lambda ball: ball.leg_byes,
        lambda ball: ball.overthrows,
        lambda ball: ball.wides and ball.wickets,
        lambda ball: ball.review and ball.review.outcome == "upheld" and not ball.wickets,
        lambda ball: ball.review and ball.review.outcome == "struck down",
        lambda ball: any(fielder.substitute for wicket in ball.wickets for fielder in wicket.fielders),
    ],
    ids=[
        *("wide", "five wides", "runs off a no-ball", "six off a free hit", "byes", "leg byes", "overthrows"),
        *("stumped off a wide", "review saves the batter", "review lost", "caught by a substitute"),
    ],
)
def test_what_makes_scoring_hard_happens_too(happened) -> None:  # type: ignore[no-untyped-def]
    assert any(happened(ball) for ball in all_balls())


def test_a_catch_is_taken_by_somebody_of_the_fielding_side() -> None:
    for innings in all_innings():
        fielders = SQUADS[innings.bowling].members
        for line in innings.batters.values():
            if line.out and line.out.kind is K.CAUGHT:
                (catcher,) = line.out.fielders
                assert catcher.player in fielders
                assert catcher.player != line.bowler


def test_no_side_loses_more_reviews_than_it_has() -> None:
    for innings in all_innings():
        lost = Counter(
            ball.delivery.review.by
            for ball in innings.balls
            if ball.delivery.review and ball.delivery.review.outcome == "struck down"
        )
        assert max(lost.values(), default=0) <= 2


def test_the_wicket_keeper_does_not_bowl() -> None:
    for match in matches():
        for innings in match.innings:
            assert match.sides[innings.bowling].wicket_keeper not in innings.bowlers


def test_the_same_seed_gives_the_same_match() -> None:
    assert list(simulate(7)) == list(simulate(7))
    assert list(simulate(7)) != list(simulate(8))


def test_simulate_leaves_a_decided_match() -> None:
    state = initial()
    for command in simulate(3):
        for event in decide(state, command, None):
            evolve(state, event)
    assert state.result is not None


def test_clubs_and_conditions_may_be_chosen() -> None:
    home, away = SQUADS["blackwater-bulls"], SQUADS["fernhill-foxes"]
    match = play(Simulator(1, (home, away), T20))
    assert match.teams == (home.team.id, away.team.id)
    assert not any(side.impact_player_used for side in match.sides.values())


def test_with_impact_players_most_sides_bring_one_in() -> None:
    used = [side.impact_player_used for match in matches() for side in match.sides.values()]
    assert 0.7 < mean(used) < 1


def test_no_two_players_share_a_name() -> None:
    names = [member.player.name for squad in SQUADS.values() for member in squad.members.values()]
    assert len(names) == len(set(names)) == len(SQUADS) * 15
