"""What the followers of revocations count, for Prometheus."""

from prometheus_client import Counter, Gauge, Histogram

APPLIED = Counter("pavilion_revocations", "Revocations that this process has heard of.")
BEHIND_SECONDS = Histogram(
    "pavilion_revocation_seconds",
    "Time from a revocation's publication until this process refuses what it concerns.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
CONNECTED = Gauge("pavilion_revocations_connected", "Whether revocations are being heard of (1) or not (0).")
