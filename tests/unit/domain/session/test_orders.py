"""What the session asks of the match, and that none of it is lost."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.match import commands as m
from domain.match.errors import CommandRefused
from domain.match.events import EVENT_TYPES as OF_THE_MATCH
from domain.session import commands as c
from domain.session import decide as decisions
from domain.session import events as e
from domain.session import evolve as folding
from domain.session.agenda import agenda
from domain.session.orders import order_of
from domain.session.state import FINAL, Phase
from tests.unit.domain.session.day import SHORT, Day, at

ORDERS: list[tuple[e.SessionEvent, m.MatchCommand | None]] = [
    (e.OversCut(innings=1, overs=15), m.ReduceOvers(overs=15, innings=1)),
    (e.OversCut(innings=2, overs=15, balls=3), m.ReduceOvers(overs=15, balls=3, innings=2)),
    (e.RevisedTargetAsked(cause=9, computed=True, overs=12), m.ReviseTarget(overs=12)),
    (e.RevisedTargetAsked(cause=9, computed=False, overs=12), None),
    (e.LeaseTaken(scorer="sam", at=at(0)), m.AppointScorer(scorer="sam")),
    (e.LeaseRenewed(scorer="sam", at=at(0)), None),
    (e.LeaseHandedOver(scorer="sam", to="tim", at=at(0)), m.AppointScorer(scorer="tim")),
    (
        e.LeaseTakenOver(scorer="tim", holder="sam", reason="ill", at=at(0)),
        m.AppointScorer(scorer="tim"),
    ),
    (e.LeaseReleased(scorer="sam"), m.AppointScorer(scorer=None)),
    (e.LeaseExpired(scorer="sam", silent_since=at(0)), m.AppointScorer(scorer=None)),
    (e.PlayCalledOff(reason="rain", played=True), m.EndMatch(reason="rain")),
    (e.PlayCalledOff(reason="rain", played=False), m.AbandonMatch(reason="rain")),
    (e.WinAwarded(to="A", reason="x"), m.AwardMatch(winner="A", reason="x")),
    (e.MatchConceded(team="B", to="A"), m.AwardMatch(winner="A", reason="", conceded=True)),
    (e.MatchForfeited(team="B", to="A"), m.AwardMatch(winner="A", reason="forfeited")),
    (e.ResultAnnulled(reason="x"), m.AbandonMatch(reason="x")),
    (e.SessionCancelled(reason="x", unfinished=True), m.AbandonMatch(reason="x")),
    (e.SessionCancelled(reason="x", unfinished=False), None),
    (e.MatchPostponed(to=at(1440), reason="rain"), None),
    (e.DeadlineMissed(what="toss", due_at=at(-30)), None),
]


@pytest.mark.parametrize(("event", "order"), ORDERS, ids=lambda one: type(one).__name__)
def test_what_an_event_asks_of_the_match(event: e.SessionEvent, order: m.MatchCommand | None) -> None:
    assert order_of(event) == order


def test_no_event_is_called_as_one_of_the_match() -> None:
    assert e.EVENT_TYPES.keys() & OF_THE_MATCH.keys() == {"PersonErased"}  # it happens to every stream alike


def test_every_command_is_decided_and_every_event_folded() -> None:
    assert set(c.SessionCommand.__args__) == decisions._DECISIONS.keys()
    assert set(e.SessionEvent.__args__) == folding._CHANGES.keys()


def test_an_order_stands_until_it_is_known_what_came_of_it() -> None:
    day = Day()
    day.do(c.TakeLease(scorer="sam"))
    order = day.session.version
    assert day.session.orders == (order,)
    day.do(c.NoteOrder(order=order, match_version=2))
    assert day.session.orders == ()
    assert day.do(c.NoteOrder(order=order, match_version=2)) == []


def test_an_order_refused_says_why() -> None:
    day = Day()
    day.do(c.TakeLease(scorer="sam"))
    order = day.session.version
    assert day.do(c.NoteOrder(order=order, refused="match_not_found")) == [
        e.OrderRefused(order=order, code="match_not_found")
    ]
    assert day.session.orders == ()


def test_what_was_never_ordered_is_not_noted() -> None:
    assert Day().do(c.NoteOrder(order=1, match_version=5)) == []


# --- any day whatever --------------------------------------------------------------------------------------

PEOPLE = st.sampled_from(["ann", "bea", "ref", "sam", "tim"])
SIDES = st.sampled_from(["A", "B", None])
TEAM = st.sampled_from(["A", "B"])
WORDS = st.sampled_from(["rain", "a dispute"])
COMMANDS: st.SearchStrategy[c.SessionCommand] = st.one_of(
    st.builds(c.TakeLease, scorer=PEOPLE),
    st.builds(c.HandOverLease, scorer=PEOPLE, to=PEOPLE),
    st.builds(c.TakeOverLease, scorer=PEOPLE, reason=WORDS),
    st.builds(c.ReleaseLease, scorer=PEOPLE),
    st.builds(c.ConfirmResult, person=PEOPLE, team=SIDES),
    st.builds(c.RaiseDispute, person=PEOPLE, team=SIDES, reason=WORDS),
    st.builds(c.AnswerDispute, person=PEOPLE, team=SIDES, answer=WORDS),
    st.builds(
        c.RuleDispute,
        person=PEOPLE,
        ruling=st.sampled_from(["stands", "awarded", "replay", "no result"]),
        reason=WORDS,
        to=SIDES,
    ),
    st.builds(c.AbandonMatch, reason=WORDS, for_good=st.booleans()),
    st.builds(c.AwardMatch, to=TEAM, reason=WORDS),
    st.builds(c.ConcedeMatch, team=TEAM),
    st.builds(c.ForfeitMatch, team=TEAM),
    st.builds(c.RescheduleSession, starts_at=st.just(at(30)), reserve_starts_at=st.just(at(3000))),
)
PLAY: st.SearchStrategy[m.MatchCommand] = st.one_of(
    st.just(m.StartInnings()),
    st.just(m.InterruptPlay(reason="rain")),
    st.just(m.ResumePlay()),
    st.just(m.Undo()),
    st.just(m.EndInnings(reason="weather")),
    st.just(m.ReduceOvers(overs=1)),
)


class AnyDay(RuleBasedStateMachine):
    """People decide, play goes on, orders are carried out late, and time passes: in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.day = Day(SHORT, reserve_starts_at=at(1440)).toss().to(0)
        self.asked: dict[int, str] = {}
        self.official: object = None
        self.seen = 0

    def attempt(self, action: Any, *what: Any) -> None:
        with suppress(CommandRefused):
            action(*what)

    @rule(command=COMMANDS)
    def somebody_decides(self, command: c.SessionCommand) -> None:
        self.attempt(self.day.do, command)

    @rule(command=PLAY)
    def something_happens_at_the_ground(self, command: m.MatchCommand) -> None:
        self.attempt(self.day._play, command)

    @precondition(lambda self: self.day.match.current is not None)
    @rule(runs=st.sampled_from([0, 1, 6]), balls=st.integers(1, 12))
    def balls_are_bowled(self, runs: int, balls: int) -> None:
        for _ in range(balls):
            if self.day.match.current is not None:
                self.attempt(self.day.balls, runs)

    @rule()
    def the_session_is_told(self) -> None:
        self.day.follow()

    @rule()
    def orders_are_carried_out(self) -> None:
        self.day.carry_out()

    @precondition(lambda self: bool(agenda(self.day.session)))
    @rule()
    def what_is_next_comes_due(self) -> None:
        due = agenda(self.day.session)[0]
        self.day.now = max(self.day.now, due.at)
        self.day.do(due.command)
        still = agenda(self.day.session)
        assert due not in still, "what was carried out is done, or due at another time"

    @invariant()
    def no_order_is_lost(self) -> None:
        for version, event in enumerate(self.day.events[self.seen :], self.seen + 1):
            if order_of(event) is not None:
                self.asked[version] = type(event).__name__
            if isinstance(event, e.OrderCarriedOut | e.OrderRefused):
                del self.asked[event.order]
        self.seen = len(self.day.events)
        assert tuple(self.asked) == self.day.session.orders

    @invariant()
    def one_person_scores_and_it_is_who_holds_the_lease(self) -> None:
        if not self.day.session.orders:
            lease = self.day.session.lease
            assert self.day.match.scorer == (lease.scorer if lease else None)

    @invariant()
    def official_is_final(self) -> None:
        session = self.day.session
        if self.official is None and session.phase in FINAL:
            self.official = (session.phase, session.official_by, session.facts)
        if self.official is not None:
            assert (session.phase, session.official_by, session.facts) == self.official
            assert agenda(session) == ()

    @invariant()
    def an_official_result_is_one(self) -> None:
        if self.day.session.phase is Phase.OFFICIAL:
            assert self.day.session.facts.over

    @invariant()
    def something_is_next_until_it_is_over(self) -> None:
        """No day gets stuck: it waits for a deadline, for an order, for a ruling, or for the match to be seen."""
        session = self.day.session
        waiting = session.orders or session.phase in (Phase.DISPUTED, Phase.ENDING, Phase.NOT_OPENED)
        assert session.phase in FINAL or waiting or agenda(session)


TestAnyDay = AnyDay.TestCase
TestAnyDay.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
