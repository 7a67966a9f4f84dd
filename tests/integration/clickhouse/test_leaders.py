"""The leaders by ClickHouse equal those of ``pavilion leaders``, over real matches of every kind."""

import random
from functools import cache
from uuid import UUID

import pytest

from adapters.cricsheet.play import open_play
from contracts import codec
from domain.match.events import EVENT_TYPES, MatchCreated, MatchEvent
from domain.match.state import MatchState
from tests.cricsheet import data
from tests.integration.clickhouse.comparing import expected, found, summaries
from tests.integration.clickhouse.engine import SCHEMA, ClickHouse, Record, leaders_query, records

FOLDERS = (
    "ipl-2020",
    "ipl-2023",
    "t20-rare",
    "hundred-men-2024",
    "oneday-rare",
    "tests-rare",
    "firstclass-rare",
)
pytestmark = pytest.mark.cricsheet


def tenant_of(folder: str) -> UUID:
    return UUID(int=1 + FOLDERS.index(folder))


@cache
def played(folder: str) -> list[tuple[UUID, MatchState, list[MatchEvent]]]:
    """Every match of a folder with its events."""
    matches = []
    for number, path in enumerate(sorted(data.folder(folder).glob("*.json"))):
        play, events = open_play(path), list[MatchEvent]()
        for step in play.steps():
            events += step.events
        matches.append((UUID(int=1000 * (1 + FOLDERS.index(folder)) + number), play.state, events))
    return matches


@pytest.fixture(scope="module")
def seasons(clickhouse: ClickHouse) -> ClickHouse:
    """All folders, each a league of its own; some records come twice, and in no order."""
    sent: list[Record] = []
    for folder in FOLDERS:
        for match_id, _, events in played(folder):
            sent += records(tenant_of(folder), match_id, events)
    chance = random.Random(7)
    chance.shuffle(sent)
    clickhouse.send(sent)
    clickhouse.send(chance.sample(sent, len(sent) // 10))
    return clickhouse


@pytest.mark.parametrize("folder", FOLDERS)
def test_batting_and_bowling_are_those_of_pavilion_leaders(seasons: ClickHouse, folder: str) -> None:
    states = [(match_id, state) for match_id, state, _ in played(folder)]
    batting, bowling = expected(summaries(states))
    assert len(batting) > 20
    by_batting, by_bowling = found(seasons, tenant_of(folder))
    assert by_batting == batting
    assert by_bowling == bowling


def test_a_record_that_came_twice_is_counted_once(seasons: ClickHouse) -> None:
    (row,) = seasons.rows(
        "SELECT count() AS stored, uniqExact(tenant_id, match_id, named) AS facts FROM fact"
    )
    (held,) = seasons.rows("SELECT count() AS held FROM fact FINAL")
    assert int(row["stored"]) > int(row["facts"]) == int(held["held"])


def test_a_league_sees_its_own_and_a_tournament_its_own(seasons: ClickHouse) -> None:
    assert found(seasons, UUID(int=99)) == ([], [])
    folder = "t20-rare"
    by_name: dict[str, list[tuple[UUID, MatchState]]] = {}
    for match_id, state, _ in played(folder):
        if isinstance(state.created, MatchCreated) and state.created.tournament is not None:
            by_name.setdefault(state.created.tournament, []).append((match_id, state))
    name, states = max(by_name.items(), key=lambda one: len(one[1]))
    assert 1 < len(states) < len(played(folder))
    assert found(seasons, tenant_of(folder), name) == expected(summaries(states))


def test_averages_and_rates_are_those_of_the_records(seasons: ClickHouse) -> None:
    rows = seasons.rows(leaders_query("batting_leaders", tenant_of("ipl-2020")) + " LIMIT 1")
    (rahul,) = rows
    assert (rahul["name"], rahul["runs"], round(rahul["average"], 2), round(rahul["strike_rate"], 2)) == (
        "KL Rahul",
        670,
        55.83,
        129.34,
    )
    (rabada,) = seasons.rows(leaders_query("bowling_leaders", tenant_of("ipl-2020")) + " LIMIT 1")
    assert (rabada["name"], rabada["wickets"], round(rabada["economy"], 2)) == ("K Rabada", 30, 8.35)


def test_the_schema_reads_the_versions_of_events_that_are_written() -> None:
    """An event whose JSON has changed since must be read here as well before this passes again."""
    text = (SCHEMA / "2_tables.sql").read_text(encoding="utf-8")
    read = {name for name in EVENT_TYPES if f"'{name}'" in text or f".{name}'" in text}
    assert len(read) == 17
    assert {name for name in read if codec.SCHEMA_VERSIONS[name] != 1} == set()
