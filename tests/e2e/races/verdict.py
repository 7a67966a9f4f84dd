"""Whether every payment of a race ended one way, and all books say the same: what is wrong, in words.

Nothing here asks Pavilion what is owed: that is worked out anew from the place and the plan.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.payment.state import FINAL, PaymentState, Phase
from domain.payment.steps import finished
from domain.tournament.lifecycle.state import Entry, EntryStatus
from stack.stripe_simulator.core import DECIMALS, fee_of
from stack.stripe_simulator.disputes import FEES as DISPUTE_FEES
from tests.e2e.races.plan import Cup

ONCE = ("PaymentRequested", "PaymentSucceeded", "ReceiptIssued", "IntentCreated")
EMPTY_ACCOUNTS = frozenset({"refunds_payable", "disputed", "suspense"})
"""What must not be left over: refunds decided and not made, money held back, what nobody can explain."""
HOLDS_OR_HAS = (EntryStatus.PENDING_PAYMENT, EntryStatus.CONFIRMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A payment at its end. ``stripe``: the simulator's counts; ``ours`` and ``by_hand``: the refunds there that
    did not fail, made by Pavilion and in the dashboard; ``cancelled``: its tournament was."""

    id: UUID
    cup: Cup
    manner: str
    entry: Entry
    cancelled: bool
    state: PaymentState
    events: Sequence[str]
    stripe: Mapping[str, int]
    ours: Sequence[int] = ()
    by_hand: Sequence[int] = ()

    @property
    def confirmed(self) -> bool:
        """The team has the place."""
        return self.entry.status is EntryStatus.CONFIRMED and not self.cancelled

    @property
    def outcome(self) -> str:
        """What became of it, in the words of the payment."""
        return self.state.phase.value

    @property
    def owed(self) -> set[int]:
        """What was to go back: one sum, or one of two where it was called off in the moment it was confirmed."""
        everything, by_policy = self.cup.fee.amount, self.cup.gives_back()
        entry = self.entry
        if self.confirmed:
            return {0}
        if not entry.confirmed or (self.cancelled and entry.status in HOLDS_OR_HAS):
            return {everything}
        if entry.status is not EntryStatus.WITHDRAWN:
            return {0}
        return {by_policy, everything} if "PaymentCalledOff" in self.events else {by_policy}

    @property
    def refunds(self) -> int:
        """How many of ours there may be: one; and another where it had been called off by policy, and the tournament
        was cancelled before the place was released, for then the rest is owed."""
        called_off = "PaymentCalledOff" in self.events and self.cup.gives_back() in self.ours
        return 2 if called_off and self.cancelled and self.entry.status in HOLDS_OR_HAS else 1

    @property
    def at_stripe(self) -> int:
        """What Stripe's balance has of it."""
        stripe, currency = self.stripe, self.cup.fee.currency
        fees = fee_of(stripe["received"], currency) if stripe["received"] else 0
        fees += stripe["disputes"] * DISPUTE_FEES[DECIMALS[currency]]
        return stripe["received"] - stripe["refunded"] - stripe["disputed"] - fees


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of the ledger: the key of its transaction, the account's code, debit positive."""

    key: str
    account: str
    currency: str
    amount: int


def faults(played: Sequence[Played], ledger: Sequence[Posting], balances: Mapping[str, int]) -> list[str]:
    """All that is wrong. ``balances``: the simulator's, by currency."""
    found = [f"{each.id} ({each.manner}): {fault}" for each in played for fault in faults_of(each)]
    return [*found, *_overbooked(played), *faults_of_books(played, ledger, balances)]


def faults_of(payment: Played) -> Iterator[str]:
    """What is wrong with one payment."""
    if not payment.events:
        if payment.confirmed or any(payment.stripe.values()):
            yield "it was never requested, and has a place or money"
        return
    yield from _state_faults(payment)
    stripe = payment.stripe
    if stripe["intents"] != 1:
        yield f"{stripe['intents']} intents"
    if stripe["live"] != stripe["succeeded"]:
        yield "an intent can still be paid"
    if stripe["succeeded"] > 1 or stripe["received"] not in (0, payment.cup.fee.amount):
        yield f"paid {stripe['succeeded']} times, {stripe['received']} in all"
    if stripe["refunded"] + stripe["disputed"] > stripe["received"]:
        yield f"{stripe['refunded']} given back and {stripe['disputed']} taken of {stripe['received']}"
    if stripe["refunded"] != sum(payment.ours) + sum(payment.by_hand):
        yield f"refunds of {payment.ours} and {payment.by_hand} are not {stripe['refunded']}"
    if len(payment.ours) > payment.refunds:
        yield f"refunded {len(payment.ours)} times by us: {payment.ours}, {payment.entry.status}, {payment.events}"
    yield from _policy_faults(payment)


def _state_faults(payment: Played) -> Iterator[str]:
    state, counts = payment.state, Counter(payment.events)
    if not finished(state) or not (state.phase in FINAL or state.phase is Phase.CONFIRMED):
        yield f"it came no further than {state.phase}"
    for name in ONCE:
        if counts[name] > 1:
            yield f"{name} {counts[name]} times"
    if not payment.cancelled and payment.entry.status in (EntryStatus.PENDING_PAYMENT, EntryStatus.OFFERED):
        yield f"its entry is left {payment.entry.status}"
    if (state.phase in (Phase.CONFIRMED, Phase.WAIVED)) != payment.confirmed:
        yield f"it is {state.phase}, and its entry {payment.entry.status}"
    if (state.paid is not None) != bool(payment.stripe["received"]):
        yield "the payment and Stripe do not agree on whether it was paid"


def _policy_faults(payment: Played) -> Iterator[str]:
    """A place is paid for, or waived; of any other payment that went back which was to."""
    stripe = payment.stripe
    if not stripe["received"]:
        if payment.confirmed and payment.manner != "is confirmed by hand":
            yield "it has a place that nobody paid for"
        return
    back, elsewhere = sum(payment.ours), sum(payment.by_hand) + stripe["disputed"]
    if not any(max(0, owed - elsewhere) <= back <= owed for owed in payment.owed):
        yield f"{back} given back (and {elsewhere} elsewhere), which should have been {payment.owed}"


def _overbooked(played: Sequence[Played]) -> Iterator[str]:
    places = Counter(each.cup for each in played if each.confirmed)
    for cup, taken in places.items():
        if taken > cup.places:
            yield f"{cup.id}: {taken} teams in {cup.places} places"


def faults_of_books(
    played: Sequence[Played], ledger: Sequence[Posting], balances: Mapping[str, int]
) -> Iterator[str]:
    """What is wrong with the ledger, by itself and beside the simulator's books."""
    yield from _sums(ledger)
    at_stripe, by_payment, by_account = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for each in ledger:
        by_account[each.account, each.currency] += each.amount
        if each.account == "stripe_balance":
            at_stripe[each.currency] += each.amount
            by_payment[each.key.partition("/")[0]] += each.amount
    for currency in {*at_stripe, *balances}:
        if at_stripe[currency] != balances.get(currency, 0):
            yield f"the ledger has {at_stripe[currency]} {currency}, Stripe {balances.get(currency, 0)}"
    for each in played:
        if by_payment.pop(str(each.id), 0) != each.at_stripe:
            yield f"{each.id} ({each.manner}): the books of it are not the {each.at_stripe} that Stripe has"
    yield from (f"{key}: {amount} of no payment" for key, amount in by_payment.items() if amount)
    for (account, currency), balance in by_account.items():
        if balance and account.partition("/")[0] in EMPTY_ACCOUNTS:
            yield f"{balance} {currency} left on {account}"
    yield from _income(played, by_account)


def _sums(ledger: Sequence[Posting]) -> Iterator[str]:
    sums = Counter[tuple[str, str]]()
    for each in ledger:
        sums[each.key, each.currency] += each.amount
    yield from (f"{key} adds up to {amount} {currency}" for (key, currency), amount in sums.items() if amount)


def _income(played: Sequence[Played], by_account: Mapping[tuple[str, str], int]) -> Iterator[str]:
    """Fees less refunds are the tournament's; what banks took for good is owed by the teams."""
    fees, debts = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in played:
        currency = each.cup.fee.currency
        fees[f"entry_fees/{each.cup.id}", currency] -= each.stripe["received"] - each.stripe["refunded"]
        debts[f"receivable/{each.cup.id}/{each.entry.team}", currency] += each.stripe["disputed"]
    for place, amount in {**fees, **debts}.items():
        if by_account.get(place, 0) != amount:
            yield f"{by_account.get(place, 0)} on {place[0]}, which should be {amount}"
