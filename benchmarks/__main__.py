"""``make bench``: measure every suite, or those named, and write the figures down."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.harness import Environment, Suite, run_suite, write_results
from benchmarks.suites import SUITES
from stack.errors import StackError
from stack.stack import Stack


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def measure(suite: Suite) -> dict[str, dict[str, object]]:
    """The figures of one suite, on servers of its own that end with it."""
    with tempfile.TemporaryDirectory(prefix="pavilion-bench-") as folder:
        stack = Stack(Path(folder), suite.servers, owner_pid=os.getpid())
        try:
            addresses = stack.up() if suite.servers else stack.addresses()
            environment = Environment(addresses, Path(folder), os.getpid(), say)
            return asyncio.run(run_suite(suite, environment))
        finally:
            stack.down()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("suite", nargs="*", choices=[*SUITES, []], help="only these suites")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    arguments = parser.parse_args()
    figures: dict[str, dict[str, object]] = {}
    try:
        for name in arguments.suite or SUITES:
            say(f"{name}: starting")
            figures |= measure(SUITES[name])
            write_results(figures)
    except StackError as error:
        say(str(error))
        return 1
    if arguments.json:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        for name, one in figures.items():
            kept = {True: "met", False: "MISSED", None: ""}[one["met"]]  # type: ignore[index]
            print(f"{name:28} {one['value']:>12} {one['unit']:10} target {one['target'] or '-':10} {kept}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
