"""What is raced, drawn from a seed: tournaments, how each of them ends, and what each team's payer does."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

from contracts.ids import PAVILION
from stack.stripe_simulator.core import fee_of
from tests.e2e.races.payers import MANNERS

PLACES = 25
"""Teams that have a place at once, and so a payment each."""
WAITING = 3
"""Teams more, who are offered a place when one becomes free."""
FAR_AWAY = "2040-01-01T00:00:00Z"

Ending = Literal["started", "cancelled", "cancelled in flight"]
ENDINGS: tuple[Ending, ...] = ("started", "cancelled in flight", "started", "cancelled", "started")


@dataclass(frozen=True, slots=True)
class Fee:
    """``half``: what a policy of 50 % gives back, in what can be paid in the currency."""

    amount: int
    currency: str
    half: int

    @property
    def less_stripe_fee(self) -> int:
        """What a policy gives back that keeps Stripe's fee; dinars are paid in multiples of ten."""
        left = self.amount - fee_of(self.amount, self.currency)
        return left - left % (10 if self.currency == "kwd" else 1)


FEES = (Fee(250_001, "inr", 125_000), Fee(3_001, "jpy", 1_500), Fee(25_010, "kwd", 12_500))
POLICIES = {
    "half": {"steps": [{"until": FAR_AWAY, "percent": 50}]},
    "all but Stripe's fee": {"full_until": FAR_AWAY, "keeps_stripe_fee": True},
    "nothing": {},
}


@dataclass(frozen=True, slots=True)
class Team:
    """``arrives``: when the payer comes, as a share of the time the place is kept. ``accepts``: the place it is
    offered, if it waits for one."""

    id: str
    manner: str
    arrives: float
    accepts: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Cup:
    """``cancelled_after``: as a share of the time a place is kept."""

    id: UUID
    fee: Fee
    policy: str
    teams: tuple[Team, ...]
    places: int
    ending: Ending
    cancelled_after: float

    def gives_back(self) -> int:
        """What a team gets that had its place and withdraws."""
        by_policy = {
            "half": self.fee.half,
            "all but Stripe's fee": self.fee.less_stripe_fee,
            "nothing": 0,
        }
        return by_policy[self.policy]


def plan(seed: int, payments: int, run: UUID) -> tuple[Cup, ...]:
    """Tournaments with so many places in all. ``run`` keeps their ids apart from those of other runs."""
    dice = random.Random(seed)
    cups = -(-payments // PLACES)
    sizes = [payments // cups + (number < payments % cups) for number in range(cups)]
    manners = _manners(dice, payments + cups * WAITING)
    found: list[Cup] = []
    for number, places in enumerate(sizes):
        mine = [manners.pop() for _ in range(places + WAITING)]
        found.append(
            Cup(
                id=uuid5(run, f"cup/{number}"),
                fee=FEES[number % len(FEES)],
                policy=dice.choice(list(POLICIES)) if number >= len(POLICIES) else list(POLICIES)[number],
                teams=tuple(_team(dice, number, manner) for number, manner in enumerate(mine)),
                places=places,
                ending=ENDINGS[number % len(ENDINGS)],
                cancelled_after=dice.uniform(0.2, 0.9),
            )
        )
    return tuple(found)


def _team(dice: random.Random, number: int, manner: str) -> Team:
    return Team(
        id=f"t{number:02}",
        manner=manner,
        arrives=dice.uniform(0, 0.4),
        accepts=dice.random() < 0.8,
        seed=dice.randrange(2**32),
    )


def _manners(dice: random.Random, count: int) -> list[str]:
    """Each of them once at least, as long as there are enough; the others by their weights."""
    names: Sequence[str] = tuple(MANNERS)
    weights = [weight for weight, _ in MANNERS.values()]
    drawn = [*names, *dice.choices(names, weights, k=max(0, count - len(names)))][:count]
    dice.shuffle(drawn)
    return drawn


def run_id(name: str) -> UUID:
    """Of one run of a race."""
    return uuid5(PAVILION, f"race/{name}")
