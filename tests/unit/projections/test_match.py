"""The rows of a match, written a few events at a time, are those of one fold of all of them."""

from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest

from benchmarks.matches import t20_match
from domain.match import commands as c
from domain.match import decide, evolve, initial
from domain.match.events import CORRECTION_TYPES, BallRecorded, MatchEvent
from projections.match import MatchFold
from projections.match_rows import MatchChanges

TENANT, MATCH = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 4, 3, 14, 0, tzinfo=UTC)
KEYS = {"balls": ("innings", "sequence"), "overs": ("innings", "over")}
KEYS |= {"falls": ("innings", "wicket"), "partnerships": ("innings", "sequence")}


class Tables:
    """What stands in the tables after each write."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, Any]] = {name: {} for name in KEYS}
        self.match: Any = None
        self.card: Any = None

    def write(self, changes: MatchChanges) -> None:
        for name, key in KEYS.items():
            if changes.whole:
                self.rows[name].clear()
            for row in getattr(changes, name):
                self.rows[name][tuple(getattr(row, column) for column in key)] = row
        self.match, self.card = changes.match, changes.card


def folded(events: list[MatchEvent], chunks: list[int]) -> Tables:
    fold, tables, start = MatchFold(TENANT, MATCH), Tables(), 0
    for size in chunks:
        for event in events[start : start + size]:
            fold.apply(event, NOW)
        start += size
        tables.write(fold.changes())
        fold.keep()
    assert fold.version == len(events)
    return tables


def corrected(events: tuple[MatchEvent, ...], seed: int) -> list[MatchEvent]:
    """The match, with some balls corrected and the last fact taken back while it goes on."""
    random, state, stored = Random(seed), initial(), []

    def keep(new: list[MatchEvent]) -> None:
        for event in new:
            evolve(state, event)
            stored.append(event)

    for event in events[:-2]:
        keep([event])
        if isinstance(event, BallRecorded) and random.random() < 0.03:
            keep(decide(state, c.Undo(reason="scored twice"), NOW))
            keep([event])
    return stored


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_written_in_chunks_equal_those_written_at_once(seed: int) -> None:
    events = list(t20_match(seed))
    random = Random(seed)
    chunks: list[int] = []
    while sum(chunks) < len(events):
        chunks.append(min(random.randint(1, 9), len(events) - sum(chunks)))
    assert vars(folded(events, chunks)) == vars(folded(events, [len(events)]))


@pytest.mark.parametrize("seed", [4, 5])
def test_a_correction_replaces_the_rows_of_its_match(seed: int) -> None:
    events = corrected(t20_match(seed), seed)
    assert sum(type(event) in CORRECTION_TYPES for event in events) >= 3
    assert vars(folded(events, [1] * len(events))) == vars(folded(events, [len(events)]))


def test_the_rows_add_up_to_the_card() -> None:
    tables = folded(list(t20_match(1)), [len(t20_match(1))])
    card = msgspec.json.decode(tables.card.card)
    for innings in card["innings"]:
        number = innings["number"]
        overs = [row for key, row in tables.rows["overs"].items() if key[0] == number]
        balls = [row for key, row in tables.rows["balls"].items() if key[0] == number]
        assert sum(row.runs for row in overs) == sum(row.runs for row in balls) == innings["runs"]
        assert sum(row.balls for row in overs) == innings["balls"]
        assert sum(row.wickets for row in overs) == innings["wickets"]
        assert len([key for key in tables.rows["falls"] if key[0] == number]) == innings["wickets"]
        assert balls[-1].score == innings["runs"]


def test_the_summary_tells_how_the_match_stands() -> None:
    events = list(t20_match(1))
    scheduled = folded(events[:1], [1]).match
    assert (scheduled.status, scheduled.home, scheduled.away) == ("scheduled", "home", "away")
    live = folded(events[:60], [60]).match
    assert live.status == "live"
    finished = folded(events, [len(events)]).match
    summary = msgspec.json.decode(finished.summary)
    assert finished.status == "finished"
    assert summary["result_line"] == "Home won by 8 runs"
    assert [each["score"] for each in summary["innings"]] == ["191/5", "183/5"]
    assert finished.created_at == NOW


def test_only_what_changed_is_written() -> None:
    events = list(t20_match(1))
    fold = MatchFold(TENANT, MATCH)
    for event in events[:100]:
        fold.apply(event, NOW)
    fold.keep()
    fold.apply(events[100], NOW)
    changes = fold.changes()
    assert (len(changes.balls), len(changes.overs), changes.whole) == (1, 1, False)
    assert len(changes.partnerships) <= 2
