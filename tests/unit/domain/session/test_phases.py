"""Where a match day is: read off the match, whatever came when."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.match import commands as m
from domain.session import commands as c
from domain.session.agenda import agenda
from domain.session.decide import decide
from domain.session.evolve import evolve, fold
from domain.session.state import Phase, SessionState
from tests.unit.domain.session.day import SHORT, TEAMS, TWO_O_CLOCK, Day, at


def test_a_match_goes_through_its_phases() -> None:
    day = Day()
    assert day.phase is Phase.AWAITING_LINE_UPS
    assert day.line_ups().phase is Phase.AWAITING_TOSS
    day.ground(m.RecordToss(winner="A", decision="bat"))
    assert day.phase is Phase.READY
    day.to(0).ground(m.StartInnings())
    assert day.phase is Phase.IN_PLAY
    day.ground(m.InterruptPlay(reason="rain"))
    assert day.phase is Phase.INTERRUPTED
    day.ground(m.ResumePlay())
    assert day.phase is Phase.IN_PLAY
    assert day.innings_of(12).phase is Phase.INNINGS_BREAK
    day.ground(m.StartInnings())
    assert day.innings_of(6).phase is Phase.RESULT_PROPOSED
    day.comes_due("result official")
    assert day.phase is Phase.OFFICIAL
    assert day.session.finished
    assert agenda(day.session) == ()


def test_a_toss_without_line_ups_still_waits_for_them() -> None:
    day = Day()
    day.ground(m.RecordToss(winner="A", decision="bat"))
    assert day.phase is Phase.AWAITING_LINE_UPS


def test_rain_before_the_start_interrupts_too() -> None:
    day = Day().toss()
    day.ground(m.InterruptPlay(reason="rain"))
    assert day.phase is Phase.INTERRUPTED


def test_a_session_is_opened_once() -> None:
    day = Day()
    again = c.OpenSession(
        match=day.session.plan, starts_at=TWO_O_CLOCK, settings=day.session.settings, captains=()
    )
    assert day.refusal(again) == "session_exists"


def test_nothing_can_be_asked_of_a_session_that_is_not_open() -> None:
    day = Day()
    day.session = SessionState()
    assert day.refusal(c.TakeLease(scorer="sam")) == "session_not_found"
    assert agenda(day.session) == ()


def test_the_reserve_day_comes_after_the_day() -> None:
    day = Day()
    early = c.RescheduleSession(starts_at=at(60), reserve_starts_at=at(0))
    assert day.refusal(early) == "reserve_too_early"
    day.session = SessionState()
    plan = m.CreateMatch(conditions=SHORT, teams=TEAMS)
    opening = c.OpenSession(
        match=plan, starts_at=at(0), reserve_starts_at=at(-10), settings=day.session.settings
    )
    assert day.refusal(opening) == "reserve_too_early"


def test_a_match_is_moved_until_play_begins() -> None:
    day = Day().line_ups()
    day.do(c.RescheduleSession(starts_at=at(90), ground="Other Oval", reason="wet outfield"))
    assert (day.session.start, day.session.ground) == (at(90), "Other Oval")
    day.started()
    assert day.refusal(c.RescheduleSession(starts_at=at(200))) == "match_started"


def test_everything_known_changes_nothing() -> None:
    day = Day().started().balls(1, 2, 4)
    assert day.follow() == []


@pytest.mark.parametrize(
    "command",
    [
        c.TakeLease(scorer="sam"),
        c.ConfirmResult(person="ann", team="A"),
        c.RaiseDispute(person="ann", team="A", reason="miscounted"),
        c.AbandonMatch(reason="rain"),
        c.AwardMatch(to="A", reason="refusal to play"),
        c.ConcedeMatch(team="A"),
        c.CancelSession(reason="tournament cancelled"),
        c.RescheduleSession(starts_at=at(500)),
        c.NameOfficials(officials=()),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_is_official_is_final(command: c.SessionCommand) -> None:
    day = Day().played()
    day.comes_due("result official")
    assert day.refusal(command) == "session_over"


def test_a_later_correction_of_the_match_is_not_the_sessions() -> None:
    day = Day().played()
    day.comes_due("result official")
    before = day.session
    day.ground(m.Undo())
    assert day.session == before


@pytest.mark.parametrize(
    "command", [c.NoteOverdue(what="toss"), c.CutOff(), c.ExpireLease(), c.MakeOfficial()], ids=repr
)
def test_a_clock_that_is_late_or_early_changes_nothing(command: c.SessionCommand) -> None:
    early = Day()
    assert early.do(command) == []
    late = Day().played()
    late.comes_due("result official")
    assert late.do(command) == []


# --- signals may be lost, doubled and overtaken ------------------------------------------------------------


def _whole_day() -> tuple[SessionState, list[c.MatchFacts]]:
    """The facts of every moment of a day with rain, a correction, and a result that came twice."""
    day = Day()
    opened, seen = day.session, list[c.MatchFacts]()
    follow = day.follow

    def watched() -> list[object]:
        events = follow()
        seen.append(day.session.facts)
        return list(events)

    day.follow = watched  # type: ignore[method-assign, assignment]
    day.toss().to(0).ground(m.StartInnings())
    day.balls(1, 1).ground(m.InterruptPlay(reason="rain"))
    day.to(40).ground(m.ResumePlay())
    day.innings_of(8)
    day.ground(m.StartInnings())
    day.innings_of(3)
    day.ground(m.Undo())
    day.balls(0)
    return opened, seen


OPENED, SEEN = _whole_day()


def _after(facts: list[c.MatchFacts]) -> SessionState:
    state = OPENED
    for one in facts:
        for event in decide(state, c.CatchUp(facts=one), at(200)):
            state = evolve(state, event)
    return state


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_however_the_facts_arrive_the_phase_is_the_same(data: st.DataObject) -> None:
    upto = data.draw(st.integers(1, len(SEEN)))
    prefix = SEEN[:upto]
    extra = data.draw(st.lists(st.sampled_from(prefix), max_size=8))
    arrived = data.draw(st.permutations([*prefix, *extra]))
    in_order, shuffled = _after(prefix), _after(arrived)
    assert shuffled.phase is in_order.phase
    assert shuffled.facts == in_order.facts
    assert (shuffled.proposal and shuffled.proposal.text) == (in_order.proposal and in_order.proposal.text)


def test_folding_the_events_again_gives_the_same_state() -> None:
    day = Day().played()
    day.comes_due("result official")
    assert fold(day.events) == day.session
