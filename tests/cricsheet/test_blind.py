"""The importer must not know who won: a file that lies about its outcome gives the same commands."""

from dataclasses import fields, replace
from pathlib import Path

import msgspec
import pytest

from adapters.cricsheet import document
from adapters.cricsheet.document import Place
from adapters.cricsheet.ending import Ending, ending_of
from adapters.cricsheet.format import Info
from adapters.cricsheet.play import Play
from domain.match.commands import AwardMatch, MatchCommand
from tests.cricsheet import counted, data, given
from tests.cricsheet.counted import Json

pytestmark = pytest.mark.cricsheet

BY_ORDER = ("Awarded", "Conceded")


def commands(match: Json) -> list[tuple[Place, MatchCommand]]:
    """What the importer tells the engine."""
    read = document.parse(msgspec.json.encode(match), "match")
    return [(step.place, step.command) for step in Play(read).steps()]


def lies(match: Json) -> list[Json]:
    """The match with other outcomes: won by the other side by a margin that is nonsense, and tied.

    What an importer may know stays: that there was an outcome at all, and the method.
    """
    info, outcome = match["info"], match["info"]["outcome"]
    if outcome.get("result") == "no result":
        return []
    one, other = info["teams"]
    settled = outcome.get("winner") or outcome.get("eliminator") or outcome.get("bowl_out")
    kept = {"method": outcome["method"]} if "method" in outcome else {}
    swapped = {"winner": other if settled == one else one, "by": {"runs": 999}} | kept
    tied = {"result": "tie", "eliminator": swapped["winner"]} | kept
    told = [swapped] if outcome.get("method") in BY_ORDER else [swapped, tied]
    return [match | {"info": info | {"outcome": lie}} for lie in told]


def caught(path: Path) -> list[Json]:
    """The outcomes by which the importer let itself be led."""
    match = counted.load(path)
    told = commands(match)
    found = []
    for lie in lies(match):
        outcome = lie["info"]["outcome"]
        assert counted.result(lie["info"]) != counted.result(match["info"])
        expected = told
        if outcome.get("method") in BY_ORDER:
            place, award = told[-1]
            assert isinstance(award, AwardMatch)
            expected = [*told[:-1], (place, replace(award, winner=outcome["winner"]))]
        if commands(lie) != expected:
            found.append(outcome)
    return found


@pytest.mark.parametrize("folder", given.FOLDERS)
def test_a_false_outcome_changes_nothing_that_the_engine_is_told(folder: str) -> None:
    assert {path.stem: outcomes for path in given.files(folder) if (outcomes := caught(path))} == {}


def test_nothing_but_the_ending_is_read_of_an_outcome() -> None:
    assert "outcome" not in Info.__struct_encode_fields__
    assert {field.name for field in fields(Ending)} == {"over", "no_result", "method", "awarded_to"}


def test_an_importer_that_passed_on_the_winner_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def peek(raw: Json) -> Ending:
        return replace(ending_of(raw), awarded_to=raw["info"]["outcome"].get("winner"))

    monkeypatch.setattr(document, "ending_of", peek)
    won = data.folder("ipl-2023") / "1370352.json"
    assert len(caught(won)) == 2
