"""Where the real matches lie, and what happens on a machine without them."""

import csv
import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def root() -> Path:
    """The folder of the match data; skips the test without it, and fails it where CI expects the data."""
    path = Path(os.environ.get("PAVILION_CRICSHEET", PROJECT.parent / "shared/cricsheet"))
    if not path.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the match data is missing at {path}: set PAVILION_CRICSHEET")
        pytest.skip(f"no match data at {path} (set PAVILION_CRICSHEET)")
    return path


def folder(name: str) -> Path:
    return root() / name


def official(name: str) -> list[dict[str, str]]:
    """The rows of one official table."""
    with (root() / "official" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
