"""The prize money of a tournament: approved, sent once, taken back when the result is another after all."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.match.errors import CommandRefused
from domain.money.money import Money
from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.booking import transactions
from domain.payout.decide import decide
from domain.payout.evolve import evolve, fold, initial
from domain.payout.state import PayoutState, Phase
from domain.payout.steps import KeepBooks, SendTransfer, TakeBack, finished, steps
from domain.payout.terms import Debt, PayoutTerms, Share, Shares

NOW = datetime(2027, 6, 1, tzinfo=UTC)
CUP, PAYOUT = UUID(int=10), UUID(int=20)


def inr(amount: int) -> Money:
    return Money(amount, "inr")


TERMS = PayoutTerms(tournament=CUP, tournament_name="Cup", currency="inr", two_approve_above=inr(1_000))
NO_DISPUTE = c.HearOfDisputes(held=inr(0))


def shares(**amounts: int) -> Shares:
    won = tuple(
        Share(payee=payee, name=payee.upper(), rank=rank, amount=inr(amount))
        for rank, (payee, amount) in enumerate(amounts.items(), start=1)
    )
    return Shares(pool=inr(sum(amounts.values())), shares=won, kept=inr(0))


def propose(**amounts: int) -> c.ProposePayout:
    return c.ProposePayout(terms=TERMS, shares=shares(**amounts))


def after(*commands: c.PayoutCommand, state: PayoutState | None = None) -> PayoutState:
    state = state or initial()
    for command in commands:
        state = fold(decide(state, command, NOW), state)
    return state


def refusal(state: PayoutState, command: c.PayoutCommand) -> str:
    with pytest.raises(CommandRefused) as refused:
        decide(state, command, NOW)
    return refused.value.code


ANN, BOB = c.ApprovePayout(person="ann"), c.ApprovePayout(person="bob")
SMALL, LARGE = propose(rcb=600, csk=400), propose(rcb=601, csk=400)
PAID = after(
    SMALL,
    NO_DISPUTE,
    ANN,
    c.ObserveTransfer(number=1, transfer="tr_1"),
    c.ObserveTransfer(number=2, transfer="tr_2"),
    c.NoteBooked(through=99),
)


def wanted(state: PayoutState) -> list[str]:
    return [step.name for step in steps(state)]


# Approval.


def test_nothing_is_sent_before_somebody_has_approved() -> None:
    state = after(SMALL, NO_DISPUTE)
    assert state.phase is Phase.AWAITING_APPROVAL
    assert wanted(state) == ["books/1"]


def test_one_approval_is_enough_up_to_the_limit() -> None:
    assert after(SMALL, ANN, NO_DISPUTE).phase is Phase.PAYING


def test_above_the_limit_two_people_must_approve() -> None:
    once = after(LARGE, ANN, NO_DISPUTE)
    assert once.phase is Phase.AWAITING_APPROVAL
    assert refusal(once, ANN) == "approved_by_the_same"
    assert after(BOB, state=once).phase is Phase.PAYING


def test_what_is_approved_is_not_approved_again() -> None:
    assert refusal(after(SMALL, ANN), BOB) == "payout_approved_already"


def test_who_looked_at_an_older_revision_approves_nothing() -> None:
    state = after(SMALL, propose(rcb=400, csk=600))
    assert refusal(state, c.ApprovePayout(person="ann", revision=1)) == "payout_revised"
    assert after(c.ApprovePayout(person="ann", revision=2), state=state).approved


def test_without_prizes_there_is_no_payout() -> None:
    assert refusal(initial(), propose()) == "no_prizes"


@pytest.mark.parametrize("command", [ANN, NO_DISPUTE, c.NoteBooked(through=1), c.RetryOrders(person="ann")])
def test_a_payout_that_was_not_proposed_is_not_there(command: c.PayoutCommand) -> None:
    assert refusal(initial(), command) == "payout_not_found"


# Disputes.


def test_nothing_is_sent_while_a_dispute_is_open() -> None:
    state = after(SMALL, c.HearOfDisputes(held=inr(250)), ANN, c.NoteBooked(through=1))
    assert state.phase is Phase.BLOCKED
    assert wanted(state) == []
    assert state.watched
    assert wanted(after(NO_DISPUTE, state=state)) == ["transfer/1", "transfer/2"]


def test_nothing_is_sent_before_somebody_has_looked_for_disputes() -> None:
    assert after(SMALL, ANN).phase is Phase.BLOCKED


def test_a_dispute_that_opens_in_between_stops_what_is_left() -> None:
    state = after(SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    state = after(c.HearOfDisputes(held=inr(1)), c.NoteBooked(through=99), state=state)
    assert wanted(state) == []
    assert not finished(state)


# Transfers.


def test_each_share_is_one_transfer() -> None:
    state = after(SMALL, NO_DISPUTE, ANN, c.NoteBooked(through=1))
    assert [step.does for step in steps(state)] == [
        SendTransfer(number=1, payee="rcb", amount=inr(600)),
        SendTransfer(number=2, payee="csk", amount=inr(400)),
    ]


def test_a_transfer_is_counted_once() -> None:
    seen = c.ObserveTransfer(number=1, transfer="tr_1")
    state = after(SMALL, NO_DISPUTE, ANN, seen)
    assert decide(state, seen, NOW) == []
    assert decide(state, c.ObserveTransfer(number=9, transfer="tr_9"), NOW) == []


def test_it_is_over_when_everybody_has_theirs_and_the_books_say_so() -> None:
    assert PAID.phase is Phase.PAID
    assert finished(PAID)
    assert not finished(after(propose(rcb=600, csk=401), state=PAID))


def test_a_refused_transfer_holds_up_no_other_and_waits_for_somebody() -> None:
    state = after(SMALL, NO_DISPUTE, ANN, c.NoteOrderRefused(number=1, code="account_closed"))
    assert [step.name for step in steps(state) if not isinstance(step.does, KeepBooks)] == ["transfer/2"]
    state = after(c.ObserveTransfer(number=2, transfer="tr_2"), state=state)
    assert state.phase is Phase.STUCK
    retried = after(c.RetryOrders(person="ann"), c.NoteBooked(through=99), state=state)
    assert [step.does for step in steps(retried)] == [SendTransfer(number=3, payee="rcb", amount=inr(600))]


def test_there_is_nothing_to_retry_where_nothing_was_refused() -> None:
    assert refusal(PAID, c.RetryOrders(person="ann")) == "no_order_refused"


def test_another_key_is_used_when_one_is_spent() -> None:
    state = after(
        SMALL, NO_DISPUTE, ANN, c.NoteBooked(through=1), c.NoteKeySpent(step="transfer/1", attempt=0)
    )
    assert [step.attempt for step in steps(state)] == [1, 0]
    assert decide(state, c.NoteKeySpent(step="transfer/1", attempt=0), NOW) == []


# Another result after all.


def test_the_same_shares_again_change_nothing() -> None:
    assert decide(PAID, SMALL, NOW) == []


def test_a_revision_is_approved_anew() -> None:
    state = after(propose(csk=600, rcb=400), state=PAID)
    assert state.phase is Phase.AWAITING_APPROVAL
    state = after(BOB, c.NoteBooked(through=99), state=state)
    assert [step.does for step in steps(state)] == [
        SendTransfer(number=3, payee="csk", amount=inr(200)),
        TakeBack(number=4, transfer="tr_1", amount=inr(200)),
    ]


def test_a_prize_of_nobody_any_more_is_taken_back_whole() -> None:
    state = after(propose(csk=1_000), ANN, c.NoteBooked(through=99), state=PAID)
    back = [step.does for step in steps(state) if isinstance(step.does, TakeBack)]
    assert back == [TakeBack(number=4, transfer="tr_1", amount=inr(600))]


def test_money_that_is_on_its_way_arrives_before_a_revision() -> None:
    assert refusal(after(SMALL, NO_DISPUTE, ANN), propose(rcb=500, csk=500)) == "payout_under_way"


def test_a_revision_says_what_was_paid_and_what_was_not() -> None:
    state = after(
        SMALL,
        NO_DISPUTE,
        ANN,
        c.ObserveTransfer(number=1, transfer="tr_1"),
        c.NoteOrderRefused(number=2, code="account_closed"),
    )
    (revised,) = decide(state, propose(mi=1_000), NOW)
    assert isinstance(revised, e.PayoutRevised)
    assert [(x.payee, x.won.amount, x.withdrawn.amount, x.reclaimed.amount) for x in revised.changes] == [
        ("rcb", 0, 0, 600),
        ("csk", 0, 400, 0),
        ("mi", 1_000, 0, 0),
    ]


# The books.


def balances(events: list[e.PayoutEvent]) -> dict[str, int]:
    found: Counter[str] = Counter()
    keys: list[str] = []
    for version, event in enumerate(events, start=1):
        for transaction in transactions(PAYOUT, version, event, TERMS):
            keys.append(transaction.key)
            for posting in transaction.postings:
                found[posting.account.code.replace(f"/{CUP}", "")] += posting.amount
    assert len(keys) == len(set(keys))
    return {account: balance for account, balance in found.items() if balance}


def told(*commands: c.PayoutCommand) -> list[e.PayoutEvent]:
    state, events = initial(), list[e.PayoutEvent]()
    for command in commands:
        new = decide(state, command, NOW)
        state, events = fold(new, state), [*events, *new]
    return events


def test_a_prize_is_owed_until_it_is_sent() -> None:
    begun = (SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    assert balances(told(*begun)) == {"prizes": 1_000, "prizes_payable/csk": -400, "stripe_balance": -600}


def test_a_prize_to_be_given_back_is_a_debt_until_it_is() -> None:
    begun = (SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    arrived = (*begun, c.ObserveTransfer(number=2, transfer="tr_2"), propose(rcb=100, csk=400), BOB)
    assert balances(told(*arrived))["receivable/rcb"] == 500
    refused = (*arrived, c.NoteOrderRefused(number=3, code="balance_insufficient"))
    assert balances(told(*refused))["receivable/rcb"] == 500
    assert balances(told(*arrived, c.ObserveReversal(number=3, reversal="trr_1"))) == {
        "prizes": 500,
        "stripe_balance": -500,
    }


def test_a_prize_won_again_is_no_debt_any_more() -> None:
    begun = (SMALL, NO_DISPUTE, ANN, c.ObserveTransfer(number=1, transfer="tr_1"))
    reclaimed = (*begun, c.ObserveTransfer(number=2, transfer="tr_2"), propose(rcb=100, csk=400), BOB)
    kept = (*reclaimed, c.NoteOrderRefused(number=3, code="balance_insufficient"), SMALL)
    assert balances(told(*kept)) == {"prizes": 1_000, "stripe_balance": -1_000}


class Payouts(RuleBasedStateMachine):
    """Whatever is said in whatever order: nobody gets more than was won at some time, nothing is sent twice, and
    the books agree with what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.events = initial(), list[e.PayoutEvent]()
        self.sent = Counter[str]()
        """What Stripe has, by payee."""
        self.left = Counter[str]()
        """The same by transfer."""
        self.lost = Counter[str]()
        """Debts of payees that no prize is the reason of."""

    def tell(self, command: c.PayoutCommand) -> None:
        try:
            new = decide(self.state, command, NOW)
        except CommandRefused:
            return
        for event in new:
            self.state = evolve(self.state, event)
        self.events += new

    @initialize()
    def begin(self) -> None:
        self.tell(SMALL)

    @rule(amounts=st.dictionaries(st.sampled_from(["rcb", "csk", "mi"]), st.integers(1, 900), min_size=1))
    def revise(self, amounts: dict[str, int]) -> None:
        self.tell(propose(**amounts))

    @rule(person=st.sampled_from(["ann", "bob"]))
    def approve(self, person: str) -> None:
        self.tell(c.ApprovePayout(person=person))

    @rule(held=st.sampled_from([0, 0, 250]))
    def hear(self, held: int) -> None:
        self.tell(c.HearOfDisputes(held=inr(held)))

    @rule(repeats=st.integers(1, 3))
    def take_a_step(self, repeats: int) -> None:
        """Stripe does what is wanted once, however often the answer is told."""
        for step in steps(self.state)[:1]:
            match step.does:
                case SendTransfer() as does:
                    self.sent[does.payee] += does.amount.amount
                    self.left[f"tr_{does.number}"] += does.amount.amount
                    seen = c.ObserveTransfer(number=does.number, transfer=f"tr_{does.number}")
                case TakeBack() as does if does.amount.amount > self.left[does.transfer]:
                    seen = c.NoteOrderRefused(number=does.number, code="amount_too_large")
                case TakeBack() as does:
                    payee = self.state.orders[does.number].payee
                    self.sent[payee] -= does.amount.amount
                    self.left[does.transfer] -= does.amount.amount
                    seen = c.ObserveReversal(number=does.number, reversal=f"trr_{does.number}")
                case KeepBooks() as does:
                    seen = c.NoteBooked(through=does.through)
            for _ in range(repeats):
                self.tell(seen)

    @rule(number=st.integers(1, 9), code=st.sampled_from(["account_closed", "balance_insufficient"]))
    def refuse(self, number: int, code: str) -> None:
        self.tell(c.NoteOrderRefused(number=number, code=code))

    @rule(payee=st.sampled_from(["rcb", "csk", "mi"]), amount=st.integers(1, 900))
    def lose_a_dispute(self, payee: str, amount: int) -> None:
        self.lost[payee] += amount

    @rule()
    def read_the_books(self) -> None:
        """As far as they are kept."""
        kept = balances(self.events[: self.state.booked])
        debts = {
            payee: self.lost[payee] + kept.get(f"receivable/{payee}", 0) for payee in ("rcb", "csk", "mi")
        }
        self.tell(owes(self.state, **{payee: amount for payee, amount in debts.items() if amount > 0}))

    @rule(data=st.data())
    def take_back_by_hand(self, data: st.DataObject) -> None:
        """Somebody reverses a part of a transfer at Stripe, and the payout hears of it."""
        for transfer in sorted(transfer for transfer, left in self.left.items() if left)[:1]:
            amount = data.draw(st.integers(1, self.left[transfer]))
            self.sent[self.state.orders[int(transfer.removeprefix("tr_"))].payee] -= amount
            self.left[transfer] -= amount
            id_ = f"by hand {len(self.events)}"
            self.tell(c.ObserveReturn(transfer=transfer, reversal=id_, amount=inr(amount)))

    @rule()
    def retry(self) -> None:
        self.tell(c.RetryOrders(person="ann"))

    @invariant()
    def it_agrees_with_stripe(self) -> None:
        for payee in ("rcb", "csk", "mi"):
            if self.state.terms_known is not None:
                assert self.state.paid_to(payee).amount == self.sent[payee] >= 0

    @invariant()
    def the_books_agree(self) -> None:
        found = balances(self.events)
        assert sum(found.values()) == 0
        assert -found.get("stripe_balance", 0) == sum(self.sent.values())
        assert all(balance < 0 for account, balance in found.items() if account.startswith("prizes_payable"))
        for payee in ("rcb", "csk", "mi"):
            assert found.get(f"receivable/{payee}", 0) + self.lost[payee] >= 0

    @invariant()
    def what_is_over_is_what_was_won(self) -> None:
        if finished(self.state):
            won = {share.payee: share.amount.amount for share in self.state.shares.shares}
            for payee in ("rcb", "csk", "mi"):
                kept_back = self.state.set_off.get(payee, inr(0)).amount
                assert self.sent[payee] == max(won.get(payee, 0) - kept_back, 0)
            assert not any(account.startswith("prizes_payable") for account in balances(self.events))

    @invariant()
    def nothing_moves_while_a_dispute_is_open(self) -> None:
        if self.state.blocked:
            assert all(isinstance(step.does, KeepBooks) for step in steps(self.state))


TestPayouts = Payouts.TestCase


# Debts.


def owes(state: PayoutState, **amounts: int) -> c.HearOfDebts:
    debts = tuple(Debt(payee=payee, amount=inr(amount)) for payee, amount in amounts.items())
    return c.HearOfDebts(debts=debts, as_of=state.version)


def booked(state: PayoutState) -> PayoutState:
    return after(c.NoteBooked(through=state.money_version), state=state)


PROPOSED = after(SMALL, NO_DISPUTE)


def test_who_owes_its_fee_gets_its_prize_less_the_debt() -> None:
    state = after(owes(PROPOSED, rcb=250), ANN, state=PROPOSED)
    transfers = [step.does for step in steps(state) if isinstance(step.does, SendTransfer)]
    assert [(each.payee, each.amount) for each in transfers] == [("rcb", inr(350)), ("csk", inr(400))]


def test_a_debt_larger_than_the_prize_takes_all_of_it_and_no_more() -> None:
    state = after(owes(PROPOSED, rcb=900), ANN, state=PROPOSED)
    assert state.set_off == {"rcb": inr(600)}
    transfers = [step.does for step in steps(state) if isinstance(step.does, SendTransfer)]
    assert [each.payee for each in transfers] == ["csk"]


def test_who_has_won_nothing_goes_on_owing() -> None:
    assert decide(PROPOSED, owes(PROPOSED, mi=250), NOW) == []


def test_a_debt_is_set_off_once_however_often_the_books_are_read() -> None:
    hears = owes(PROPOSED, rcb=250)
    state = after(hears, state=PROPOSED)
    assert decide(state, hears, NOW) == []
    # The books still say 250: what is set off does not stand there yet.
    assert decide(state, owes(state, rcb=250), NOW) == []
    state = booked(state)
    assert decide(state, owes(state, rcb=40), NOW) == [e.DebtSetOff(payee="rcb", amount=inr(40), at=NOW)]


def test_who_approved_before_approves_anew_what_is_left() -> None:
    state = after(LARGE, NO_DISPUTE, ANN)
    state = after(owes(state, rcb=250), state=state)
    assert state.approved_by == ()
    assert refusal(state, c.ApprovePayout(person="bob", revision=1)) == "payout_revised"


def test_what_is_approved_is_paid_as_it_was_approved() -> None:
    state = after(ANN, state=PROPOSED)
    assert decide(state, owes(state, rcb=250), NOW) == []


def test_a_set_off_is_booked_as_one() -> None:
    event = e.DebtSetOff(payee="rcb", amount=inr(250), at=NOW)
    (transaction,) = transactions(PAYOUT, 3, event, TERMS)
    assert transaction.kind == "debt set off"
    assert {posting.account.code: posting.amount for posting in transaction.postings} == {
        f"prizes_payable/{CUP}/rcb": 250,
        f"receivable/{CUP}/rcb": -250,
    }


def test_a_prize_that_is_withdrawn_leaves_the_debt_it_was_kept_for() -> None:
    state = booked(after(owes(PROPOSED, rcb=250), state=PROPOSED))
    (revised,) = (
        each for each in decide(state, propose(csk=1_000), NOW) if isinstance(each, e.PayoutRevised)
    )
    (lost,) = (change for change in revised.changes if change.payee == "rcb")
    assert (lost.withdrawn, lost.reclaimed) == (inr(350), inr(250))


# What others do at Stripe.


def returned(amount: int, reversal: str = "trr_1") -> c.ObserveReturn:
    return c.ObserveReturn(transfer="tr_1", reversal=reversal, amount=inr(amount))


def test_what_somebody_took_back_is_owed_again_and_waits_for_a_person() -> None:
    state = after(returned(600), state=PAID)
    assert state.phase is Phase.STUCK
    assert state.paid_to("rcb") == inr(0)
    assert not any(isinstance(step.does, SendTransfer) for step in steps(state))
    state = after(c.RetryOrders(person="ann"), state=state)
    assert [step.does for step in steps(state) if isinstance(step.does, SendTransfer)] == [
        SendTransfer(number=4, payee="rcb", amount=inr(600))
    ]


def test_what_came_back_is_counted_once() -> None:
    state = after(returned(200), state=PAID)
    assert decide(state, returned(200), NOW) == []
    assert decide(state, returned(100, "trr_2"), NOW) != []


def test_a_transfer_that_is_not_of_this_payout_says_nothing() -> None:
    assert decide(PAID, c.ObserveReturn(transfer="tr_9", reversal="trr_1", amount=inr(1)), NOW) == []


def test_our_own_reversal_is_no_return() -> None:
    state = after(propose(rcb=400, csk=600), ANN, state=PAID)
    state = after(c.ObserveReversal(number=3, reversal="trr_1"), state=state)
    assert decide(state, returned(200), NOW) == []


def test_what_was_owed_anyway_is_a_debt_paid() -> None:
    state = after(propose(rcb=400, csk=600), state=PAID)
    (back,) = (each for each in decide(state, returned(250), NOW) if isinstance(each, e.PayoutCameBack))
    assert (back.amount, back.of_debt) == (inr(250), inr(200))
    assert [each.kind for each in transactions(PAYOUT, 9, back, TERMS)] == ["debt paid", "prize came back"]


@pytest.mark.parametrize("code", ["payee_missing", "account_closed", "account_not_ready"])
def test_who_can_be_paid_by_now_is_paid_without_anybody_asking(code: str) -> None:
    state = after(c.NoteOrderRefused(number=1, code=code), state=after(SMALL, NO_DISPUTE, ANN))
    assert state.watched
    state = after(c.HearOfAccounts(ready=("rcb",)), state=state)
    assert "transfer/3" in wanted(state)


def test_what_stripe_refused_for_another_reason_waits_for_a_person() -> None:
    state = after(
        c.NoteOrderRefused(number=1, code="balance_insufficient"), state=after(SMALL, NO_DISPUTE, ANN)
    )
    assert decide(state, c.HearOfAccounts(ready=("rcb",)), NOW) == []
