"""What the gRPC side counts, for Prometheus."""

from prometheus_client import Histogram

_SECONDS = Histogram(
    "pavilion_auth_call_seconds",
    "Time from the call's arrival until its answer is ready, by method and code (ok, or that of the error).",
    ("method", "code"),
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
_series: dict[tuple[str, str], Histogram] = {}


def observe(method: str, code: str, seconds: float) -> None:
    """Count one call. Codes are few: none comes from a client."""
    series = _series.get((method, code))
    if series is None:
        series = _series[method, code] = _SECONDS.labels(method, code)
    series.observe(seconds)
