"""Matches that are called off, given to a side, or cancelled."""

import pytest

from domain.match import commands as m
from domain.session import commands as c
from domain.session import events as e
from domain.session.state import Phase
from tests.unit.domain.session.day import ANN_CONFIRMS, BEA_CONFIRMS, Day, at, names, proposed


def test_called_off_without_play_it_is_abandoned() -> None:
    day = Day().toss()
    assert day.refusal(c.AbandonMatch(reason="")) == "reason_missing"
    day.do(c.AbandonMatch(reason="waterlogged"))
    assert day.phase is Phase.ENDING
    assert day.carry_out() == ["AbandonMatch"]
    assert day.phase is Phase.RESULT_PROPOSED


def test_called_off_it_goes_to_the_reserve_day_unless_for_good() -> None:
    day = Day(reserve_starts_at=at(1440)).toss()
    for_good = c.AbandonMatch(reason="waterlogged", for_good=True)
    assert day.refusal(for_good) == "accepted"
    day.do(c.AbandonMatch(reason="waterlogged"))
    assert day.phase is Phase.POSTPONED
    day.do(for_good)
    assert day.carry_out() == ["AbandonMatch"]


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (c.AwardMatch(to="A", reason="refused to play"), "Match awarded to Avon (refused to play)"),
        (c.ForfeitMatch(team="B", reason="did not appear"), "Match awarded to Avon (did not appear)"),
        (c.ConcedeMatch(team="B"), "Avon won: Barrow conceded"),
    ],
    ids=["awarded", "forfeited", "conceded"],
)
def test_given_to_a_side_it_is_proposed_like_any_result(command: c.SessionCommand, text: str) -> None:
    day = Day().started()
    day.do(command)
    assert day.carry_out() == ["AwardMatch"]
    assert day.session.proposal is not None
    assert (day.session.proposal.winner, day.session.proposal.text) == ("A", text)
    day.comes_due("result official")
    assert day.session.finished


def test_a_result_reached_by_play_can_be_awarded_otherwise() -> None:
    day = proposed()
    day.do(ANN_CONFIRMS)
    day.do(c.AwardMatch(to="B", reason="unregistered player"))
    assert day.refusal(BEA_CONFIRMS) == "result_missing"
    day.carry_out()
    assert day.session.proposal is not None
    assert (day.session.proposal.winner, day.session.proposal.confirmed) == ("B", frozenset())


def test_one_decision_at_a_time() -> None:
    day = Day().started()
    day.do(c.ConcedeMatch(team="B"))
    for other in (c.AwardMatch(to="B", reason="x"), c.ForfeitMatch(team="A"), c.AbandonMatch(reason="rain")):
        assert day.refusal(other) == "match_ending"


def test_with_a_result_it_is_too_late_to_give_up() -> None:
    day = proposed()
    assert day.refusal(c.ConcedeMatch(team="A")) == "match_over"
    assert day.refusal(c.AbandonMatch(reason="rain")) == "match_over"


def test_a_decision_that_the_match_refuses_leaves_it_as_it_was() -> None:
    """The captains agreed and the match was called off at the same moment as its last ball."""
    day = Day().started().innings_of(12)
    day.ground(m.StartInnings())
    day.balls(*[0] * 11)
    day.do(c.AbandonMatch(reason="bad light"))
    bowled = m.RecordBall(bat_runs=0)
    day._play(bowled)
    assert day.carry_out() == ["match_over"]
    assert day.session.proposal is not None
    assert day.session.proposal.text == "Avon won by 12 runs"
    assert "OrderRefused" in names(day.events)


def test_a_decision_taken_back_in_the_match_is_none() -> None:
    day = Day().started()
    day.do(c.AbandonMatch(reason="bad light"))
    order = day.session.orders[0]
    day._play(m.EndMatch(reason="bad light"))
    told = day.match.version
    day._play(m.Undo())
    day.do(c.NoteOrder(order=order, match_version=told))
    day.follow()
    assert day.phase is Phase.IN_PLAY


def test_what_is_ordered_is_believed_when_it_is_seen() -> None:
    day = proposed()
    day.do(c.AwardMatch(to="A", reason="unregistered player"))
    order = day.session.orders[0]
    assert day.do(c.NoteOrder(order=order, match_version=day.match.version + 1))[-1] == e.OrderCarriedOut(
        order=order, match_version=day.match.version + 1
    )
    assert day.phase is Phase.ENDING
    day.ground(m.AwardMatch(winner="A", reason="unregistered player"))
    assert day.session.proposal is not None
    assert day.session.proposal.text == "Match awarded to Avon (unregistered player)"


def test_cancelled_before_its_result_the_match_is_abandoned() -> None:
    day = Day()
    assert day.refusal(c.CancelSession(reason="")) == "reason_missing"
    day.do(c.CancelSession(reason="Barrow withdrew"))
    assert day.carry_out() == ["AbandonMatch"]
    assert (day.phase, day.session.finished) == (Phase.CANCELLED, True)
    assert day.refusal(c.TakeLease(scorer="sam")) == "session_over"


def test_cancelled_after_its_result_the_match_is_left_alone() -> None:
    day = proposed()
    day.do(c.CancelSession(reason="results void"))
    assert (day.session.orders, day.session.finished) == ((), True)
