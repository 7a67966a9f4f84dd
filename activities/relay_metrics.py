"""What operators watch of the relay."""

from prometheus_client import Counter, Gauge

EVENTS = Counter("pavilion_relay_events_total", "Events acknowledged by Kafka", ["shard"])
GAPS = Counter(
    "pavilion_relay_gaps_total", "Versions read from the stream since the tail had missed them", ["shard"]
)
PRODUCERS_LOST = Counter(
    "pavilion_relay_producers_lost_total", "Producers that had to be made anew", ["shard"]
)
WAITING = Gauge(
    "pavilion_relay_waiting_events", "Events committed but not in Kafka (at most 100,000)", ["shard"]
)
LAG = Gauge("pavilion_relay_lag_seconds", "Age of the oldest event that is not in Kafka", ["shard"])
BARRIER = Gauge(
    "pavilion_relay_barrier_age_seconds",
    "How long the oldest open transaction has held the relay back",
    ["shard"],
)


class BarrierAge:
    """How long the barrier has stood still with younger transactions beyond it."""

    def __init__(self) -> None:
        self._barrier = 0
        self._since = 0.0

    def seconds(self, barrier: int, next_txid: int, now: float) -> float:
        """``barrier``: the oldest open transaction; ``next_txid``: the one that comes next; 0 when none is open."""
        if barrier != self._barrier or barrier >= next_txid:
            self._barrier, self._since = barrier, now
        return now - self._since
