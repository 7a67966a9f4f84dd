"""What is exported reads back to the same card, and nearly to the same file."""

import msgspec
import pytest

from adapters.cricsheet.play import play_text
from projections.score import score_line
from tests.cricsheet import counted, given

CORRECTED_BY_US = {
    "ipl-2023/1359536",  # replacements noted late
    "ipl-2023/1370351",
    "oneday-rare/518956",  # bowlers replaced by nobody named
    "t20wc-men-2007/287874",
    "firstclass-rare/1234926",  # leg byes of 0
}


@pytest.mark.parametrize("folder", given.FOLDERS)
def test_an_export_scores_like_its_match(folder: str) -> None:
    different = []
    for path in given.files(folder):
        scored = given.scored(path)
        again = play_text(scored.exported, path.stem).state
        if score_line(again, path.stem) != scored.line:
            different.append(path.stem)
    assert different == []


@pytest.mark.parametrize("folder", given.FOLDERS)
def test_an_export_has_the_files_own_deliveries(folder: str) -> None:
    different = []
    for path in given.files(folder):
        theirs = [list(_plain(one)) for one in counted.load(path)["innings"]]
        ours = [list(_plain(one)) for one in msgspec.json.decode(given.scored(path).exported)["innings"]]
        if ours != theirs and f"{folder}/{path.stem}" not in CORRECTED_BY_US:
            different.append(path.stem)
    assert different == []


def _plain(innings: dict) -> list:
    """The deliveries without stray keys, and with the review's default written out."""
    plain = []
    for ball in counted.deliveries(innings):
        kept = {key: value for key, value in ball.items() if key != "over"}
        if "review" in kept:
            kept["review"] = {"type": "wicket", **kept["review"]}
        plain.append(kept)
    return plain
