"""Entries with a fee: the place that is kept, what their payments hear, and what goes back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.match.errors import CommandRefused
from domain.money.money import Money
from domain.money.refund_policy import RefundPolicy, RefundStep
from domain.payment.terms import GivesBack, Standing
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.fees import (
    NOWHERE,
    entry_to_pay,
    facts_of,
    last_moved,
    moved_since,
    place_of,
    terms_of,
)
from domain.tournament.lifecycle.state import EntryStatus
from tests.unit.domain.tournament.lifecycle.organiser import HOUR, T0, Organiser, enter, opened

FEE = Money(250_000, "inr")
OUT = Standing.OUT


def with_fee(teams: str = "ab", **more: Any) -> Organiser:
    """Registration is open, and the teams have entered."""
    organiser = opened(capacity=2, entry_fee=FEE, reserve_minutes=60.0, **more)
    return organiser.do(*map(enter, teams))


def told(organiser: Organiser, team: str) -> tuple[Standing, GivesBack]:
    facts = facts_of(organiser.state, organiser.state.entry(team).number)
    return facts.standing, facts.gives_back


def test_a_place_with_a_fee_is_kept_for_a_while() -> None:
    organiser = with_fee()
    assert organiser.status("a") is EntryStatus.PENDING_PAYMENT
    assert organiser.state.entry("a").reserved_until == T0 + HOUR
    assert organiser.dues()["reservation expires a"] == T0 + HOUR


def test_a_place_that_is_not_paid_for_falls_to_the_next() -> None:
    organiser = with_fee("abc")
    assert organiser.refuses(c.ReleaseReservation(team="a")).code == "reservation_open"
    organiser.now = T0 + HOUR
    organiser.do(c.ReleaseReservation(team="a"))
    assert organiser.status("a") is EntryStatus.PLACE_LOST
    assert organiser.status("c") is EntryStatus.OFFERED


def test_a_waiting_team_pays_only_when_it_has_accepted() -> None:
    organiser = with_fee("abc").do(c.WithdrawEntry(team="a"))
    with pytest.raises(CommandRefused, match="nothing is to be paid"):
        entry_to_pay(organiser.state, "c")
    organiser.do(c.AcceptOffer(team="c"))
    assert entry_to_pay(organiser.state, "c").reserved_until == T0 + HOUR


def test_a_payment_of_an_entry_that_was_left_confirms_no_other() -> None:
    organiser = with_fee().do(c.WithdrawEntry(team="a"), enter("a"))
    assert organiser.refuses(c.ConfirmEntry(team="a", number=1)).code == "entry_over"
    assert organiser.do(c.ConfirmEntry(team="a", number=3)).status("a") is EntryStatus.CONFIRMED


def test_a_payment_of_an_entry_that_was_left_withdraws_no_other() -> None:
    organiser = with_fee().do(c.WithdrawEntry(team="a"), enter("a"))
    assert organiser.refuses(c.WithdrawEntry(team="a", number=1)).code == "entry_over"
    assert organiser.do(c.WithdrawEntry(team="a", number=3)).status("a") is EntryStatus.WITHDRAWN


def test_who_never_had_the_place_for_good_gets_everything_back() -> None:
    assert told(with_fee().do(c.WithdrawEntry(team="a")), "a") == (OUT, GivesBack.ALL)


def test_who_withdraws_gets_back_by_policy() -> None:
    organiser = with_fee().do(c.ConfirmEntry(team="a"), c.WithdrawEntry(team="a"))
    assert told(organiser, "a") == (OUT, GivesBack.BY_POLICY)
    assert facts_of(organiser.state, 1).left_at == T0


def test_who_is_put_out_gets_nothing_back() -> None:
    organiser = with_fee().do(c.ConfirmEntry(team="a"), c.DisqualifyTeam(team="a", reason="fraud"))
    assert told(organiser, "a") == (OUT, GivesBack.NOTHING)


def test_a_cancelled_tournament_gives_everything_back() -> None:
    organiser = with_fee().do(c.ConfirmEntry(team="a"), c.CancelTournament(reason="rain"))
    assert [told(organiser, team) for team in "ab"] == [(OUT, GivesBack.ALL)] * 2
    assert organiser.refuses(c.ConfirmEntry(team="b")).code == "tournament_over"


def test_payments_are_told_in_order_and_only_of_what_is_new() -> None:
    organiser = with_fee()
    assert [entry.team for entry in moved_since(organiser.state, NOWHERE, 9)] == ["a", "b"]
    place = last_moved(organiser.state)
    organiser.do(c.NameSquad(team="b", players=()))
    assert moved_since(organiser.state, place, 9) == []
    organiser.do(c.ConfirmEntry(team="a"))
    assert [entry.team for entry in moved_since(organiser.state, place, 9)] == ["a"]


def test_a_cancelled_tournament_tells_all_some_at_a_time() -> None:
    organiser = with_fee().do(c.ConfirmEntry(team="a"))
    place = last_moved(organiser.state)
    organiser.do(c.CancelTournament(reason="rain"))
    (first,) = moved_since(organiser.state, place, 1)
    (second,) = moved_since(organiser.state, place_of(first), 1)
    assert (first.team, second.team) == ("a", "b")
    assert moved_since(organiser.state, place_of(second), 1) == []


def test_the_payment_of_an_entry_that_was_left_is_told_too() -> None:
    organiser = with_fee()
    place = last_moved(organiser.state)
    organiser.do(c.WithdrawEntry(team="a"), enter("a"))
    assert [entry.number for entry in moved_since(organiser.state, place, 9)] == [1, 3]


def test_terms_are_those_of_the_tournament() -> None:
    policy = RefundPolicy(steps=(RefundStep(until=T0 + timedelta(days=1), percent=50),))
    organiser = with_fee(refund_policy=policy)
    terms = terms_of(organiser.state, UUID(int=1), 1)
    assert (terms.team, terms.fee, terms.policy) == ("a", FEE, policy)


def test_free_entries_have_no_payment() -> None:
    organiser = opened().do(enter("a"))
    assert last_moved(organiser.state) == NOWHERE
    assert organiser.status("a") is EntryStatus.CONFIRMED


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"entry_fee": Money(0, "inr")}, "amount_not_positive"),
        ({"entry_fee": Money(1_255, "kwd")}, "amount_not_chargeable"),
        ({"reserve_minutes": 0.0}, "hours_invalid"),
        ({"refund_policy": RefundPolicy(steps=(RefundStep(until=T0, percent=0),))}, "refund_policy_invalid"),
    ],
)
def test_a_fee_that_cannot_be_taken_is_refused_at_once(more: dict[str, Any], code: str) -> None:
    with pytest.raises(CommandRefused) as refused:
        opened(**more)
    assert refused.value.code == code
