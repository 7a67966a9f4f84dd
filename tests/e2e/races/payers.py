"""What payers do: each manner is a story, told at the moments at which it can go wrong."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from stack.stripe_simulator.payer import intent_of
from tests.e2e.races.outside import Outside, both

VISA = "pm_card_visa"
DECLINED = ("pm_card_visa_chargeDeclined", "pm_card_visa_chargeDeclinedInsufficientFunds")
ASKS = "pm_card_authenticationRequired"
SLOW_REFUND = "pm_card_pendingRefund"
DISPUTED = "pm_card_createDispute"
AROUND_SECONDS = 0.4
"""How near to the deadline whoever pays at the deadline pays."""


@dataclass
class Payer:
    """Who pays for one entry. ``deadline``: until when its place is kept, by the event loop's clock."""

    outside: Outside
    tournament: UUID
    team: str
    amount: int
    deadline: float
    dice: random.Random
    payment: UUID | None = None
    secret: str | None = field(default=None, repr=False)

    @property
    def entry(self) -> str:
        return f"/v1/tournaments/{self.tournament}/entries/{self.team}"

    def key(self, what: str) -> str:
        return f"{self.tournament}/{self.team}/{what}"

    async def begin(self, who: str = "captain") -> bool:
        """Whether there is something to pay."""
        begun = await self.outside.begin(self.tournament, self.team, self.key(f"begin/{who}"))
        if begun is None or begun["client_secret"] is None:
            return False
        self.payment, self.secret = UUID(begun["id"]), begun["client_secret"]
        return True

    async def pay(self, card: str = VISA) -> str:
        """Confirm with a card; the intent's status as the browser is told it."""
        return (await self.outside.confirm(self.secret or "", card)).status

    async def authenticate(self, *, agrees: bool = True) -> None:
        await self.outside.authenticate(self.secret or "", agrees=agrees)

    async def poll(self) -> None:
        if self.payment is not None:
            await self.outside.poll(self.payment)

    async def command(self, verb: str, **body: Any) -> None:
        """The organiser does something to the entry."""
        await self.outside.ask(f"{self.entry}:{verb}", body, key=self.key(verb))

    async def withdraw(self) -> None:
        await self.command("withdraw", reason="too few players")

    async def call_off(self) -> None:
        path, body = f"/v1/payments/{self.payment}:call-off", {"reason": "entered by mistake"}
        await self.outside.ask(path, body, key=self.key("call off"), by=self.outside.treasurer)

    async def refund_by_hand(self, share: float) -> None:
        amount = max(10, int(self.amount * share) // 10 * 10)
        await self.outside.refund_by_hand(intent_of(self.secret or ""), amount, self.key("by hand"))

    async def until_deadline(self) -> None:
        at = self.deadline + self.dice.uniform(-AROUND_SECONDS, AROUND_SECONDS)
        await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))

    async def a_moment(self, most: float = 3.0) -> None:
        await asyncio.sleep(self.dice.uniform(0, most))


async def pays_at_once(p: Payer) -> None:
    if await p.begin():
        await p.pay()


async def pays_at_the_deadline(p: Payer) -> None:
    if await p.begin():
        await p.until_deadline()
        await both(p.pay(), p.poll())


async def is_declined_and_pays(p: Payer) -> None:
    if await p.begin():
        await p.pay(p.dice.choice(DECLINED))
        await p.a_moment()
        await p.pay()


async def is_declined_for_good(p: Payer) -> None:
    if await p.begin():
        for card in DECLINED:
            await p.pay(card)


async def never_pays(p: Payer) -> None:
    if p.dice.random() < 0.5:
        await p.begin()


async def abandons_authentication(p: Payer) -> None:
    if await p.begin():
        await p.pay(ASKS)


async def is_refused_by_the_bank_and_pays(p: Payer) -> None:
    if await p.begin():
        await p.pay(ASKS)
        await p.authenticate(agrees=False)
        await p.pay()


async def authenticates_at_the_deadline(p: Payer) -> None:
    if await p.begin():
        await p.pay(ASKS)
        await p.until_deadline()
        await both(p.authenticate(), p.poll())


async def two_captains_pay(p: Payer) -> None:
    if all(await asyncio.gather(p.begin("captain"), p.begin("vice-captain"))):
        await both(p.pay(), p.pay("pm_card_mastercard"))


async def withdraws_while_paying(p: Payer) -> None:
    if await p.begin():
        await both(p.pay(), p.withdraw())


async def withdraws_when_confirmed(p: Payer) -> None:
    if await p.begin():
        await p.pay()
        await p.a_moment()
        await p.withdraw()


async def is_called_off_while_paying(p: Payer) -> None:
    if await p.begin():
        await both(p.pay(), p.call_off(), p.poll())


async def is_confirmed_by_hand(p: Payer) -> None:
    if await p.begin():
        await both(p.pay() if p.dice.random() < 0.5 else p.poll(), p.command("confirm"))


async def is_disqualified(p: Payer) -> None:
    if await p.begin():
        await p.pay()
        await p.a_moment()
        await p.command("disqualify", reason="fielded a ringer")


async def is_refunded_by_hand(p: Payer) -> None:
    if await p.begin():
        await p.pay()
        await p.a_moment()
        await p.refund_by_hand(p.dice.choice((0.3, 0.8)))


async def is_refunded_by_hand_while_it_withdraws(p: Payer) -> None:
    if await p.begin():
        await p.pay()
        await p.a_moment()
        await both(p.withdraw(), p.refund_by_hand(p.dice.choice((0.3, 0.8))))


async def has_its_refund_sent_back(p: Payer) -> None:
    """The bank does not take it; the second time it does."""
    if await p.begin():
        await p.pay(SLOW_REFUND)
        await p.a_moment()
        await p.withdraw()
        await p.a_moment()
        for refund in await p.outside.listed("refunds", payment_intent=intent_of(p.secret or "")):
            await p.outside.simulate(f"refunds/{refund['id']}/fail")


async def is_refunded_slowly(p: Payer) -> None:
    if await p.begin():
        await p.pay(SLOW_REFUND)
        await p.a_moment()
        await p.withdraw()


async def disputes(p: Payer) -> None:
    if await p.begin():
        await p.pay()
        await p.a_moment()
        await _dispute(p)


async def disputes_while_it_withdraws(p: Payer) -> None:
    if await p.begin():
        await p.pay()
        await p.a_moment()
        await both(_dispute(p), p.withdraw())


async def _dispute(p: Payer) -> None:
    opened = await p.outside.simulate("disputes", payment_intent=intent_of(p.secret or ""))
    if opened is not None:
        await p.a_moment()
        await p.outside.simulate(f"disputes/{opened['id']}/{p.dice.choice(('win', 'lose'))}")


Manner = Callable[[Payer], Awaitable[None]]

MANNERS: dict[str, tuple[int, Manner]] = {
    story.__name__.replace("_", " "): (weight, story)
    for weight, story in (
        (20, pays_at_once),
        (14, pays_at_the_deadline),
        (6, is_declined_and_pays),
        (3, is_declined_for_good),
        (4, never_pays),
        (4, abandons_authentication),
        (3, is_refused_by_the_bank_and_pays),
        (7, authenticates_at_the_deadline),
        (8, two_captains_pay),
        (8, withdraws_while_paying),
        (6, withdraws_when_confirmed),
        (4, is_called_off_while_paying),
        (3, is_confirmed_by_hand),
        (3, is_disqualified),
        (4, is_refunded_by_hand),
        (4, is_refunded_by_hand_while_it_withdraws),
        (3, has_its_refund_sent_back),
        (3, is_refunded_slowly),
        (4, disputes),
        (4, disputes_while_it_withdraws),
    )
}
"""By name: how often it is drawn, and the story."""
