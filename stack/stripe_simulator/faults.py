"""The knobs: what goes wrong, how often, and in what order the dice fall."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import msgspec

Fault = Literal[
    "answer_lost",  # the work is done and the key kept, then the connection is cut
    "request_lost",  # the connection is cut, nothing is done
    "error_500",  # nothing is done, and the key keeps the 500
    "error_500_after",  # the work is done, and the key keeps the 500
    "unavailable_503",  # nothing is done, nothing is kept
    "rate_limit_429",  # nothing is done, nothing is kept
    "slow",  # the answer takes `slow_seconds`, and meanwhile the key is in use
]


class Next(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault for the next request to a path that begins so (and of this method), whatever the dice say."""

    fault: Fault
    path: str = "/v1/"
    method: Literal["GET", "POST", "DELETE"] | None = None
    times: int = 1


class Knobs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How often what goes wrong: shares from 0 to 1, times in seconds. Without any, nothing does."""

    seed: int = 0
    answer_lost: float = 0
    request_lost: float = 0
    error_500: float = 0
    error_500_after: float = 0
    unavailable_503: float = 0
    rate_limit_429: float = 0
    slow: float = 0
    slow_seconds: float = 1
    next: tuple[Next, ...] = ()

    webhook_duplicate: float = 0
    """The share of events that are sent twice, the second time up to `webhook_delay_seconds` later."""
    webhook_reorder: float = 0
    """The share that waits up to a second, so that later ones overtake it."""
    webhook_delay: float = 0
    webhook_delay_seconds: float = 5
    webhook_drop: float = 0
    """The share that is never sent; the events list still has them."""
    webhook_retry_seconds: float = 0.5
    """The wait after the first failed delivery; it doubles each time, for three days in all."""

    settle_seconds: float = 1
    """Until a pending refund, a payout or a test card's dispute moves on by itself."""
    available_seconds: float = 0
    """Until money from a charge can be transferred; Stripe takes days."""
    settles_in: str = ""
    """Our balance has this currency alone: what is charged in another comes to half as much of it."""
    search_seconds: float = 0
    """Until the search finds a new object; Stripe takes up to a minute."""


SHARES: tuple[Fault, ...] = (
    "answer_lost",
    "request_lost",
    "error_500",
    "error_500_after",
    "unavailable_503",
    "rate_limit_429",
    "slow",
)


@dataclass
class Dice:
    """The knobs as they stand, and the dice that decide. ``struck``: how often each of them was felt."""

    knobs: Knobs = field(default_factory=Knobs)
    struck: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self._random = random.Random(self.knobs.seed)  # noqa: S311  (faults, not secrets)
        self._next = [[n, n.times] for n in self.knobs.next]

    def request(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this request."""
        for entry in self._next:
            wanted, left = entry
            if left > 0 and path.startswith(wanted.path) and wanted.method in (None, method):
                entry[1] = left - 1
                self.struck[wanted.fault] += 1
                return wanted.fault
        return next((share for share in SHARES if self._falls(share)), None)

    def deliveries(self) -> list[float]:
        """After how many seconds an event is sent, once for each time it is."""
        knobs = self.knobs
        if self._falls("webhook_drop"):
            return []
        waits = [0.0]
        if self._falls("webhook_duplicate"):
            waits.append(self._random.uniform(0, knobs.webhook_delay_seconds))
        if self._falls("webhook_reorder"):
            waits[0] += self._random.uniform(0, 1)
        if self._falls("webhook_delay"):
            waits[0] += knobs.webhook_delay_seconds
        return waits

    def _falls(self, share: str) -> bool:
        """Whether the dice fall for a knob."""
        chance = getattr(self.knobs, share)
        falls = bool(chance) and self._random.random() < chance
        self.struck[share] += falls
        return falls
