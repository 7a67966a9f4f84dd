"""Formats that cannot be played are refused with what is wrong."""

import pytest

from domain.match.errors import CommandRefused
from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import (
    Bye,
    DoubleElimination,
    Format,
    Knockout,
    League,
    LoserOf,
    Paired,
    PlayoffMatch,
    Playoffs,
    Rank,
    Seed,
    Source,
    Stage,
    Swiss,
    WinnerOf,
)

LEAGUE = League(name="League")
A, B, C, D = Rank("league", 1), Rank("league", 2), Rank("league", 3), Rank("league", 4)


def graph(*matches: tuple[str, Source, Source] | tuple[str, Source, Source, int]) -> Playoffs:
    return Playoffs(
        name="Playoffs",
        matches=tuple(
            PlayoffMatch(id=id, name=id, home=home, away=away, decides=decides[0] if decides else None)
            for id, home, away, *decides in matches
        ),
    )


def refusal(*stages: Stage, teams: int = 8) -> FormatInvalid:
    with pytest.raises(FormatInvalid) as refused:
        lay_out(Format(name="Bad", stages=stages), teams)
    return refused.value


def test_a_refusal_is_one_of_the_domain() -> None:
    assert isinstance(refusal(), CommandRefused)


def test_a_format_needs_a_stage() -> None:
    assert refusal().code == "no_stages"


def test_a_stage_needs_a_name() -> None:
    assert refusal(League(name=" - ")).code == "stage_name_missing"


def test_names_of_stages_differ() -> None:
    assert refusal(LEAGUE, Knockout(name="League", entrants=(A, B))).code == "format_id_taken"
    assert refusal(LEAGUE, League(name="LEAGUE", entrants=((A, B),))).code == "format_id_taken"


@pytest.mark.parametrize(
    ("stage", "teams"),
    [
        (LEAGUE, 1),
        (Knockout(name="Cup"), 0),
        (DoubleElimination(name="Cup"), 1),
        (Swiss(name="Swiss", rounds=1), 1),
        (League(name="Group", groups=5), 9),
        (League(name="Group", entrants=((Seed(1), Seed(2)), (Seed(3),))), 3),
        (Knockout(name="Cup", entrants=(Seed(1), Bye())), 2),
        (Playoffs(name="Playoffs", matches=()), 2),
    ],
)
def test_there_must_be_enough_teams(stage: Stage, teams: int) -> None:
    assert refusal(stage, teams=teams).code == "too_few_teams"


def test_mistaken_sizes_are_refused_before_they_take_all_memory() -> None:
    assert refusal(League(name="League", legs=10**9)).code == "too_many_matches"
    assert refusal(Knockout(name="Cup"), teams=10**12).code == "too_many_teams"
    assert refusal(LEAGUE, teams=1000).code == "too_many_matches"
    assert refusal(Swiss(name="Swiss", rounds=999), teams=1000).code == "too_many_matches"


@pytest.mark.parametrize(
    "stage",
    [
        League(name="Group", groups=0),
        League(name="Group", groups=3, entrants=((Seed(1), Seed(2)), (Seed(3), Seed(4)))),
        League(name="Group", groups=2, group_names=("A", "B", "C")),
        League(name="Group", groups=2, group_names=("A", "A")),
    ],
)
def test_groups_fit_together(stage: League) -> None:
    assert refusal(stage, teams=4).code == "groups_mismatch"


@pytest.mark.parametrize(
    "stage",
    [
        League(name="League", legs=0),
        League(name="League", meetings=((1, 1),)),
        League(name="League", meetings=((1, 4),)),
        League(name="League", meetings=((0, 1),)),
        League(name="League", meetings=((1, 2),)),
        League(name="League", meetings=((1, 2), (2, 3)), legs=2),
    ],
)
def test_meetings_are_between_two_members(stage: League) -> None:
    assert refusal(stage, teams=3).code == "meetings_invalid"


def test_only_results_from_tables_carry_over() -> None:
    assert refusal(League(name="Super", carry_over=True)).code == "carry_over_invalid"
    assert (
        refusal(LEAGUE, League(name="Super", entrants=((A, B),), carry_over=True)).code
        == "carry_over_invalid"
    )


def test_swiss_rounds_end_when_everybody_has_met() -> None:
    assert refusal(Swiss(name="Swiss", rounds=8)).code == "too_many_rounds"
    assert refusal(Swiss(name="Swiss", rounds=0)).code == "too_many_rounds"


def test_a_later_stage_says_who_takes_part() -> None:
    assert refusal(LEAGUE, Knockout(name="Cup")).code == "entrants_missing"


@pytest.mark.parametrize(
    "place",
    [
        Rank("liga", 1),
        Rank("league", 9),
        Rank("league", 0),
        WinnerOf("semi"),
        LoserOf("league-R1-1"),
        Seed(9),
        Paired("League", 1, 1, 1),
    ],
)
def test_a_place_that_is_not_there_is_named(place: Source) -> None:
    refused = refusal(LEAGUE, graph(("final", A, place)))
    assert refused.code == "unknown_place"
    assert refused.detail == {"where": "final"}


def test_nobody_cannot_be_in_a_table() -> None:
    assert (
        refusal(League(name="League", entrants=((Seed(1), Seed(2), Bye()),)), teams=2).code == "bye_in_table"
    )


def test_matches_cannot_wait_for_each_other() -> None:
    refused = refusal(LEAGUE, graph(("one", A, WinnerOf("other")), ("other", B, LoserOf("one"))))
    assert refused.code == "format_cycle"
    assert {*refused.detail["nodes"]} == {"one", "other"}


def test_a_stage_takes_from_earlier_ones_only() -> None:
    first = League(name="League", entrants=((Seed(1), Seed(2), WinnerOf("final")),))
    assert refusal(first, graph(("final", A, B)), teams=2).code == "place_of_later_stage"
    itself = League(name="League", entrants=((Seed(1), Seed(2), Rank("league", 1)),))
    assert refusal(itself, teams=2).code == "place_of_later_stage"


def test_two_matches_of_one_id_are_refused() -> None:
    assert refusal(LEAGUE, graph(("final", A, B), ("final", C, D))).code == "format_id_taken"
    assert refusal(LEAGUE, graph(("league", A, B))).code == "format_id_taken"


@pytest.mark.parametrize(
    "matches",
    [
        [("final", A, A)],
        [("semi", A, B), ("final", WinnerOf("semi"), WinnerOf("semi"))],
        [("semi", A, B), ("final", WinnerOf("semi"), A)],
    ],
)
def test_no_place_is_taken_twice_so_no_team_meets_itself(matches: list[tuple[str, Source, Source]]) -> None:
    assert refusal(LEAGUE, graph(*matches)).code == "place_taken_twice"


def test_a_seed_in_two_groups_is_refused() -> None:
    both = League(name="Group", entrants=((Seed(1), Seed(2)), (Seed(1), Seed(3))))
    assert refusal(both, teams=3).code == "place_taken_twice"


def test_every_team_takes_part() -> None:
    refused = refusal(League(name="League", entrants=((Seed(1), Seed(3)),)), teams=4)
    assert refused.code == "seeds_unused"
    assert refused.detail == {"seeds": [2, 4]}


def test_two_matches_left_at_the_end_are_refused() -> None:
    refused = refusal(LEAGUE, graph(("one", A, B), ("other", C, D)))
    assert refused.code == "no_single_champion"
    assert refused.detail == {"nodes": ["one", "other"]}


def test_two_groups_at_the_end_are_refused() -> None:
    assert refusal(League(name="Group", groups=2)).code == "no_single_champion"


@pytest.mark.parametrize(
    "third",
    [("third", C, D, 2), ("third", C, D, 0), ("third", C, D, -3)],
)
def test_a_match_decides_third_place_or_a_lower_one(third: tuple[str, Source, Source, int]) -> None:
    assert refusal(LEAGUE, graph(third, ("final", A, B))).code == "decided_place_invalid"


def test_two_matches_cannot_decide_one_place() -> None:
    third, fourth = ("third", C, D, 3), ("fourth", Rank("league", 5), Rank("league", 6), 4)
    assert refusal(LEAGUE, graph(("final", A, B), third, fourth)).code == "decided_place_invalid"


def test_the_winner_of_a_match_for_a_place_plays_no_more() -> None:
    semi = ("semi", A, B, 3)
    assert refusal(LEAGUE, graph(semi, ("final", WinnerOf("semi"), C))).code == "decided_place_invalid"
