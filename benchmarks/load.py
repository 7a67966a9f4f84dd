"""Load from another process: vegeta, built from its Go module, and the requests it is given."""

import asyncio
import base64
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from stack.cache import cached
from stack.tools import go_build

VEGETA, VERSION = "github.com/tsenart/vegeta/v12", "12.12.0"


def vegeta_binary() -> Path:
    """The load generator, built when it is not in the cache. One tool for closed and open loops."""

    def build(draft: Path) -> None:
        install = ["install", "-trimpath", f"{VEGETA}@v{VERSION}"]
        go_build("vegeta", install, print, target=draft, megabytes=300, minutes=1)

    return cached(f"vegeta-{VERSION}", build, print, megabytes=300) / "vegeta"


@dataclass(frozen=True, slots=True)
class Report:
    """What the load saw. Latencies in milliseconds; ``load_cpu`` is vegeta's own use of one core."""

    requests: int
    requests_per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    statuses: Mapping[str, int]
    load_cpu: float

    def require_all_ok(self) -> "Report":
        """Raises when a request failed: a benchmark of errors measures nothing."""
        bad = {code: count for code, count in self.statuses.items() if not code.startswith("2")}
        if bad:
            raise RuntimeError(f"requests failed under load: {bad}")
        return self


def request(method: str, url: str, headers: Mapping[str, str], body: Any = None) -> str:
    """One request as a line of vegeta's JSON format."""
    line: dict[str, Any] = {"method": method, "url": url, "header": {k: [v] for k, v in headers.items()}}
    if body is not None:
        line["body"] = base64.b64encode(json.dumps(body).encode()).decode()
    return json.dumps(line)


def write_requests(file: Path, lines: Iterable[str]) -> Path:
    with file.open("w") as output:
        for line in lines:
            output.write(line + "\n")
    return file


async def attack(
    targets: Path,
    *,
    per_second: int | None = None,
    connections: int = 16,
    seconds: int = 120,
    ca_file: str | None = None,
) -> Report:
    """Send the requests once each: at ``per_second`` (open loop) or as fast as ``connections`` allow. ``ca_file``: whose
    certificates are trusted."""
    vegeta = str(vegeta_binary())
    pace = ["-rate", f"{per_second}/s"] if per_second else ["-rate", "0", "-max-workers", str(connections)]
    trust = ["-root-certs", ca_file] if ca_file else []
    results = targets.with_suffix(".bin")
    begun = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        vegeta, "attack", "-format", "json", "-lazy", "-targets", str(targets), *pace, *trust,
        "-duration", f"{seconds}s", "-timeout", "10s", "-output", str(results),
    )  # fmt: skip
    usage = psutil.Process(process.pid)
    cpu = 0.0
    while process.returncode is None:
        try:
            times = usage.cpu_times()
            cpu = times.user + times.system
        except psutil.Error:
            break
        try:
            await asyncio.wait_for(process.wait(), 0.2)
        except TimeoutError:
            continue
    await process.wait()
    elapsed = time.monotonic() - begun
    return await _report(vegeta, results, cpu / elapsed)


async def _report(vegeta: str, results: Path, load_cpu: float) -> Report:
    process = await asyncio.create_subprocess_exec(
        vegeta, "report", "-type", "json", str(results), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    os.unlink(results)
    report = json.loads(output)
    latencies, statuses = report["latencies"], dict(report["status_codes"])
    if set(report["errors"]) == {"no targets to attack"}:  # how vegeta says that it has sent them all
        statuses.pop("0", None)
    return Report(
        requests=report["requests"],
        requests_per_second=report["throughput"],
        p50_ms=latencies["50th"] / 1e6,
        p95_ms=latencies["95th"] / 1e6,
        p99_ms=latencies["99th"] / 1e6,
        statuses={code: count for code, count in statuses.items() if count},
        load_cpu=round(load_cpu, 2),
    )
