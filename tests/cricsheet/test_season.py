"""Real seasons as tournaments: the format that is found is the organisers', and every match has its place."""

from functools import cache
from itertools import pairwise

import pytest

from adapters.cricsheet.season import Played, SeasonPlan, plan_season, read_season
from cli.standings import row_fields
from domain.tournament.format import presets
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Known, League, NodeResult, Playoffs, Rank, Source
from domain.tournament.format.places import champion, resolve
from tests.cricsheet import data
from tests.cricsheet.test_standings import COMPETITIONS, Competition, compare

pytestmark = pytest.mark.cricsheet

IPL = [f"ipl-{year}" for year in range(2019, 2024)]
ABANDONED = {
    "odiwc-men-2019": (("Pakistan", "Sri Lanka"), ("Bangladesh", "Sri Lanka"), ("India", "New Zealand")),
    "t20wc-men-2022": (("New Zealand", "Afghanistan"), ("Ireland", "Afghanistan"), ("England", "Australia")),
}
CHAMPIONS = {
    "ipl-2019": "Mumbai Indians",
    "ipl-2020": "Mumbai Indians",
    "ipl-2021": "Chennai Super Kings",
    "ipl-2022": "Gujarat Titans",
    "ipl-2023": "Chennai Super Kings",
    "odiwc-men-2019": "England",
    "t20wc-men-2022": "England",
    "wpl-2023": "Mumbai Indians",
}
seasons = pytest.mark.parametrize("folder", CHAMPIONS)


@cache
def season(folder: str) -> tuple[list[Played], SeasonPlan]:
    matches = read_season(data.folder(folder))
    return matches, plan_season(matches, ABANDONED.get(folder, ()))


def graph(plan: SeasonPlan) -> dict[str, frozenset[Source]]:
    """Each knockout with where its teams come from; who is home is a draw's."""
    return entrants(plan.format.stages[-1])


def entrants(stage: object) -> dict[str, frozenset[Source]]:
    assert isinstance(stage, Playoffs)
    return {match.id: frozenset((match.home, match.away)) for match in stage.matches}


@seasons
def test_every_match_is_played_once_and_no_other(folder: str) -> None:
    matches, plan = season(folder)
    nodes = {node.id for node in plan.structure.nodes}
    assert sorted(match.name for match in plan.files.values()) == sorted(match.name for match in matches)
    assert set(plan.files) <= nodes
    assert len(nodes - set(plan.files)) == len(ABANDONED.get(folder, ()))
    assert plan.structure == lay_out(plan.format, len(plan.seeds))


@pytest.mark.parametrize("folder", IPL)
def test_an_ipl_ends_in_the_page_playoff(folder: str) -> None:
    assert graph(season(folder)[1]) == entrants(presets.page_playoff("league"))


def test_a_womens_premier_league_sends_its_first_straight_to_the_final() -> None:
    eliminator, final = season("wpl-2023")[1].format.stages[-1].matches  # type: ignore[union-attr]
    assert {eliminator.home, eliminator.away} == {Rank("league", 2), Rank("league", 3)}
    assert Rank("league", 1) in {final.home, final.away}


def test_the_world_cup_of_2019_ends_in_semi_finals_of_first_and_fourth_second_and_third() -> None:
    assert graph(season("odiwc-men-2019")[1]) == entrants(presets.world_cup_2019().stages[-1])


def test_the_first_round_of_2022_leads_into_the_super_twelve_and_that_to_crossed_semi_finals() -> None:
    _, plan = season("t20wc-men-2022")
    first, second = plan.format.stages[2:4]
    assert isinstance(first, League)
    assert isinstance(second, League)
    came = [{one for one in stage.entrants[0] if isinstance(one, Rank)} for stage in (first, second)]
    assert came == [{Rank("group-a", 1), Rank("group-b", 2)}, {Rank("group-b", 1), Rank("group-a", 2)}]
    assert graph(plan) == entrants(presets.semi_finals(*presets.crossed("group-1", "group-2")))


@pytest.mark.parametrize("folder", ["ipl-2022", "ipl-2023"])
def test_ten_teams_meet_as_often_as_the_ipls_format_for_ten_says(folder: str) -> None:
    """Fourteen matches each: five opponents twice, four once."""
    (league, _) = season(folder)[1].format.stages
    (preset, _) = presets.ipl_of_ten().stages
    assert isinstance(league, League)
    assert isinstance(preset, League)
    assert how_often(league) == how_often(preset) == {place: [1] * 4 + [2] * 5 for place in range(1, 11)}


def how_often(league: League) -> dict[int, list[int]]:
    places = range(1, 11)
    return {
        one: sorted(
            sum({one, other} == set(pair) for pair in league.meetings) for other in places if other != one
        )
        for one in places
    }


@pytest.mark.parametrize("competition", COMPETITIONS, ids=lambda c: f"{c.folder}-{c.group}")
def test_its_tables_are_the_official_ones(competition: Competition) -> None:
    (table,) = [table for table in season(competition.folder)[1].tables if table.group == competition.group]
    compare([row_fields(row, table.group, 6) for row in table.rows], competition)


@seasons
def test_with_the_results_of_the_files_the_format_finds_the_teams_of_every_match_and_the_champion(
    folder: str,
) -> None:
    _, plan = season(folder)
    known = Known(
        seeds=dict(enumerate(plan.seeds, 1)),
        tables={table.id: tuple(row.team for row in table.rows) for table in plan.tables},
        results={
            node.id: NodeResult(winner=result.winner, loser=next(iter({*teams} - {result.winner})))
            for node in plan.structure.nodes
            if node.table is None
            for summary in [plan.files[node.id].summary]
            for result, teams in [(summary.result, summary.teams)]
        },
    )
    places = resolve(plan.structure, known)
    assert {node: places[node] for node in plan.files} == {
        node: match.summary.teams for node, match in plan.files.items()
    }
    assert champion(plan.structure, known) == plan.champion == CHAMPIONS[folder]


@seasons
def test_matches_are_on_their_day_and_none_overlap_on_a_ground_or_for_a_team(folder: str) -> None:
    _, plan = season(folder)
    placed = {placement.node: placement for placement in plan.placements}
    assert set(placed) == {node.id for node in plan.structure.nodes}
    for node, match in plan.files.items():
        assert placed[node].starts_at.date() == match.day
    grounds = {ground.id for venue in plan.venues for ground in venue.grounds}
    assert {placement.ground for placement in plan.placements} == grounds
    for ground in grounds:
        times = sorted((p.starts_at, p.ends_at) for p in plan.placements if p.ground == ground)
        assert all(one[1] <= other[0] for one, other in pairwise(times))
    for team in plan.seeds:
        days = [placed[node].starts_at.date() for node, m in plan.files.items() if team in m.summary.teams]
        assert len(set(days)) == len(days)


@seasons
def test_everybody_in_a_line_up_is_in_the_squad_of_one_team(folder: str) -> None:
    matches, plan = season(folder)
    squads = {team: {player.id for player in players} for team, players in plan.squads.items()}
    assert sum(map(len, squads.values())) == len(set().union(*squads.values()))
    for match in matches:
        for team, line_up in match.summary.line_ups.items():
            assert set(line_up) <= squads[team]
