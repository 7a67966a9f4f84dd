"""Look the locked packages up in a list of known vulnerabilities (PyPI's, by pip-audit).

python -m tests.audit REQUIREMENTS [pip-audit's options]

Exit code 1 where a locked package is known to be vulnerable. Where the list cannot be had, or knows none of the packages
(a registry that only serves files), exit code 2: nothing was found out, and whoever runs this says whether that matters.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

CLEAN, VULNERABLE, UNKNOWN = 0, 1, 2
SECONDS = 180
"""A list that answers more slowly is not there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What there is to say, line by line, and the exit code."""

    code: int
    lines: tuple[str, ...]


def audit(requirements: str, *options: str, seconds: float = SECONDS) -> Verdict:
    """Have pip-audit look every package of a requirements file up."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", requirements, "--disable-pip"),
        *("--format", "json", "--progress-spinner", "off", *options),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return _unknown(f"the list has not answered within {seconds:.0f} s")
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.strip().splitlines()
        return _unknown(said[-1] if said else f"pip-audit ended with {done.returncode}")
    return judge(report["dependencies"])


def judge(packages: Sequence[dict[str, Any]]) -> Verdict:
    """The verdict on what pip-audit reports."""
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    found = tuple(
        f"{each['name']} {each['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'no version'}"
        for each in packages
        for one in each.get("vulns", ())
    )
    if found:
        return Verdict(VULNERABLE, found)
    if skipped and len(skipped) == len(packages):
        return _unknown("the list knows none of the packages")
    if skipped:
        return _unknown(f"the list does not know {', '.join(skipped)}")
    return Verdict(CLEAN, (f"no known vulnerability in {len(packages)} packages",))


def _unknown(why: str) -> Verdict:
    return Verdict(UNKNOWN, (f"vulnerabilities could not be looked up: {why}",))


if __name__ == "__main__":
    verdict = audit(*sys.argv[1:])
    print(*(f"audit: {line}" for line in verdict.lines), sep="\n", file=sys.stderr)
    sys.exit(verdict.code)
