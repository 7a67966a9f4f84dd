"""From a result to an official one."""

from domain.match import commands as m
from domain.session import commands as c
from domain.session import events as e
from domain.session.state import Phase
from tests.unit.domain.session.day import ANN_CONFIRMS, BEA_CONFIRMS, DISPUTE, Day, names, proposed, ruling


def test_a_result_is_proposed_in_words() -> None:
    proposal = proposed().session.proposal
    assert proposal is not None
    assert (proposal.outcome, proposal.winner) == ("win", "A")
    assert proposal.text == "Avon won by 6 runs"
    assert proposal.scores == ("Avon 12/0 (2)", "Barrow 6/0 (2)")


def test_both_captains_make_it_official() -> None:
    day = proposed()
    assert names(day.do(ANN_CONFIRMS)) == ["ResultConfirmed"]
    assert day.do(ANN_CONFIRMS) == []
    assert day.phase is Phase.RESULT_PROPOSED
    official = day.do(BEA_CONFIRMS)[-1]
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
    assert day.refusal(ANN_CONFIRMS) == "not_a_captain"
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
    assert day.refusal(ANN_CONFIRMS) == "result_missing"
    assert day.refusal(DISPUTE) == "result_missing"
    assert day.refusal(ruling("stands")) == "dispute_missing"


def test_a_corrected_match_is_confirmed_anew() -> None:
    day = proposed()
    day.do(ANN_CONFIRMS)
    last = day.match.innings[1].balls[0].version
    told = day.ground(m.CorrectBall(ball=last, delivery=m.RecordBall(bat_runs=4), reason="four, not six"))
    assert names(told) == ["MatchFollowed", "ResultProposed"]
    assert day.session.proposal is not None
    assert day.session.proposal.confirmed == frozenset()
    assert day.session.proposal.text == "Avon won by 8 runs"
    day.do(BEA_CONFIRMS)
    assert day.phase is Phase.RESULT_PROPOSED


def test_a_correction_of_the_score_alone_is_confirmed_anew_too() -> None:
    day = Day().started().innings_of(6)
    day.ground(m.StartInnings())
    day.balls(6, 1)
    day.do(ANN_CONFIRMS)
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
