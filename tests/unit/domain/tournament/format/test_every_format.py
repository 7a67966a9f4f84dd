"""What holds of every format, played from the draw to the champion with any results."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.codec import TOURNAMENT_EVENTS
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Format, League, Source, Swiss
from domain.tournament.format.places import champion, members
from domain.tournament.format.presets import (
    PRESETS,
    double_elimination,
    groups_and_semi_finals,
    round_robin,
    single_elimination,
    swiss,
)
from domain.tournament.lifecycle.events import TournamentCreated, TournamentDrawn
from domain.tournament.lifecycle.settings import TournamentSettings
from tests.unit.domain.tournament.format.given import Season, any_result, played_through

FORMATS: dict[str, Format] = {
    **PRESETS,
    "round-robin-of-three-legs": round_robin(legs=3),
    "groups-semi-finals-third-place": groups_and_semi_finals(third_place=True),
    "single-elimination-third-place": single_elimination(third_place=True),
    "swiss-and-knockout": swiss(rounds=3, qualify=4),
}
FEWEST = {"ipl-of-ten": 10, "super-six": 12, "t20-world-cup-2022": 16, "t20-world-cup-2024": 20}
MOST = {"ipl-of-ten": 10}


@st.composite
def seasons(draw: st.DrawFn, name: str) -> Season:
    """The format, with a number of teams that it takes, played through."""
    fewest = FEWEST.get(name, 8)
    count = draw(st.integers(fewest, MOST.get(name, fewest + 7)))
    return played_through(FORMATS[name], count, any_result(draw(st.randoms())))


def meetings(season: Season, stage: str) -> dict[str, Counter[frozenset[str]]]:
    """How often each pair met, by the table it counts in ("" in a knockout)."""
    found: dict[str, Counter[frozenset[str]]] = {}
    for node, home, away in season.played:
        if node.stage == stage:
            found.setdefault(node.table or "", Counter())[frozenset((home, away))] += 1
    return found


every_format = pytest.mark.parametrize("name", FORMATS)
some_seasons = settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])


@every_format
@some_seasons
@given(data=st.data())
def test_each_pair_meets_as_often_as_it_should(name: str, data: st.DataObject) -> None:
    season = data.draw(seasons(name))
    for stage in FORMATS[name].stages:
        if isinstance(stage, League):
            for table in (one for one in season.structure.tables if one.stage == stage.name):
                teams = [str(team) for team in members(season.structure, season.known)[table.id]]
                met = meetings(season, stage.name).get(table.id, Counter())
                assert met == expected_meetings(season, stage, teams)
        elif isinstance(stage, Swiss):
            (met,) = meetings(season, stage.name).values()
            assert set(met.values()) == {1}, "with so many teams nobody need meet again"


def expected_meetings(season: Season, stage: League, teams: list[str]) -> Counter[frozenset[str]]:
    """Everybody meets everybody once a leg, or as the format lists; those whose meeting is carried over do not."""
    if stage.meetings:
        return Counter(frozenset((teams[home - 1], teams[away - 1])) for home, away in stage.meetings)
    met_before: set[frozenset[str]] = set()
    if stage.carry_over:
        first = FORMATS["super-six"].stages[0]
        met_before = {pair for table in meetings(season, first.name).values() for pair in table}
    pairs = (frozenset(pair) for pair in combinations(teams, 2))
    return Counter({pair: stage.legs for pair in pairs if pair not in met_before})


@every_format
@some_seasons
@given(data=st.data())
def test_nobody_plays_twice_in_a_round(name: str, data: st.DataObject) -> None:
    season = data.draw(seasons(name))
    played: Counter[tuple[str, int, str]] = Counter()
    for node, home, away in season.played:
        played.update(((node.stage, node.round, home), (node.stage, node.round, away)))
    assert set(played.values()) == {1}


@every_format
@some_seasons
@given(data=st.data())
def test_a_match_is_played_when_everything_it_rests_on_is_over(name: str, data: st.DataObject) -> None:
    season = data.draw(seasons(name))
    order = {node.id: number for number, (node, _, _) in enumerate(season.played)}
    assert len(order) == len(season.played), "no match is played twice"
    for node, _, _ in season.played:
        for source in (node.home, node.away):
            assert all(order[id] < order[node.id] for id in rests_on(season, source) if id in order)


def rests_on(season: Season, source: Source) -> list[str]:
    if (node := getattr(source, "node", None)) is not None:
        return [node]
    table = getattr(source, "table", None)
    return [node.id for node in season.structure.nodes if node.table == table] if table else []


@every_format
@some_seasons
@given(data=st.data())
def test_byes_are_fair(name: str, data: st.DataObject) -> None:
    """In a table nobody sits out more often than another, but for the one odd match less of a Swiss round; nobody
    has a second bye before everybody had one."""
    season = data.draw(seasons(name))
    for stage in FORMATS[name].stages:
        if not isinstance(stage, League | Swiss):
            continue
        for table, met in meetings(season, stage.name).items():
            matches = Counter(team for pair in met.elements() for team in pair)
            teams = [str(team) for team in members(season.structure, season.known)[table]]
            assert set(matches) == set(teams)
            spread = max(matches.values()) - min(matches.values())
            assert spread <= (isinstance(stage, Swiss) and len(teams) % 2 == 1)


@pytest.mark.parametrize("format", [single_elimination(), double_elimination()], ids=lambda one: one.name)
@given(teams=st.integers(2, 70))
def test_in_a_knockout_the_best_seeds_have_the_byes_and_no_more_than_needed(
    format: Format, teams: int
) -> None:
    structure = lay_out(format, teams)
    first = [node for node in structure.nodes if node.round == 1]
    playing = {place for node in first for place in (node.home, node.away)}
    waiting = sorted(
        seed for seed in range(1, teams + 1) if seed not in {getattr(p, "number", 0) for p in playing}
    )
    full = 1 << (teams - 1).bit_length()
    assert waiting == list(range(1, full - teams + 1))


@every_format
@some_seasons
@given(data=st.data())
def test_it_ends_in_one_champion_whatever_the_results(name: str, data: st.DataObject) -> None:
    season = data.draw(seasons(name))
    assert champion(season.structure, season.known) in season.known.seeds.values()
    last = [node for node, _, _ in season.played if node.decides == 1]
    assert len(last) <= 2, "a final, and of a double elimination perhaps another"


@every_format
def test_a_format_and_what_is_drawn_from_it_survive_being_stored(name: str) -> None:
    format = FORMATS[name]
    structure = lay_out(format, FEWEST.get(name, 8))
    settings_ = TournamentSettings(format=format)
    for event in (
        TournamentCreated(name="Winter Cup", settings=settings_),
        TournamentDrawn(structure=structure, seeds=("a", "b")),
    ):
        assert TOURNAMENT_EVENTS.decode(type(event).__name__, TOURNAMENT_EVENTS.encode(event)) == event
