"""Load on gRPC from another process: ghz, built from its Go module."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import ROOT
from stack.cache import cached
from stack.tools import go_build

GHZ, VERSION = "github.com/bojand/ghz", "0.120.0"
PROTO = ROOT / "proto"


def ghz_binary() -> Path:
    """The load generator, built when it is not in the cache."""

    def build(draft: Path) -> None:
        install = ["install", "-trimpath", f"{GHZ}/cmd/ghz@v{VERSION}"]
        go_build("ghz", install, print, target=draft, megabytes=800, minutes=3)

    return cached(f"ghz-{VERSION}", build, print, megabytes=800) / "ghz"


@dataclass(frozen=True, slots=True)
class GrpcReport:
    """What the load saw. Latencies in milliseconds."""

    calls: int
    calls_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    statuses: Mapping[str, int]

    def require_all_ok(self) -> "GrpcReport":
        """Raises when a call failed: a benchmark of errors measures nothing."""
        bad = {status: count for status, count in self.statuses.items() if status != "OK"}
        if bad:
            raise RuntimeError(f"calls failed under load: {bad}")
        return self


async def call(
    address: str,
    proto: Path,
    method: str,
    messages: Path,
    *,
    seconds: int,
    per_second: int | None = None,
    connections: int = 4,
    at_once: int = 16,
) -> GrpcReport:
    """Call with the messages of a file (a list, in JSON) in turn: at ``per_second``, whatever is still under way (open
    loop), or as fast as ``at_once`` callers get answers."""
    pace = ["--rps", str(per_second), "--async"] if per_second else []
    process = await asyncio.create_subprocess_exec(
        str(ghz_binary()), "--insecure", "--proto", str(proto), "--import-paths", f"{PROTO},{proto.parent}",
        "--call", method, "--data-file", str(messages), "--duration", f"{seconds}s", "--duration-stop", "wait",
        "--connections", str(connections), "--concurrency", str(at_once), *pace,
        "--format", "json", address,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    return _report(json.loads(output))


def _report(said: dict[str, Any]) -> GrpcReport:
    latencies: Sequence[dict[str, Any]] = said["latencyDistribution"] or ()
    by_percent = {each["percentage"]: each["latency"] / 1e6 for each in latencies}
    return GrpcReport(
        calls=said["count"],
        calls_per_second=said["rps"],
        p50_ms=by_percent.get(50, 0.0),
        p95_ms=by_percent.get(95, 0.0),
        p99_ms=by_percent.get(99, 0.0),
        statuses=said["statusCodeDistribution"],
    )
