"""What the API counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

__all__ = ["CONTENT_TYPE_LATEST", "observe", "text"]

REGISTRY = CollectorRegistry()
_SECONDS = Histogram(
    "pavilion_api_request_seconds",
    "Time from the request's arrival until its answer is ready, by operation and status.",
    ("operation", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    registry=REGISTRY,
)
_series: dict[tuple[str, int], Histogram] = {}


def observe(operation: str, status: int, seconds: float) -> None:
    """Count one answer."""
    series = _series.get((operation, status))
    if series is None:
        series = _series[operation, status] = _SECONDS.labels(operation, str(status))
    series.observe(seconds)


def text() -> bytes:
    """Everything counted, in Prometheus's text format."""
    return generate_latest(REGISTRY)
