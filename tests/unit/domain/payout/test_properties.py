"""Whatever is said of prize money, in whatever order."""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.match.errors import CommandRefused
from domain.payout import commands as c
from domain.payout import events as e
from domain.payout.decide import decide
from domain.payout.evolve import evolve, initial
from domain.payout.steps import KeepBooks, SendTransfer, TakeBack, finished, steps
from tests.unit.domain.payout.purse import (
    NOW,
    SMALL,
    balances,
    begins,
    inr,
    owes,
    propose,
)


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
        self.asked = dict[int, int]()
        """Transfers that Stripe was asked for, and for how much."""
        self.unheard = dict[int, int]()
        """Reversals that Stripe has made and nobody has heard of, and how much."""
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
                    self.tell(begins(self.state, does.number))
                    self.sent[does.payee] += does.amount.amount
                    self.left[f"tr_{does.number}"] += does.amount.amount
                    seen = c.ObserveTransfer(number=does.number, transfer=f"tr_{does.number}")
                case TakeBack() as does if does.number in self.unheard:
                    self.unheard.pop(does.number)
                    seen = c.ObserveReversal(number=does.number, reversal=f"trr_{does.number}")
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

    @rule()
    def begin_a_transfer(self) -> None:
        """Stripe is asked, and nobody knows yet what came of it."""
        for step in steps(self.state)[:1]:
            if isinstance(step.does, SendTransfer) and step.does.number not in self.asked:
                self.tell(begins(self.state, step.does.number))
                self.asked[step.does.number] = step.does.amount.amount

    @rule()
    def take_back_and_lose_the_answer(self) -> None:
        """Stripe has reversed it, and nobody knows that yet."""
        for step in steps(self.state)[:1]:
            if not isinstance(step.does, TakeBack) or step.does.number in self.unheard:
                continue
            number, amount, transfer = step.does.number, step.does.amount.amount, step.does.transfer
            if amount <= self.left[transfer]:
                self.left[transfer] -= amount
                self.sent[self.state.orders[number].payee] -= amount
                self.unheard[number] = amount

    @rule(number=st.integers(1, 9), code=st.sampled_from(["account_closed", "balance_insufficient"]))
    def refuse(self, number: int, code: str) -> None:
        if number in self.unheard:  # the same key is given the same answer
            return
        self.asked.pop(number, None)
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
                orders = self.state.orders
                unheard = sum(a for number, a in self.unheard.items() if orders[number].payee == payee)
                assert self.state.paid_to(payee).amount - unheard == self.sent[payee] >= 0

    @invariant()
    def what_was_taken_back_can_still_be_heard_of(self) -> None:
        assert all(self.state.orders[number].standing == "ordered" for number in self.unheard)

    @invariant()
    def what_was_asked_for_stays_so(self) -> None:
        """Whatever debts are heard of: nothing of it can be kept back, and it is not asked for anew."""
        for number, amount in self.asked.items():
            order = self.state.orders[number]
            assert (order.amount.amount, order.standing in ("ordered", "done")) == (amount, True)

    @invariant()
    def the_books_agree(self) -> None:
        found = balances(self.events)
        assert sum(found.values()) == 0
        assert -found.get("stripe_balance", 0) == sum(self.sent.values()) + sum(self.unheard.values())
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
