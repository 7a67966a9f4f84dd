"""Five seasons of the IPL, match by match: what was said of who can qualify, and who did."""

from functools import cache

import pytest

from domain.tournament.league import is_league
from domain.tournament.match_summary import MatchSummary
from domain.tournament.qualification import Prospect, Status, qualification
from domain.tournament.race import Fixture
from domain.tournament.running_table import RunningTable
from domain.tournament.table_rules import IPL
from tests.cricsheet import data
from tests.cricsheet import summary_oracle as oracle

pytestmark = pytest.mark.cricsheet

PLACES = 4
LAST_MATCHES = 30
SEASONS = [f"ipl-{year}" for year in range(2019, 2024)]


def league(folder: str) -> list[MatchSummary]:
    """The league matches in the order they were played."""
    matches = [match for match in oracle.season(data.folder(folder)) if is_league(match.stage)]
    return sorted(matches, key=lambda match: (str(match.played_on), match.match_number or 0))


@cache
def prospects_at_every_point(folder: str) -> list[tuple[Prospect, ...]]:
    """Before each of the last matches of the league what was still possible, and after the last."""
    matches = league(folder)
    table = RunningTable(IPL, teams={team for match in matches for team in match.teams})
    found: list[tuple[Prospect, ...]] = []
    for played in range(len(matches) + 1):
        if played < len(matches) - LAST_MATCHES:
            table.put(matches[played].id, matches[played])
            continue
        to_come = [Fixture(match.id, *match.teams) for match in matches[played:]]
        found.append(qualification(table, to_come, PLACES, seed=str(played)).prospects)
        if played < len(matches):
            table.put(matches[played].id, matches[played])
    return found


@pytest.mark.parametrize("folder", SEASONS)
def test_nobody_certain_missed_and_nobody_out_went_through(folder: str) -> None:
    found = prospects_at_every_point(folder)
    through = {prospect.team for prospect in found[-1][:PLACES]}
    for prospects in found:
        by_status = {status: {p.team for p in prospects if p.status is status} for status in Status}
        assert by_status[Status.CERTAIN] <= through
        assert not by_status[Status.OUT] & through
        assert all(prospect.proved for prospect in prospects)
    assert {p.team for p in found[-1] if p.status is Status.CERTAIN} == through
    assert not any(p.status is Status.POSSIBLE for p in found[-1])


@pytest.mark.parametrize("folder", SEASONS)
def test_what_is_certain_or_out_stays_so(folder: str) -> None:
    said: dict[str, Status] = {}
    for prospects in prospects_at_every_point(folder):
        for prospect in prospects:
            if said.get(prospect.team, Status.POSSIBLE) is not Status.POSSIBLE:
                assert prospect.status is said[prospect.team]
            said[prospect.team] = prospect.status
