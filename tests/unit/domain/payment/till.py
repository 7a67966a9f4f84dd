"""A payment by hand: the rules of ``domain.payment`` and a Stripe of a few lines, without any server."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.match.errors import CommandRefused
from domain.money.accounts import AccountKind
from domain.money.ledger import LedgerTransaction
from domain.money.money import Money
from domain.money.refund_policy import RefundPolicy, RefundStep
from domain.payment import commands as c
from domain.payment import events as e
from domain.payment import steps as s
from domain.payment.booking import transactions
from domain.payment.decide import decide
from domain.payment.evolve import evolve, initial
from domain.payment.state import PaymentState
from domain.payment.terms import (
    ChargeSeen,
    DisputeSeen,
    EntryFacts,
    GivesBack,
    IntentSeen,
    RefundSeen,
    Standing,
    Terms,
)

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PAYMENT, TOURNAMENT = UUID(int=1), UUID(int=2)
FEE = Money(10_000, "inr")
STRIPE_FEE = 310
HALF = RefundPolicy(full_until=T0 + 10 * DAY, steps=(RefundStep(until=T0 + 20 * DAY, percent=50),))


@dataclass
class Intent:
    status: str = "open"
    fee: int | None = None
    failure: str = ""
    refunds: list[RefundSeen] = field(default_factory=list[RefundSeen])
    disputes: list[DisputeSeen] = field(default_factory=list[DisputeSeen])


class Bank:
    """What Stripe does: keys are kept, money moves once, and a look may be old when it is told."""

    def __init__(self) -> None:
        self.intents: dict[str, Intent] = {}
        self.keys: dict[str, str] = {}
        self.looks: list[IntentSeen] = []

    def create(self, key: str) -> IntentSeen:
        if key not in self.keys:
            self.keys[key] = f"pi_{len(self.intents) + 1}"
            self.intents[self.keys[key]] = Intent()
        return self.look(self.keys[key])

    def look(self, id_: str) -> IntentSeen:
        """What there is now; it is kept, to be told again later."""
        intent = self.intents[id_]
        charge = ChargeSeen(id=f"ch_{id_}", amount=FEE.amount, fee=intent.fee)
        seen = IntentSeen(
            id=id_,
            status=intent.status,  # type: ignore[arg-type]
            currency=FEE.currency,
            charge=charge if intent.status == "succeeded" else None,
            failure=intent.failure,
            refunds=tuple(intent.refunds),
            disputes=tuple(intent.disputes),
        )
        self.looks.append(seen)
        return seen

    def open_intent(self) -> Intent | None:
        return next((one for one in self.intents.values() if one.status == "open"), None)

    def pay(self) -> bool:
        """The payer's card is charged."""
        intent = self.open_intent()
        if intent is None:
            return False
        intent.status, intent.failure = "succeeded", ""
        return True

    def paid(self) -> Intent | None:
        return next((one for one in self.intents.values() if one.status == "succeeded"), None)

    def left(self) -> int:
        """What can still be refunded of what was paid."""
        paid = self.paid()
        return FEE.amount - self.returned() if paid else 0

    def returned(self) -> int:
        """What went back to the payer, by us, by hand, or by the bank."""
        paid = self.paid()
        if paid is None:
            return 0
        refunds = sum(one.amount for one in paid.refunds if one.standing != "failed")
        return refunds + sum(one.amount for one in paid.disputes if one.outcome != "won")

    def refund(self, amount: int, number: int | None, key: str = "") -> bool:
        """Whether it is made; the same key makes it once. Refused where less is left."""
        paid = self.paid()
        if key and key in self.keys:
            return True
        if paid is None or amount > self.left():
            return False
        id_ = f"re_{len(paid.refunds) + 1}"
        paid.refunds.append(RefundSeen(id=id_, amount=amount, standing="pending", number=number))
        if key:
            self.keys[key] = id_
        return True


class Till:
    """One payment: what it is told, and its steps taken at the bank and in the tournament."""

    def __init__(self, policy: RefundPolicy = HALF) -> None:
        self.bank = Bank()
        self.now = T0
        self.state: PaymentState = initial()
        self.events: list[e.PaymentEvent] = []
        self.booked: list[LedgerTransaction] = []
        self.place = EntryFacts(version=1, standing=Standing.RESERVED, reserved_until=T0 + DAY)
        terms = Terms(
            tournament=TOURNAMENT,
            tournament_name="Winter Cup",
            team="a",
            team_name="Ants",
            number=1,
            fee=FEE,
            policy=policy,
        )
        self.tell(c.RequestPayment(terms=terms, entry=self.place))

    def tell(self, *commands: c.PaymentCommand) -> "Till":
        for command in commands:
            for event in decide(self.state, command, self.now):
                self.state = evolve(self.state, event)
                self.events.append(event)
                self.booked += transactions(
                    PAYMENT, self.state.version, event, self.state.terms, self.state.elsewhere_since
                )
        return self

    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    # --- the tournament ------------------------------------------------------------------------------------

    def decided(self, standing: Standing, gives: GivesBack = GivesBack.NOTHING) -> None:
        """The tournament decides; the payment has not heard yet."""
        if self.place.standing is Standing.OUT:
            return
        if standing is Standing.OUT and self.place.standing is Standing.RESERVED:
            gives = GivesBack.ALL
        left_at = self.now if standing is Standing.OUT else None
        self.place = EntryFacts(
            version=self.place.version + 1, standing=standing, gives_back=gives, left_at=left_at
        )

    def hear(self) -> None:
        self.tell(c.HearOfEntry(entry=self.place))

    def closes(self) -> None:
        self.place = replace(self.place, version=self.place.version + 1, closed=True)

    # --- the steps -----------------------------------------------------------------------------------------

    def look(self) -> None:
        if self.state.intent is not None:
            self.tell(c.ObserveIntent(seen=self.bank.look(self.state.intent.id)))

    def take(self, *, answer_lost: bool = False) -> bool:
        """Take the first step that is wanted; with the answer lost, what it did is done and not known."""
        wanted = s.steps(self.state)
        if not wanted:
            return False
        step = wanted[0]
        key = f"{step.name}:{step.attempt}"
        match step.does:
            case s.CreateIntent():
                seen = self.bank.create(key)
                told: c.PaymentCommand = c.ObserveIntent(seen=seen)
            case s.CancelIntent(intent=id_):
                if self.bank.intents[id_].status == "open":
                    self.bank.intents[id_].status = "cancelled"
                told = c.ObserveIntent(seen=self.bank.look(id_))
            case s.GiveRefund() as does:
                self.look()
                if step not in s.steps(self.state):
                    return True
                made = self.bank.refund(does.amount.amount, does.number, key)
                seen = self.bank.look(does.intent)
                told = (
                    c.ObserveIntent(seen=seen) if made else c.NoteRefundRefused(number=does.number, code="x")
                )
            case s.ConfirmPlace():
                if self.place.standing is Standing.RESERVED:
                    self.decided(Standing.CONFIRMED)
                told = c.HearOfEntry(entry=self.place)
            case s.ReleasePlace():
                self.decided(Standing.OUT, GivesBack.BY_POLICY)
                told = c.HearOfEntry(entry=self.place)
            case s.KeepBooks(through=through):
                told = c.NoteBooked(through=through)
        if not answer_lost:
            self.tell(told)
        return True

    def settle(self) -> None:
        """Hear, look and take steps until nothing is left to do."""
        for _ in range(50):
            before = self.state.version
            self.hear()
            self.look()
            if not self.take() and self.state.version == before:
                return
        raise AssertionError(f"it does not come to rest: {self.names()[-10:]}")

    # --- the books -----------------------------------------------------------------------------------------

    def balance(self, kind: AccountKind) -> int:
        return sum(p.amount for each in self.booked for p in each.postings if p.account.kind is kind)


def refused(till: Till, command: c.PaymentCommand) -> str:
    """The code a command is refused with."""
    try:
        till.tell(command)
    except CommandRefused as refusal:
        return refusal.code
    raise AssertionError(f"{command} was not refused")
