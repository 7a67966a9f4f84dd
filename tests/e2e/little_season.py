"""A season that was never played: four clubs, six matches and one that was abandoned, semi-finals, final."""

import json
from itertools import combinations
from pathlib import Path

from tests.unit.cli.files import write_match

CLUBS = ("Kites", "Herons", "Swifts", "Terns")
"""As they stand in the table: each beats those after it."""
OVERS = 3
BALLS_A_MATCH = 2 * OVERS * 6
ABANDONED = "Terns v Kites"
MATCHES = 10
"""With the abandoned one."""


def write_little_season(folder: Path) -> Path:
    """Write its files."""
    for number, (better, other) in enumerate(combinations(CLUBS, 2), 1):
        fours = 12 - CLUBS.index(better), 8 - CLUBS.index(other)
        write_match(folder, f"{number}", better, other, fours, on=f"2024-05-{number:02}", match_number=number)
    first, second, third, fourth = CLUBS
    write_match(folder, "7", first, fourth, (9, 3), on="2024-05-11", stage="Semi Final")
    write_match(folder, "8", third, second, (9, 8), on="2024-05-11", stage="Semi Final")
    write_match(folder, "9", third, first, (7, 5), on="2024-05-13", stage="Final")
    for file in folder.glob("*.json"):
        match = json.loads(file.read_text())
        match["info"]["overs"] = OVERS
        for innings in match["innings"]:
            del innings["overs"][OVERS:]
        file.write_text(json.dumps(match))
    return folder
