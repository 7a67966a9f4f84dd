"""What the door counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

__all__ = ["CONTENT_TYPE", "LOCAL", "PLANS_STALE", "REQUESTS", "SECONDS", "SHARED", "text"]

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "pavilion_gateway_requests_total",
    "Requests that came to the door, by what became of them.",
    ("outcome",),
    registry=REGISTRY,
)
SECONDS = Histogram(
    "pavilion_gateway_decision_seconds",
    "Time until the door had decided.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
    registry=REGISTRY,
)
LOCAL = Counter(
    "pavilion_gateway_local_decisions_total",
    "Quotas this process decided by itself because Redis was away.",
    registry=REGISTRY,
)
SHARED = Gauge(
    "pavilion_gateway_redis_up", "Whether the quotas that all gateways share can be asked.", registry=REGISTRY
)
PLANS_STALE = Counter(
    "pavilion_gateway_plans_stale_total",
    "Requests judged by a plan that could not be looked up again.",
    registry=REGISTRY,
)


def text() -> bytes:
    """Everything counted, in Prometheus's text format."""
    return generate_latest(REGISTRY)
