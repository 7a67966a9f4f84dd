"""What a benchmark is, how it is run, and where its figures go.

A suite prepares its servers once and then measures pairs: ours and the bare baseline in turn, so that a
machine that grows slower in the middle slows both. The figure is the median over the pairs.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from stack.stack import Addresses

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks/results/latest.json"
TABLE = ROOT / "docs/performance.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
PAIRS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that is promised. ``target`` reads like "≥ 0.6"; ``better`` is "higher" or "lower"."""

    name: str
    what: str
    unit: str
    target: str | None = None

    def met(self, value: float) -> bool | None:
        """Does ``value`` keep the target? None where there is none."""
        if self.target is None:
            return None
        sign, _, number = self.target.partition(" ")
        limit = float(number.replace(",", ""))
        return {"≥": value >= limit, "≤": value <= limit, "<": value < limit, ">": value > limit}[sign]


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement of a figure, the bare baseline of the same pair, and what else is worth a word."""

    value: float
    baseline: float | None = None
    note: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Environment:
    """Where a suite finds the servers; ``folder`` is its own to write in."""

    addresses: Addresses
    folder: Path
    owner_pid: int
    say: Callable[[str], None]


Pair = Callable[[], Awaitable[dict[str, Sample]]]
Prepare = Callable[[Environment], AbstractAsyncContextManager[Pair]]


@dataclass(frozen=True, slots=True)
class Suite:
    """Figures that are measured together. ``servers`` are those it needs."""

    name: str
    figures: tuple[Figure, ...]
    prepare: Prepare
    servers: tuple[str, ...] = ()
    pairs: int = PAIRS
    warm_up: bool = False
    """A first pair is not counted: the broker's JVM is slow until it has compiled what it runs."""


async def run_suite(suite: Suite, environment: Environment) -> dict[str, dict[str, Any]]:
    """The figures of a suite as they stand in ``latest.json``."""
    samples: dict[str, list[Sample]] = {figure.name: [] for figure in suite.figures}
    async with suite.prepare(environment) as pair:
        busy = os.getloadavg()[0]
        if suite.warm_up:
            await pair()
        for number in range(suite.pairs):
            begun = time.monotonic()
            for name, sample in (await pair()).items():
                samples[name].append(sample)
            environment.say(
                f"{suite.name}: pair {number + 1} of {suite.pairs} in {time.monotonic() - begun:.1f} s"
            )
    return {figure.name: _summary(figure, samples[figure.name], busy) for figure in suite.figures}


def _summary(figure: Figure, samples: Sequence[Sample], busy: float) -> dict[str, Any]:
    """``busy``: the load average when the first pair began: 0 on a machine at rest, beside the servers' start."""
    value = statistics.median(sample.value for sample in samples)
    bare = [sample.baseline for sample in samples if sample.baseline is not None]
    return {
        "value": round(value, 4),
        "unit": figure.unit,
        "target": figure.target,
        "met": figure.met(value),
        "baseline": round(statistics.median(bare), 4) if bare else None,
        "runs": [round(sample.value, 4) for sample in samples],
        "what": figure.what,
        "load_average_before": round(busy, 2),
        "note": samples[-1].note,
    }


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def write_results(figures: dict[str, dict[str, Any]]) -> None:
    """Write or update ``latest.json``: figures not measured this time keep their last values."""
    known: dict[str, Any] = json.loads(RESULTS.read_text())["figures"] if RESULTS.exists() else {}
    document = {"figures": {**known, **figures}, "machine": machine()}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    if TABLE.exists():
        TABLE.write_text(with_table(TABLE.read_text(), document["figures"]))


def with_table(page: str, figures: dict[str, dict[str, Any]]) -> str:
    """The page with the table between its markers made anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    lines = ["| figure | what | value | target | bare baseline |", "|---|---|---|---|---|"]
    for name, one in figures.items():
        kept = {True: "", False: " (missed)", None: ""}[one["met"]]
        bare = "" if one["baseline"] is None else f"{one['baseline']:,.6g}"
        target = one["target"] or ""
        lines.append(
            f"| `{name}` | {one['what']} | {one['value']:,.6g} {one['unit']}{kept} | {target} | {bare} |"
        )
    return "\n".join([before + BEGIN, *lines, END + after])
