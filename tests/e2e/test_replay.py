"""`pavilion replay`: matches that went in ball by ball come out of the read model as they are."""

import json
from pathlib import Path
from uuid import uuid5

import pytest

from contracts.ids import PAVILION
from stack.stack import Stack
from tests.cricsheet.data import folder
from tests.e2e.conftest import Pavilion, report_of
from tests.e2e.store import query
from tests.unit.cli.files import write_match

OVERS = 3


@pytest.fixture
def handmade(tmp_path: Path) -> Path:
    """A whole match of three overs a side that was never played; Kent 1 hits three fours."""
    write_match(tmp_path, tmp_path.name, "Kent", "Essex", (3, 1), on="2024-05-01")
    file = tmp_path / f"{tmp_path.name}.json"
    match = json.loads(file.read_text())
    match["info"]["overs"] = OVERS
    for innings in match["innings"]:
        del innings["overs"][OVERS:]
    file.write_text(json.dumps(match))
    return file


def test_real_matches_come_out_as_scored(pavilion: Pavilion) -> None:
    matches = sorted(folder("ipl-2023").glob("*.json"))[:1] + sorted(folder("t20-rare").glob("*.json"))[:2]

    done = pavilion("replay", "--json", *matches)

    report = report_of(done)
    assert report["mismatches"] == []
    assert done.returncode == 0
    assert report["matches"] == len(matches)


def test_reports_balls_and_how_long_they_took(pavilion: Pavilion, handmade: Path) -> None:
    done = pavilion("replay", "--json", handmade)

    report = report_of(done)
    assert set(report) == {
        *("matches", "balls", "seconds", "balls_per_second", "p50_ms", "p95_ms", "p99_ms", "mismatches")
    }
    assert (report["matches"], report["balls"], report["mismatches"]) == (1, 2 * OVERS * 6, [])
    assert 0 < report["p50_ms"] <= report["p95_ms"] <= report["p99_ms"]
    assert done.returncode == 0


async def test_a_replay_with_kept_ids_can_be_run_again_and_doubles_nothing(
    pavilion: Pavilion, handmade: Path, stack: Stack
) -> None:
    match = uuid5(PAVILION, f"replay/{handmade.stem}")
    count = "select count(*) from event where stream_id = $1"

    first = pavilion("replay", "--json", "--keep-ids", handmade)
    ((events,),) = await query(stack, count, match)
    second = pavilion("replay", "--json", "--keep-ids", handmade)

    assert (first.returncode, second.returncode) == (0, 0)
    assert await query(stack, count, match) == [(events,)]


async def test_a_card_that_is_not_as_scored_is_a_mismatch(
    pavilion: Pavilion, handmade: Path, stack: Stack
) -> None:
    match = uuid5(PAVILION, f"replay/{handmade.stem}")
    assert pavilion("replay", "--keep-ids", handmade).returncode == 0
    await query(
        stack,
        "update rm_match_card set card = jsonb_set(card, '{innings,0,batting,0,runs}', '81') where match_id = $1",
        match,
    )

    done = pavilion("replay", "--json", "--keep-ids", handmade)

    assert done.returncode == 1
    assert report_of(done)["mismatches"] == [
        {"match": handmade.stem, "where": "innings 1 batting Kent 1 runs", "expected": 12, "got": 81}
    ]


def test_a_bad_file_is_named_and_the_others_are_replayed(
    pavilion: Pavilion, handmade: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps({"info": {}}))

    done = pavilion("replay", "--json", bad, handmade)

    assert done.returncode == 2
    assert str(bad) in done.stderr
    assert report_of(done)["matches"] == 1
