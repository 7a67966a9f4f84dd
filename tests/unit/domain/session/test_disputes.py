"""A result in dispute, and the ruling."""

from datetime import timedelta

from domain.match import commands as m
from domain.session import commands as c
from domain.session import events as e
from domain.session.agenda import agenda
from domain.session.state import Phase
from tests.unit.domain.session.day import (
    ANN_CONFIRMS,
    DISPUTE,
    Day,
    at,
    disputed,
    names,
    proposed,
    ruling,
)


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
    assert day.refusal(ANN_CONFIRMS) == "result_disputed"
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
    assert day.refusal(ANN_CONFIRMS) == "session_over"


def test_a_ruling_awards_what_was_called_off() -> None:
    day = Day().toss()
    day.do(c.AbandonMatch(reason="no ball", for_good=True))
    day.carry_out()
    day.do(DISPUTE)
    day.do(ruling("awarded", to="B"))
    assert day.carry_out() == ["AwardMatch"]
    assert (day.phase, day.match.result and day.match.result.winner) == (Phase.OFFICIAL, "B")
