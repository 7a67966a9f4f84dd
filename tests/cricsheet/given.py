"""The given matches, each scored once per test process."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from adapters.cricsheet.document import Note
from adapters.cricsheet.play import play_file
from adapters.cricsheet.writer import export
from domain.match.card import Card, scorecard
from projections.score import score_line
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

WITHOUT_ITS_TARGET = "t20-rare/1205779"
"""Its first innings was cut short in rain and the target raised by VJD, which nobody but its owners can compute;
the file does not say to what. So its result cannot be found, and the engine says that there is none."""

BY_THE_STANDARD_EDITION = "t20-rare/1444791"
"""Decided by D/L with no target in the file. The engine computes par from the published table and finds the same
winner and margin; its own label, on the card, is the Standard Edition's."""


def files(folder: str) -> list[Path]:
    """The matches of one folder, in the order of their names."""
    return sorted(data.folder(folder).glob("*.json"))


@dataclass(frozen=True, slots=True)
class Scored:
    """What the tests look at: the line of ``pavilion score --json``, the notes, the export as JSON, the card."""

    line: dict[str, Any]
    notes: tuple[Note, ...]
    exported: bytes
    card: Card


@cache
def scored(path: Path) -> Scored:
    """The match as the engine scored it."""
    game = play_file(path)
    return Scored(
        score_line(game.state, path.stem),
        tuple(game.notes),
        msgspec.json.encode(export(game.state)),
        scorecard(game.state),
    )
