"""From a result to an official one."""

from datetime import timedelta

import pytest

from domain.match import commands as m
from domain.session import commands as c
from domain.session import events as e
from domain.session.agenda import agenda
from domain.session.state import Phase
from tests.unit.domain.session.day import Day, at, names

ANN = c.ConfirmResult(person="ann", team="A")
BEA = c.ConfirmResult(person="bea", team="B")
DISPUTE = c.RaiseDispute(person="bea", team="B", reason="the last ball was a wide")


def proposed() -> Day:
    """Avon won by six runs."""
    return Day().played(12, 6)


def disputed() -> Day:
    day = proposed()
    day.do(DISPUTE)
    return day


def ruling(how: str, to: str | None = None) -> c.RuleDispute:
    return c.RuleDispute(person="ref", ruling=how, reason="as the film shows", to=to)  # type: ignore[arg-type]


def test_a_result_is_proposed_in_words() -> None:
    proposal = proposed().session.proposal
    assert proposal is not None
    assert (proposal.outcome, proposal.winner) == ("win", "A")
    assert proposal.text == "Avon won by 6 runs"
    assert proposal.scores == ("Avon 12/0 (2)", "Barrow 6/0 (2)")


def test_both_captains_make_it_official() -> None:
    day = proposed()
    assert names(day.do(ANN)) == ["ResultConfirmed"]
    assert day.do(ANN) == []
    assert day.phase is Phase.RESULT_PROPOSED
    official = day.do(BEA)[-1]
    assert official == e.ResultMadeOfficial(
        by="captains", outcome="win", winner="A", text="Avon won by 6 runs", match_version=day.match.version
    )
    assert day.phase is Phase.OFFICIAL


def test_the_referee_alone_makes_it_official() -> None:
    day = proposed()
    day.do(c.ConfirmResult(person="ref"))
    assert (day.phase, day.session.official_by) == (Phase.OFFICIAL, "referee")


def test_nobody_else_confirms_it() -> None:
    day = proposed()
    assert day.refusal(c.ConfirmResult(person="bea", team="A")) == "not_a_captain"
    assert day.refusal(c.ConfirmResult(person="ann", team="C")) == "unknown_team"
    assert day.refusal(c.ConfirmResult(person="ann")) == "not_the_referee"


def test_where_no_referee_is_named_whoever_acts_as_one_may() -> None:
    day = Day(officials=()).played()
    day.do(c.ConfirmResult(person="organiser"))
    assert day.session.official_by == "referee"


def test_captains_may_change() -> None:
    day = proposed()
    day.do(c.NameOfficials(officials=day.session.officials, captains=(("A", "amy"), ("B", "bea"))))
    assert day.refusal(ANN) == "not_a_captain"
    day.do(c.ConfirmResult(person="amy", team="A"))


def test_nobody_objecting_it_is_official_after_the_window() -> None:
    day = proposed()
    ended = day.now
    day.comes_due("result official")
    assert day.session.official_by == "window"
    assert (day.now - ended).total_seconds() == 3600


def test_before_the_window_has_passed_it_is_not() -> None:
    day = proposed()
    assert day.do(c.MakeOfficial()) == []
    assert day.phase is Phase.RESULT_PROPOSED


def test_without_a_result_there_is_nothing_to_confirm_or_dispute() -> None:
    day = Day().started()
    assert day.refusal(ANN) == "result_missing"
    assert day.refusal(DISPUTE) == "result_missing"
    assert day.refusal(ruling("stands")) == "dispute_missing"


def test_a_corrected_match_is_confirmed_anew() -> None:
    day = proposed()
    day.do(ANN)
    last = day.match.innings[1].balls[0].version
    told = day.ground(m.CorrectBall(ball=last, delivery=m.RecordBall(bat_runs=4), reason="four, not six"))
    assert names(told) == ["MatchFollowed", "ResultProposed"]
    assert day.session.proposal is not None
    assert day.session.proposal.confirmed == frozenset()
    assert day.session.proposal.text == "Avon won by 8 runs"
    day.do(BEA)
    assert day.phase is Phase.RESULT_PROPOSED


def test_a_correction_of_the_score_alone_is_confirmed_anew_too() -> None:
    day = Day().started().innings_of(6)
    day.ground(m.StartInnings())
    day.balls(6, 1)
    day.do(ANN)
    first = day.match.innings[1].balls[0].version
    day.ground(m.CorrectBall(ball=first, delivery=m.RecordBall(bat_runs=4), reason="four, not six"))
    assert day.phase is Phase.IN_PLAY
    day.balls(2)
    assert day.session.proposal is not None
    assert day.session.proposal.confirmed == frozenset()


def test_a_result_taken_back_is_no_longer_proposed() -> None:
    day = proposed()
    assert names(day.ground(m.Undo())) == ["MatchFollowed", "ProposalWithdrawn"]
    assert (day.phase, day.due("result official")) == (Phase.IN_PLAY, None)


# --- disputes ----------------------------------------------------------------------------------------------


def test_a_captain_or_the_referee_disputes_it() -> None:
    day = proposed()
    assert day.refusal(c.RaiseDispute(person="bob", team="B", reason="unfair")) == "not_a_captain"
    assert day.refusal(c.RaiseDispute(person="bob", reason="unfair")) == "not_the_referee"
    assert day.refusal(c.RaiseDispute(person="bea", team="B", reason="")) == "reason_missing"
    day.do(c.RaiseDispute(person="ref", reason="a player was not registered"))
    assert day.phase is Phase.DISPUTED


def test_after_the_window_it_is_too_late() -> None:
    day = proposed()
    assert day.session.proposal is not None
    day.now = day.session.proposal.confirm_by
    assert day.refusal(DISPUTE) == "accepted"
    day.to(10_000)
    assert day.refusal(DISPUTE) == "dispute_too_late"


def test_while_it_is_disputed_nothing_makes_it_official_but_a_ruling() -> None:
    day = disputed()
    assert day.due("result official") is None
    assert day.to(10_000).do(c.MakeOfficial()) == []
    assert day.refusal(ANN) == "result_disputed"
    assert day.refusal(c.ConfirmResult(person="ref")) == "result_disputed"
    assert day.refusal(DISPUTE) == "result_disputed"
    assert day.refusal(c.AwardMatch(to="B", reason="as said")) == "result_disputed"
    assert day.phase is Phase.DISPUTED


def test_the_other_side_answers_it() -> None:
    day = disputed()
    assert day.refusal(c.AnswerDispute(person="bea", team="B", answer="see")) == "own_dispute"
    assert day.refusal(c.AnswerDispute(person="ann", team="A", answer="")) == "reason_missing"
    day.do(c.AnswerDispute(person="ann", team="A", answer="it was not"))
    assert day.session.dispute is not None
    assert day.session.dispute.answers == (("ann", "it was not"),)
    assert day.phase is Phase.DISPUTED


def test_a_dispute_outlives_a_correction_and_a_result_taken_back() -> None:
    day = disputed()
    day.ground(m.Undo())
    assert (day.phase, day.refusal(ruling("stands"))) == (Phase.IN_PLAY, "dispute_missing")
    day.balls(1)
    assert day.phase is Phase.DISPUTED


def test_more_time_to_dispute_the_result() -> None:
    day = proposed()
    assert day.session.proposal is not None
    later = day.session.proposal.confirm_by + timedelta(hours=3)
    longer = c.MoveWindow(what="result", ends_at=later, reason="the captain is travelling")
    assert names(day.do(longer)) == ["WindowMoved"]
    assert day.do(longer) == []
    day.now = later - timedelta(minutes=1)
    day.do(DISPUTE)
    assert day.phase is Phase.DISPUTED
    assert day.refusal(longer) == "result_disputed"


def test_more_time_to_answer_a_dispute_that_nobody_answered() -> None:
    day = disputed()
    day.comes_due("dispute answer due")
    later = day.now + timedelta(hours=3)
    day.do(c.MoveWindow(what="dispute answer", ends_at=later))
    assert [(due.name, due.at) for due in agenda(day.session)] == [("dispute answer due", later)]


def test_a_window_is_moved_while_it_is_open_and_to_a_time_to_come() -> None:
    day = proposed()
    assert day.refusal(c.MoveWindow(what="result", ends_at=day.now)) == "deadline_in_past"
    assert day.refusal(c.MoveWindow(what="dispute answer", ends_at=at(9_999))) == "dispute_missing"
    assert Day().refusal(c.MoveWindow(what="result", ends_at=at(9_999))) == "result_missing"


def test_ruled_that_it_stands() -> None:
    day = disputed()
    assert day.refusal(c.RuleDispute(person="ref", ruling="stands", reason="")) == "reason_missing"
    assert names(day.do(ruling("stands"))) == ["DisputeRuled", "ResultMadeOfficial"]
    assert (day.session.official_by, day.session.finished) == ("ruling", True)


def test_ruled_that_the_match_is_awarded() -> None:
    day = disputed()
    assert day.refusal(ruling("awarded")) == "unknown_team"
    day.do(ruling("awarded", to="B"))
    assert day.phase is Phase.ENDING
    assert day.carry_out() == ["AwardMatch"]
    official = day.events[-1]
    assert isinstance(official, e.ResultMadeOfficial)
    assert (official.by, official.winner, official.text) == (
        "ruling",
        "B",
        "Match awarded to Barrow (as the film shows)",
    )


def test_ruled_that_there_is_no_result() -> None:
    day = disputed()
    day.do(ruling("no result"))
    assert day.carry_out() == ["AbandonMatch"]
    assert isinstance(day.events[-1], e.ResultMadeOfficial)
    assert day.events[-1].outcome == "no result"


def test_ruled_that_it_is_played_again() -> None:
    day = disputed()
    day.do(ruling("replay"))
    assert (day.phase, day.session.finished) == (Phase.REPLAY_ORDERED, True)
    assert day.refusal(ANN) == "session_over"


def test_a_ruling_awards_what_was_called_off() -> None:
    day = Day().toss()
    day.do(c.AbandonMatch(reason="no ball", for_good=True))
    day.carry_out()
    day.do(DISPUTE)
    day.do(ruling("awarded", to="B"))
    assert day.carry_out() == ["AwardMatch"]
    assert (day.phase, day.match.result and day.match.result.winner) == (Phase.OFFICIAL, "B")


# --- ended otherwise ---------------------------------------------------------------------------------------


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
    day.do(ANN)
    day.do(c.AwardMatch(to="B", reason="unregistered player"))
    assert day.refusal(BEA) == "result_missing"
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
