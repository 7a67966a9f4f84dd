"""The places teams have in the end."""

from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import (
    Format,
    Knockout,
    League,
    LoserOf,
    PlayoffMatch,
    Playoffs,
    Rank,
    Source,
    WinnerOf,
)
from domain.tournament.format.presets import groups_and_semi_finals, single_elimination
from domain.tournament.format.ranking import final_places, ranking
from tests.unit.domain.tournament.format.given import Season, better_seed, played_through


def match(id: str, home: Source, away: Source, decides: int | None = None) -> PlayoffMatch:
    return PlayoffMatch(id=id, name=id, home=home, away=away, decides=decides)


def test_losers_of_one_round_share_their_places() -> None:
    season = played_through(single_elimination(), 8, better_seed)
    assert ranking(season.structure, season.known) == [
        ((1, 1), "T1"),
        ((2, 2), "T2"),
        ((3, 4), "T4"),
        ((3, 4), "T3"),
        ((5, 8), "T8"),
        ((5, 8), "T5"),
        ((5, 8), "T7"),
        ((5, 8), "T6"),
    ]


def test_a_third_place_match_tells_third_from_fourth() -> None:
    season = played_through(single_elimination(third_place=True), 4, better_seed)
    assert ranking(season.structure, season.known) == [
        ((1, 1), "T1"),
        ((2, 2), "T2"),
        ((3, 3), "T3"),
        ((4, 4), "T4"),
    ]


def test_places_are_known_as_soon_as_they_are_decided() -> None:
    season = Season(lay_out(single_elimination(), 4), 4)
    season.win("knockout-semi-final-1", "T4")
    assert ranking(season.structure, season.known) == [((3, 4), "T1")]


def test_those_who_did_not_go_on_share_places_by_their_rank() -> None:
    season = played_through(groups_and_semi_finals(), 8, better_seed)
    assert ranking(season.structure, season.known)[4:] == [
        ((5, 6), "T5"),
        ((5, 6), "T6"),
        ((7, 8), "T8"),
        ((7, 8), "T7"),
    ]


def test_matches_for_lower_places_rank_down_to_the_last() -> None:
    """Quarter-finals, then everybody plays on for places 1 to 8."""
    ranks = [Rank("league", place) for place in range(1, 9)]
    quarters = [match(f"q{i}", ranks[i - 1], ranks[8 - i]) for i in (1, 2, 3, 4)]
    graph = Playoffs(
        name="Finals",
        matches=(
            *quarters,
            match("s1", WinnerOf("q1"), WinnerOf("q4")),
            match("s2", WinnerOf("q2"), WinnerOf("q3")),
            match("c1", LoserOf("q1"), LoserOf("q4")),
            match("c2", LoserOf("q2"), LoserOf("q3")),
            match("seventh", LoserOf("c1"), LoserOf("c2"), 7),
            match("fifth", WinnerOf("c1"), WinnerOf("c2"), 5),
            match("third", LoserOf("s1"), LoserOf("s2"), 3),
            match("final", WinnerOf("s1"), WinnerOf("s2")),
        ),
    )
    season = played_through(Format(name="All", stages=(League(name="League"), graph)), 8, better_seed)
    assert ranking(season.structure, season.known) == [((n, n), f"T{n}") for n in range(1, 9)]


def test_without_a_match_for_them_places_after_decided_ones_are_shared() -> None:
    ranks = [Rank("league", place) for place in range(1, 9)]
    graph = Playoffs(
        name="Finals",
        matches=(
            *(match(f"q{i}", ranks[i - 1], ranks[8 - i]) for i in (1, 2, 3, 4)),
            match("s1", WinnerOf("q1"), WinnerOf("q4")),
            match("s2", WinnerOf("q2"), WinnerOf("q3")),
            match("c1", LoserOf("q1"), LoserOf("q4")),
            match("c2", LoserOf("q2"), LoserOf("q3")),
            match("fifth", WinnerOf("c1"), WinnerOf("c2"), 5),
            match("final", WinnerOf("s1"), WinnerOf("s2")),
        ),
    )
    places = final_places(lay_out(Format(name="All", stages=(League(name="League"), graph)), 8))
    assert [range for range, _ in places] == [(1, 1), (2, 2), (3, 4), (5, 5), (6, 6), (7, 8)]
    assert places[2][1] == (LoserOf("s1"), LoserOf("s2"))
    assert places[-1][1] == (LoserOf("c1"), LoserOf("c2"))


def test_the_last_stage_stands_above_the_one_before() -> None:
    """A plate for the lower half, then the cup."""
    stages = (
        League(name="League"),
        Knockout(name="Plate", entrants=(Rank("league", 3), Rank("league", 4))),
        Knockout(name="Cup", entrants=(Rank("league", 1), Rank("league", 2))),
    )
    season = played_through(Format(name="Cup and plate", stages=stages), 4, better_seed)
    assert [team for _, team in ranking(season.structure, season.known)] == ["T1", "T2", "T3", "T4"]
