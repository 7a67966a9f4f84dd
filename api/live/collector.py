"""What live reading counts, for Prometheus."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.metrics import REGISTRY
from handlers.live.hub import Counts

_GAUGES = {
    "listeners": "Clients that follow a match or a tournament.",
    "streams": "Streams that are followed for them.",
}
_COUNTERS = {
    "told": "Events written for listeners, once for all of an address.",
    "cut_off": "Clients that fell behind and were cut off.",
    "turned_away": "Clients that found no place.",
    "holes": "Times that the store was read for what the broadcaster had left out.",
    "from_store": "Events that the store said before the broadcaster did.",
}


class _Collector(Collector):
    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        for name, text in _GAUGES.items():
            yield GaugeMetricFamily(f"pavilion_live_{name}", text, getattr(self._counts, name))
        for name, text in _COUNTERS.items():
            yield CounterMetricFamily(f"pavilion_live_{name}", text, getattr(self._counts, name))


@contextmanager
def counted(counts: Counts) -> Iterator[None]:
    """Have these among the API's metrics."""
    collector = _Collector(counts)
    try:
        REGISTRY.register(collector)
    except ValueError:  # another application of this process is counted already: only in tests
        yield
        return
    try:
        yield
    finally:
        REGISTRY.unregister(collector)
