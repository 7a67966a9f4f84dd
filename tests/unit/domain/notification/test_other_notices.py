"""What tournaments, match days and payments have to tell, and to whom."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.match import commands as m
from domain.money.money import Money
from domain.notification.notice import Kind, Notice
from domain.notification.other_notices import (
    BEFORE_THE_TOSS,
    PaymentNotices,
    SessionNotices,
    TournamentNotices,
    WebhookEndpointNotices,
    toss_still_due,
)
from domain.payment import events as p
from domain.payment.terms import EntryFacts, Standing, Terms
from domain.session import commands as sc
from domain.session import events as s
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as t
from domain.webhook import events as w
from tests.unit.domain.session.day import DISPUTE, Day, at, proposed
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    HOUR,
    T0,
    Organiser,
    enter,
    moved,
    opened,
    scheduled,
)


def of_tournament(organiser: Organiser, recorded_at: datetime = T0) -> list[Notice]:
    fold = TournamentNotices("t1", lambda node, replay: f"{node}#{replay}")
    return [notice for event in organiser.history for notice in fold.apply(event, recorded_at)]


# --- tournaments -----------------------------------------------------------------------------------------------


def test_a_match_with_another_time_is_moved() -> None:
    organiser = scheduled()
    node = organiser.state.drawn.nodes[0].id
    placed = organiser.match(node).placement
    assert placed is not None
    organiser.do(c.MoveFixtures(placements=(moved(placed, placed.starts_at + HOUR),), reason="rain"))
    (notice,) = of_tournament(organiser)
    assert notice.kind is Kind.FIXTURE_MOVED
    assert notice.words["match"].startswith("Team ")
    assert notice.words["starts_at"] == (placed.starts_at + HOUR).isoformat()
    assert notice.words["started_at"] == placed.starts_at.isoformat()
    assert {"tournament:t1", f"match:{node}#0"} <= set(notice.about)
    assert not notice.critical


def test_one_that_stays_where_it_is_is_not() -> None:
    organiser = scheduled()
    placed = organiser.match(organiser.state.drawn.nodes[0].id).placement
    assert placed is not None
    organiser.do(c.MoveFixtures(placements=(placed,), reason="nothing"))
    assert of_tournament(organiser) == []


def test_a_match_moved_there_and_back_is_told_twice() -> None:
    organiser = scheduled()
    placed = organiser.match(organiser.state.drawn.nodes[0].id).placement
    assert placed is not None
    for starts in (placed.starts_at + HOUR, placed.starts_at, placed.starts_at + HOUR):
        organiser.do(c.MoveFixtures(placements=(moved(placed, starts),), reason="rain"))
    assert len({notice.subject for notice in of_tournament(organiser)}) == 3


def test_a_match_of_tomorrow_that_is_moved_cannot_wait() -> None:
    organiser = scheduled()
    placed = organiser.match(organiser.state.drawn.nodes[0].id).placement
    assert placed is not None
    organiser.do(c.MoveFixtures(placements=(moved(placed, placed.starts_at + 5 * HOUR),), reason="rain"))
    (notice,) = of_tournament(organiser, recorded_at=placed.starts_at - 23 * HOUR)
    assert notice.critical


def test_a_place_from_the_waitlist_is_offered_to_the_teams_captain_alone() -> None:
    organiser = opened(capacity=2).do(*(enter(team) for team in "abc"), c.WithdrawEntry(team="a"))
    (offer,) = organiser.said(t.PlaceOffered)
    (notice,) = of_tournament(organiser)
    assert (notice.kind, notice.followed) == (Kind.WAITLIST_OFFER, False)
    assert notice.grants == ("captain@team:c",)
    assert notice.expires_at == offer.expires_at
    assert notice.critical


# --- match days ------------------------------------------------------------------------------------------------


def of_day(day: Day, now: datetime | None = None) -> list[Notice]:
    fold = SessionNotices("stream", lambda tournament, node: f"{tournament}/{node}")
    return [notice for event in day.events for notice in fold.apply(event, now or at(-120))]


def kinds(notices: list[Notice]) -> list[str]:
    return [notice.kind for notice in notices]


def test_the_toss_is_told_a_quarter_of_an_hour_before_it() -> None:
    day = Day(tournament="t1", node="final")
    (notice,) = of_day(day)
    assert notice.kind is Kind.TOSS_SOON
    assert notice.due_at == at(-30) - BEFORE_THE_TOSS
    assert notice.expiry(at(-120)) == at(-30), "afterwards it is soon no more"
    assert {"team:A", "tournament:t1", "match:t1/final"} <= set(notice.about)


def test_a_match_day_with_another_time_has_another_toss_and_the_first_is_not_told() -> None:
    day = Day()
    day.do(sc.RescheduleSession(starts_at=at(240)))
    first, second = of_day(day)
    assert first.subject != second.subject
    assert second.due_at == at(210) - BEFORE_THE_TOSS
    for notice, still in ((first, False), (second, True)):
        assert notice.while_start is not None
        starts = notice.while_start.partition("/")[2]
        assert toss_still_due(day.session, starts) is still


def test_a_toss_that_was_made_is_not_told() -> None:
    day = Day()
    (notice,) = of_day(day)
    assert notice.while_start is not None
    for team in ("A", "B"):
        players = tuple(m.Player(id=f"{team}{n}", name=f"{team} {n}") for n in range(1, 12))
        day.ground(m.NameLineUp(team=team, players=players))
    day.ground(m.RecordToss(winner="A", decision="bat"))
    assert not toss_still_due(day.session, notice.while_start.partition("/")[2])


def test_a_match_put_off_to_its_reserve_day_is_moved() -> None:
    fold = SessionNotices("stream", lambda tournament, node: None)
    opening = Day().events
    for event in opening:
        fold.apply(event, at(-120))
    found = fold.apply(s.MatchPostponed(to=at(1440), reason="rain"), at(300))
    assert kinds(list(found))[0] == Kind.FIXTURE_MOVED
    assert found[0].words["reason"] == "rain"


def test_a_dispute_is_told_to_those_who_must_answer_or_rule() -> None:
    day = proposed()
    day.do(DISPUTE)
    notice = of_day(day)[-1]
    assert (notice.kind, notice.followed, notice.critical) == (Kind.RESULT_DISPUTED, False, True)
    assert {"ann", "bea", "ref"} <= set(notice.persons)
    assert {"captain@team:A", "captain@team:B", "referee"} <= set(notice.grants)


# --- payments --------------------------------------------------------------------------------------------------

NOW = datetime(2026, 4, 1, tzinfo=UTC)
FEE = Money(250_000, "inr")
TERMS = Terms(
    tournament=UUID(int=2),
    tournament_name="Cup",
    team="rcb",
    team_name="Royal Challengers",
    number=1,
    fee=FEE,
)


def of_payment(*events: Any) -> list[Notice]:
    entry = EntryFacts(version=1, standing=Standing.RESERVED)
    fold = PaymentNotices("p1")
    requested = p.PaymentRequested(terms=TERMS, entry=entry, at=NOW)
    return [notice for event in (requested, *events) for notice in fold.apply(event, NOW)]


PAID = p.PaymentSucceeded(charge="ch_1", amount=FEE, fee=None, balance_transaction=None, at=NOW)


def test_money_that_came_in_is_told_to_the_captain_and_the_treasurer_for_ever() -> None:
    (notice,) = of_payment(PAID)
    assert (notice.kind, notice.followed) == (Kind.PAYMENT_RECEIVED, False)
    assert notice.words["amount"] == "2,500.00 INR"
    assert {"captain@team:rcb", "treasurer"} <= set(notice.grants)
    assert notice.captain_of == (str(UUID(int=2)), "rcb")
    assert notice.expiry(NOW) is None


def test_each_refund_is_told_once() -> None:
    half = Money(FEE.amount // 2, "inr")
    by_hand = (p.RefundIssued(refund=f"re_{n}", number=None, amount=half, at=NOW) for n in (1, 2))
    found = of_payment(PAID, *by_hand, p.RefundCompleted(refund="re_1", at=NOW))[1:]
    assert [notice.subject for notice in found] == ["payment/p1/refund/re_1", "payment/p1/refund/re_2"]
    assert found[0].words["amount"] == "1,250.00 INR"


def test_a_dispute_at_the_bank_is_for_those_who_keep_the_money_not_for_the_team() -> None:
    opened_ = p.DisputeOpened(dispute="dp_1", amount=FEE, fee=FEE, reason="fraudulent", at=NOW)
    notice = of_payment(PAID, opened_)[-1]
    assert notice.kind is Kind.PAYMENT_DISPUTED
    assert not [grant for grant in notice.grants if grant.startswith("captain")]
    assert notice.captain_of is None
    assert notice.critical


def test_what_else_happens_to_a_payment_is_nobodys_news() -> None:
    failed = p.PaymentFailed(code="card_declined", decline_code="", at=NOW)
    assert of_payment(failed, p.BooksKept(through=1)) == []


def an_endpoint_disabled(because: w.Because, since: datetime | None = None) -> list[Notice]:
    """What an endpoint's second event, that nothing is sent there any more, makes people be told."""
    origin = "https://hooks.example.org"
    fold = WebhookEndpointNotices("e1")
    created = w.WebhookEndpointCreated(
        origin=origin, event_types=(), tournaments=(), matches=(), ordered=False, at=NOW
    )
    disabled = w.WebhookEndpointDisabled(origin=origin, because=because, failing_since=since, at=NOW)
    return [notice for event in (created, disabled) for notice in fold.apply(event, NOW)]


def test_an_endpoint_to_which_nothing_got_for_days_is_told_with_since_when() -> None:
    (notice,) = an_endpoint_disabled("failing", NOW - 5 * DAY)
    assert (notice.kind, notice.subject) == (Kind.WEBHOOKS_FAILED, "webhook/e1/disabled/2")
    assert notice.words == {"origin": "https://hooks.example.org", "since_at": (NOW - 5 * DAY).isoformat()}
    assert (notice.followed, notice.grants) == (False, ("owner", "admin"))


def test_an_endpoint_that_says_it_is_gone_is_told() -> None:
    (notice,) = an_endpoint_disabled("gone")
    assert notice.kind is Kind.WEBHOOKS_UNWANTED


def test_what_somebody_switched_off_themselves_is_not_told() -> None:
    assert an_endpoint_disabled("by_hand") == []
