"""The given matches, each scored once per test process."""

from functools import cache
from pathlib import Path

from adapters.cricsheet.play import Play, play_file
from tests.cricsheet import data

FOLDERS = (
    "ipl-2019",
    "ipl-2020",
    "ipl-2021",
    "ipl-2022",
    "ipl-2023",
    "odiwc-men-2019",
    "t20wc-men-2007",
    "t20wc-men-2022",
    "wpl-2023",
    "hundred-men-2024",
    "t20-rare",
    "oneday-rare",
    "tests-rare",
    "firstclass-rare",
)
MATCHES = 519


def files(folder: str) -> list[Path]:
    """The matches of one folder, in the order of their names."""
    return sorted(data.folder(folder).glob("*.json"))


@cache
def played(path: Path) -> Play:
    """The match as the engine scored it."""
    return play_file(path)
