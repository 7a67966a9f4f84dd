"""How far a race is, and what it came to."""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.races.race import Count
from tests.e2e.races.verdict import Played

LINE_SECONDS = 5.0


@dataclass
class Progress:
    """A line on stderr every few seconds. More payers come than there are places: those who waited, too."""

    count: Count
    _said: float = field(default_factory=time.monotonic)

    def moved(self) -> None:
        if time.monotonic() - self._said >= LINE_SECONDS:
            self.say()

    def say(self, doing: str = "") -> None:
        self._said = time.monotonic()
        count = self.count
        rate = count.ended / count.seconds
        killed = ", ".join(f"{name} killed {times} times" for name, times in count.killed.items())
        parts = [
            f"{count.begun:,} payers have come for {count.payments:,} places, {count.ended:,} have gone",
            f"{rate:.1f} a second",
            doing or self._left(rate),
            killed,
        ]
        print(f"{count.seconds:7.1f} s  {'; '.join(filter(None, parts))}", file=sys.stderr, flush=True)

    def _left(self, rate: float) -> str:
        left = self.count.payments - self.count.ended
        if left <= 0:
            return "the last tournaments end"
        return f"about {left / rate / 60:.1f} min left" if rate else ""


def summary(count: Count, played: Sequence[Played], **more: Any) -> str:
    """What it came to, as one line of JSON."""
    outcomes = Counter(each.outcome for each in played)
    by_manner: dict[str, Counter[str]] = {}
    for each in played:
        by_manner.setdefault(each.manner, Counter())[each.outcome] += 1
    return json.dumps(
        {
            "seed": count.seed,
            "payments": len(played),
            "seconds": round(count.seconds, 1),
            "outcomes": dict(outcomes),
            "manners": {manner: dict(counted) for manner, counted in sorted(by_manner.items())},
            "killed": dict(count.killed),
            "gave_up": count.gave_up,
            **more,
        }
    )
