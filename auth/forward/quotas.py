"""Quotas: how many requests a caller may make in any minute and in any hour.

Both windows slide. The minute is a log of the times of requests, so its limit is never passed whatever the pacing.
The hour is counted in slices of thirty seconds, each of which counts whole until all of it is past: its limit is never
passed either, what was used comes back at most one slice late, and a caller is remembered in some kilobytes. A
refused request costs nothing.

Pure: the time comes in as an argument. Redis keeps the same rules in ``adapters/redis/quotas.py`` for all gateways
together; a test holds the two to one another.
"""

import math
from collections import OrderedDict, deque
from dataclasses import dataclass, field

GUARD_SECONDS = 1.0
"""A window is kept this much longer than it is called. What is let through arrives a little later, sooner or later by
turns: whoever counts at the other end must not find more either."""
SLICE_SECONDS = 30.0
MINUTE_SECONDS, HOUR_SECONDS = 60, 3600
LARGEST_BURST, LARGEST_SUSTAINED = 60_000, 3_600_000
REMEMBERED_CALLERS = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests a caller may make in any ``burst_seconds``, and in any ``sustained_seconds``."""

    burst: int = 100
    sustained: int = 10_000
    burst_seconds: float = MINUTE_SECONDS
    sustained_seconds: float = HOUR_SECONDS
    slice_seconds: float = SLICE_SECONDS
    guard_seconds: float = GUARD_SECONDS

    def __post_init__(self) -> None:
        if not (0 < self.burst <= LARGEST_BURST and 0 < self.sustained <= LARGEST_SUSTAINED):
            raise ValueError(
                f"a plan has 1 to {LARGEST_BURST} requests a minute and 1 to {LARGEST_SUSTAINED} an hour"
            )


STANDARD = Plan()


@dataclass(frozen=True, slots=True)
class Use:
    """How a window stands: requests counted in it, and seconds until some of them leave it."""

    used: int
    frees_in_seconds: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request was let through, and how both windows stand after it."""

    allowed: bool
    plan: Plan
    burst: Use
    sustained: Use

    @property
    def retry_after_seconds(self) -> int:
        """When it is worth trying again; at least a second."""
        full = [
            use.frees_in_seconds
            for use, limit in ((self.burst, self.plan.burst), (self.sustained, self.plan.sustained))
            if use.used >= limit
        ]
        return max(1, math.ceil(max(full, default=0.0)))


@dataclass(slots=True)
class _Caller:
    """What is remembered of one caller: times of the last minute's requests, and counts by slice of the hour."""

    times: deque[float] = field(default_factory=deque[float])
    slices: deque[tuple[int, int]] = field(default_factory=deque[tuple[int, int]])
    in_hour: int = 0
    latest: float = 0.0

    def forget(self, now: float, plan: Plan) -> None:
        while self.times and self.times[0] <= now - plan.burst_seconds - plan.guard_seconds:
            self.times.popleft()
        oldest = math.floor((now - plan.sustained_seconds - plan.guard_seconds) / plan.slice_seconds)
        while self.slices and self.slices[0][0] < oldest:
            self.in_hour -= self.slices.popleft()[1]

    def add(self, now: float, plan: Plan) -> None:
        self.times.append(now)
        number = math.floor(now / plan.slice_seconds)
        count = self.slices.pop()[1] if self.slices and self.slices[-1][0] == number else 0
        self.slices.append((number, count + 1))
        self.in_hour += 1

    def burst(self, now: float, plan: Plan) -> Use:
        if not self.times:
            return Use(0, 0.0)
        return Use(len(self.times), self.times[0] + plan.burst_seconds + plan.guard_seconds - now)

    def sustained(self, now: float, plan: Plan) -> Use:
        if not self.slices:
            return Use(0, 0.0)
        whole = (self.slices[0][0] + 1) * plan.slice_seconds + plan.sustained_seconds + plan.guard_seconds
        return Use(self.in_hour, whole - now)


class Windows:
    """The requests of the callers that one process has let through. Those longest silent are forgotten first."""

    def __init__(self, remembered_callers: int = REMEMBERED_CALLERS) -> None:
        self._remembered = remembered_callers
        self._callers: OrderedDict[str, _Caller] = OrderedDict()

    def look(self, caller: str, plan: Plan, now: float) -> Decision:
        """What ``take`` would say, without taking."""
        known = self._callers.get(caller)
        if known is None:
            return Decision(True, plan, Use(0, 0.0), Use(0, 0.0))
        return self._decision(known, plan, max(now, known.latest))

    def take(self, caller: str, plan: Plan, now: float) -> Decision:
        """Let a request of ``caller`` through and count it, or refuse it. ``now`` in seconds, of a clock that may be
        set back: time then stands still until it has caught up."""
        known = self._callers.get(caller)
        if known is None:
            known = self._callers[caller] = _Caller()
            if len(self._callers) > self._remembered:
                self._callers.popitem(last=False)
        now = known.latest = max(now, known.latest)
        before = self._decision(known, plan, now)
        if not before.allowed:
            return before
        self._callers.move_to_end(caller)
        known.add(now, plan)
        return Decision(True, plan, known.burst(now, plan), known.sustained(now, plan))

    @staticmethod
    def _decision(known: _Caller, plan: Plan, now: float) -> Decision:
        known.forget(now, plan)
        burst, sustained = known.burst(now, plan), known.sustained(now, plan)
        allowed = burst.used < plan.burst and sustained.used < plan.sustained
        return Decision(allowed, plan, burst, sustained)


def policy_header(plan: Plan) -> str:
    """``RateLimit-Policy`` of draft-ietf-httpapi-ratelimit-headers."""
    return (
        f'"burst";q={plan.burst};w={math.ceil(plan.burst_seconds)}, '
        f'"sustained";q={plan.sustained};w={math.ceil(plan.sustained_seconds)}'
    )


def limit_header(decision: Decision) -> str:
    """``RateLimit``: what is left (r), and in how many seconds there will be more (t)."""
    plan = decision.plan
    return ", ".join(
        f'"{name}";r={max(0, limit - use.used)};t={max(0, math.ceil(use.frees_in_seconds))}'
        for name, limit, use in (
            ("burst", plan.burst, decision.burst),
            ("sustained", plan.sustained, decision.sustained),
        )
    )
