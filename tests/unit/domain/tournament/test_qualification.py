"""Who is certain to go through, who is out, and what the others need."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.tournament.points import Deduction, PointsRules, RunRateBonus
from domain.tournament.qualification import Qualification, Status, qualification
from domain.tournament.race import Fixture, Race, race
from domain.tournament.running_table import Disqualification, RunningTable
from domain.tournament.standings import standings
from domain.tournament.table_rules import (
    ICC_SUPER_LEAGUE,
    IPL,
    WORLD_TEST_CHAMPIONSHIP,
    Criterion,
    TableRules,
)
from tests.unit.domain.tournament.given import no_result, won_by

CERTAIN, POSSIBLE, OUT = Status.CERTAIN, Status.POSSIBLE, Status.OUT


def table(*matches, rules: TableRules = IPL, **more) -> RunningTable:  # type: ignore[no-untyped-def]
    made = RunningTable(rules, **more)
    for number, match in enumerate(matches):
        made.put(str(number), match)
    return made


def to_play(*pairs: str) -> list[Fixture]:
    """ "A-B" is A at home to B."""
    return [Fixture(f"f{number}", *pair.split("-")) for number, pair in enumerate(pairs)]


def statuses(found: Qualification) -> dict[str, Status]:
    assert all(prospect.proved for prospect in found.prospects)
    return {prospect.team: prospect.status for prospect in found.prospects}


def test_a_team_nobody_can_catch_is_certain_and_one_that_can_catch_nobody_is_out() -> None:
    played = [won_by("A", "B"), won_by("A", "C"), won_by("A", "D"), won_by("B", "D"), won_by("C", "D")]
    assert statuses(qualification(table(*played), to_play("B-C"), 2)) == {
        "A": CERTAIN,
        "B": POSSIBLE,
        "C": POSSIBLE,
        "D": OUT,
    }


def test_drawing_level_is_neither_certain_nor_out_for_margins_are_not_foreseen() -> None:
    played = [won_by("A", "B", 100), won_by("A", "C", 100), won_by("B", "C", 1)]
    found = qualification(table(*played), to_play("A-B"), 1)
    assert statuses(found) == {"A": POSSIBLE, "B": POSSIBLE, "C": OUT}


def test_among_teams_that_have_played_all_net_run_rate_is_history() -> None:
    played = [won_by("A", "X", 30), won_by("B", "X", 20), won_by("C", "X", 10)]
    found = qualification(table(*played, teams=["Y"]), to_play("X-Y"), 3)
    assert statuses(found) == {"A": CERTAIN, "B": CERTAIN, "C": POSSIBLE, "X": POSSIBLE, "Y": POSSIBLE}


def test_with_nothing_to_come_the_table_decides() -> None:
    played = [won_by("A", "X", 30), won_by("B", "X", 20)]
    assert statuses(qualification(table(*played), [], 1)) == {"A": CERTAIN, "B": OUT, "X": OUT}


def test_teams_nothing_separates_wait_for_the_lots() -> None:
    found = qualification(table(no_result("A", "B")), [], 1)
    assert statuses(found) == {"A": POSSIBLE, "B": POSSIBLE}


def test_a_no_result_can_save_a_team() -> None:
    """Whoever wins C v D is past B; only without a result are the three level, with a win each."""
    played = [won_by("B", "X"), no_result("B", "X"), won_by("C", "X"), won_by("D", "X")]
    found = qualification(table(*played), to_play("C-D"), 1)
    prospect = next(prospect for prospect in found.prospects if prospect.team == "B")
    assert (prospect.status, prospect.through, prospect.level) == (POSSIBLE, 0, 0)


def test_rivals_who_meet_cannot_both_win() -> None:
    """B and C are each a win behind A, but play each other: only one of them can get past."""
    played = [
        *(won_by("A", "X"), won_by("A", "Y"), won_by("A", "Z")),
        *(won_by("B", "X"), won_by("B", "Y"), won_by("C", "X"), won_by("C", "Z"), no_result("A", "Z")),
    ]
    assert statuses(qualification(table(*played), to_play("B-C"), 1))["A"] is CERTAIN
    both = qualification(table(*played), to_play("B-C", "B-X", "C-X"), 2)
    assert statuses(both)["A"] is POSSIBLE, "B can win both, and C beat X after a tie"


def test_it_says_how_many_wins_are_enough_and_how_many_are_needed() -> None:
    played = [won_by("A", "X"), won_by("B", "X"), won_by("C", "X")]
    found = qualification(table(*played, teams="ABC"), to_play("A-X", "B-X", "A-B"), 1)
    prospects = {prospect.team: prospect for prospect in found.prospects}
    assert (prospects["A"].enough_wins, prospects["A"].needs_wins) == (2, 1)
    assert (prospects["C"].enough_wins, prospects["C"].needs_wins) == (None, None)
    assert prospects["C"].status is OUT


def test_the_ways_are_counted_while_they_are_few() -> None:
    played = [won_by("A", "X"), won_by("B", "X")]
    found = qualification(table(*played), to_play("A-B"), 1)
    assert (found.ways, found.sampled, found.seed) == (2, False, "")
    assert {p.team: (p.through, p.level) for p in found.prospects} == {"A": (1, 0), "B": (1, 0), "X": (0, 0)}


def test_and_drawn_by_the_seed_where_they_are_many() -> None:
    season = to_play(*(f"{one}-{other}" for one in "ABCDEF" for other in "ABCDEF" if one != other))
    start = table(teams="ABCDEF")
    found = qualification(start, season, 2, seed="2026-04-03")
    assert (found.ways, found.sampled, found.seed) == (4000, True, "2026-04-03")
    assert found == qualification(start, season, 2, seed="2026-04-03")
    assert found != qualification(start, season, 2, seed="another")
    shares = [(prospect.through + prospect.level / 2) / found.ways for prospect in found.prospects]
    assert all(0.28 < share < 0.39 for share in shares), "two places among six alike"
    assert set(statuses(found).values()) == {POSSIBLE}


def test_as_many_places_as_teams_are_certain() -> None:
    assert set(statuses(qualification(table(teams="AB"), to_play("A-B"), 2)).values()) == {CERTAIN}


def test_deductions_count() -> None:
    held = table(
        won_by("A", "B"), won_by("A", "B"), teams="AB", deductions=[Deduction("A", 4, "slow over rate")]
    )
    assert statuses(qualification(held, to_play("A-B"), 1)) == {"A": POSSIBLE, "B": POSSIBLE}


def test_a_disqualified_team_takes_no_place_but_its_opponents_still_play_it() -> None:
    held = table(won_by("A", "X"), won_by("B", "X"), won_by("A", "B"), disqualified=[Disqualification("A")])
    found = qualification(held, to_play("X-A"), 1)
    assert [prospect.team for prospect in found.prospects] == ["B", "X"]
    assert statuses(found) == {"B": POSSIBLE, "X": POSSIBLE}


def test_a_match_against_a_team_that_is_void_counts_for_nobody() -> None:
    held = table(won_by("B", "X"), teams="ABX", disqualified=[Disqualification("A", "void")])
    assert statuses(qualification(held, to_play("X-A"), 1)) == {"B": CERTAIN, "X": OUT}


def test_a_fixture_of_a_stranger_is_an_error() -> None:
    with pytest.raises(ValueError, match="Z of A v Z is not in the table"):
        qualification(table(won_by("A", "B")), to_play("A-Z"), 1)


# --- against every outcome ---------------------------------------------------------------------------------

BONUS = TableRules(
    name="bonus",
    points=PointsRules(win=4, tie=2, no_result=2, bonus=RunRateBonus(Fraction(5, 4), 1)),
    order=(Criterion.POINTS, Criterion.WINS, Criterion.HEAD_TO_HEAD_POINTS),
)
POINTS_ALONE = TableRules(
    name="points", points=PointsRules(), order=(Criterion.POINTS, Criterion.NET_RUN_RATE)
)
TEAMS = "ABCDEF"


@st.composite
def a_race(draw: st.DrawFn) -> tuple[RunningTable, list[Fixture], int]:
    rules = draw(st.sampled_from([IPL, BONUS, POINTS_ALONE, ICC_SUPER_LEAGUE, WORLD_TEST_CHAMPIONSHIP]))
    pairs = st.permutations(TEAMS).map(lambda order: (order[0], order[1]))
    played = [won_by(*pair) for pair in draw(st.lists(pairs, max_size=12))]
    held = table(*played, rules=rules, teams=TEAMS)
    coming = [Fixture(str(n), *pair) for n, pair in enumerate(draw(st.lists(pairs, max_size=5)))]
    return held, coming, draw(st.integers(1, 5))


def by_every_outcome(found: Race, places: int) -> list[Status]:
    """The statuses by the definition: looked up in each way that the matches can end."""
    always, never = [True] * len(found.teams), [True] * len(found.teams)
    for ends in product(*(match.outcomes for match in found.matches)):
        scores = list(found.scores)
        for match, (mine, theirs) in zip(found.matches, ends, strict=True):
            scores[match.one] += mine
            scores[match.other] += theirs
        for team, score in enumerate(scores):
            others = [other for other in range(len(scores)) if other != team]
            above = sum(
                scores[other] > score or (scores[other] == score and found.beats(other, team) is True)
                for other in others
            )
            not_below = sum(
                scores[other] > score or (scores[other] == score and found.beats(team, other) is not True)
                for other in others
            )
            always[team] &= not_below < places
            never[team] &= above >= places
    return [CERTAIN if sure else OUT if gone else POSSIBLE for sure, gone in zip(always, never, strict=True)]


@settings(max_examples=150, deadline=None)
@given(a_race())
def test_the_statuses_are_those_found_by_trying_every_outcome(
    made: tuple[RunningTable, list[Fixture], int],
) -> None:  # type: ignore[type-arg]
    held, coming, places = made
    searched = race(held, coming)
    expected = dict(zip(searched.teams, by_every_outcome(searched, places), strict=True))
    assert statuses(qualification(held, coming, places)) == expected


@settings(max_examples=60, deadline=None)
@given(a_race())
def test_the_places_are_shared_out_in_every_way(made: tuple[RunningTable, list[Fixture], int]) -> None:
    held, coming, places = made
    found = qualification(held, coming, places)
    through = sum(prospect.through for prospect in found.prospects)
    level = sum(prospect.level for prospect in found.prospects)
    assert through <= places * found.ways <= through + level


@settings(max_examples=40, deadline=None)
@given(a_race())
def test_enough_wins_make_certain_and_fewer_than_needed_put_out(
    made: tuple[RunningTable, list[Fixture], int],
) -> None:
    held, coming, places = made
    for prospect in qualification(held, coming, places).prospects:
        if prospect.status is POSSIBLE:
            assert (prospect.needs_wins is None) <= (held.rules.points.bonus is not None)
            if prospect.enough_wins is not None and prospect.needs_wins is not None:
                assert prospect.needs_wins <= prospect.enough_wins <= prospect.to_play
        else:
            assert prospect.needs_wins is prospect.enough_wins is None


def test_the_order_of_the_prospects_is_that_of_the_table() -> None:
    played = [won_by("A", "B"), won_by("C", "B", 30)]
    found = qualification(table(*played), to_play("A-C"), 1)
    assert [prospect.team for prospect in found.prospects] == [row.team for row in standings(played, IPL)]
