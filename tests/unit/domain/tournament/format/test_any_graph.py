"""Whatever graph an organiser draws: it is refused with a reason, or it ends in one champion."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import (
    Bye,
    DoubleElimination,
    Format,
    Knockout,
    League,
    LoserOf,
    PlayoffMatch,
    Playoffs,
    Rank,
    Seed,
    Source,
    Stage,
    Structure,
    Swiss,
    WinnerOf,
)
from domain.tournament.format.places import Status, bracket, champion
from domain.tournament.format.ranking import ranking
from tests.unit.domain.tournament.format.given import Season, any_result


@st.composite
def sound_graphs(draw: st.DrawFn) -> tuple[int, Playoffs]:
    """Seeds, winners and some of the losers meet in any order until one winner is left; some have byes."""
    teams = draw(st.integers(2, 8))
    due: list[Source] = [Seed(number) for number in range(1, teams + 1)]
    losers: list[Source] = [Bye(), Bye()]
    matches: list[PlayoffMatch] = []
    spare = draw(st.integers(0, 6))
    while len(due) > 1 or not matches:
        one = due.pop(draw(st.integers(0, len(due) - 1)))
        if losers and spare > 0 and draw(st.booleans()):
            spare -= 1
            other = losers.pop(draw(st.integers(0, len(losers) - 1)))
        else:
            other = due.pop(draw(st.integers(0, len(due) - 1)))
        id = f"match-{len(matches) + 1}"
        home, away = (one, other) if draw(st.booleans()) else (other, one)
        matches.append(PlayoffMatch(id=id, name=id, home=home, away=away))
        due.append(WinnerOf(id))
        losers.append(LoserOf(id))
    return teams, Playoffs(name="Playoffs", matches=tuple(draw(st.permutations(matches))))


@given(sound_graphs(), st.randoms())
def test_a_sound_graph_has_one_champion_whatever_the_results(
    graph: tuple[int, Playoffs], random: Random
) -> None:
    teams, playoffs = graph
    season = Season(lay_out(Format(name="Any", stages=(playoffs,)), teams), teams)
    season.play_all(any_result(random))
    places = bracket(season.structure, season.known).values()
    assert champion(season.structure, season.known) is not None
    assert {place.status for place in places} == {Status.OVER}
    assert all(place.home != place.away for place in places)
    order = ranking(season.structure, season.known)
    assert sorted(team for _, team in order) == sorted(season.known.seeds.values())
    assert order[0] == ((1, 1), champion(season.structure, season.known))


IDS = st.sampled_from(["a", "b", "c", "d", "e"])
SOURCES = st.one_of(
    st.builds(Seed, st.integers(0, 4)),
    st.builds(WinnerOf, IDS),
    st.builds(LoserOf, IDS),
    st.builds(Rank, IDS, st.integers(0, 3)),
    st.just(Bye()),
)
MATCHES = st.lists(
    st.builds(
        PlayoffMatch, id=IDS, name=IDS, home=SOURCES, away=SOURCES, decides=st.none() | st.integers(0, 5)
    ),
    max_size=5,
)
MEMBERS = st.lists(SOURCES, max_size=4).map(tuple)
NAMES = st.sampled_from(["A", "B", "C", "", "a"])
SMALL = st.integers(-1, 4)
STAGES = st.one_of(
    st.builds(
        League,
        name=NAMES,
        groups=SMALL,
        legs=SMALL,
        entrants=st.lists(MEMBERS, max_size=2).map(tuple),
        group_names=st.lists(NAMES, max_size=2).map(tuple),
        carry_over=st.booleans(),
        meetings=st.lists(st.tuples(SMALL, SMALL), max_size=4).map(tuple),
    ),
    st.builds(Swiss, name=NAMES, rounds=SMALL, entrants=MEMBERS),
    st.builds(Knockout, name=NAMES, entrants=MEMBERS, third_place=st.booleans()),
    st.builds(DoubleElimination, name=NAMES, entrants=MEMBERS),
    st.builds(Playoffs, name=NAMES, matches=MATCHES.map(tuple)),
)


def laid_out(format: Format, teams: int) -> Structure | FormatInvalid:
    try:
        return lay_out(format, teams)
    except FormatInvalid as refused:
        return refused


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STAGES, max_size=3).map(tuple), SMALL, st.randoms())
def test_any_other_format_is_refused_with_a_reason(
    stages: tuple[Stage, ...], teams: int, random: Random
) -> None:
    structure = laid_out(Format(name="Any", stages=stages), teams)
    if isinstance(structure, FormatInvalid):
        assert structure.message
        return
    season = Season(structure, teams)
    season.play_all(any_result(random))
    assert champion(structure, season.known) is not None
