"""The Swiss system: like records meet, nobody twice while that can be avoided, byes go round."""

from collections import Counter
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.tournament.format.errors import FormatInvalid
from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Known, NodeResult
from domain.tournament.format.places import Status, bracket, champion, resolve
from domain.tournament.format.presets import swiss
from domain.tournament.format.swiss import Pairs, byes, earlier_rounds, pair, rounds_to_pair
from tests.unit.domain.tournament.format.given import (
    Season,
    any_result,
    better_seed,
    drawn,
    played_through,
    teams,
)


def play(count: int, rounds: int, random: Random) -> list[Pairs]:
    """Rounds with any results, each paired from the table so far."""
    wins: Counter[str] = Counter()
    played: list[Pairs] = []
    for _ in range(rounds):
        order = sorted(teams(count), key=lambda team: (-wins[team], int(team[1:])))
        pairs = pair(order, wins, played)
        wins.update(home if away is None else random.choice((home, away)) for home, away in pairs)
        played.append(pairs)
    return played


def meetings(rounds: list[Pairs]) -> Counter[frozenset[str]]:
    return Counter(frozenset((home, away)) for pairs in rounds for home, away in pairs if away is not None)


def test_in_the_first_round_the_upper_half_meets_the_lower_half() -> None:
    assert pair(teams(6), {}) == (("T1", "T4"), ("T5", "T2"), ("T3", "T6"))


def test_winners_meet_winners_and_losers_losers() -> None:
    first: Pairs = (("T1", "T3"), ("T2", "T4"))
    second = pair(["T1", "T2", "T3", "T4"], {"T1": 2, "T2": 2}, [first])
    assert [{*those} for those in second] == [{"T1", "T2"}, {"T3", "T4"}]


def test_those_who_met_do_not_meet_again_while_others_are_left() -> None:
    """The leaders have met: each meets one of those behind, though that is not its own score."""
    first: Pairs = (("T1", "T2"), ("T3", "T4"))
    second = pair(["T1", "T2", "T3", "T4"], {"T1": 3, "T2": 3}, [first])
    assert meetings([second]).keys().isdisjoint(meetings([first]))


def test_the_last_pair_is_looked_after_before_the_first_is_made() -> None:
    """T1 v T2 would leave T3 and T4, who have met."""
    earlier: list[Pairs] = [(("T3", "T4"),)]
    pairs = pair(["T1", "T2", "T3", "T4"], {"T1": 1, "T2": 1}, earlier)
    assert frozenset(("T1", "T2")) not in meetings([pairs])


def test_when_all_have_met_somebody_meets_again() -> None:
    first: Pairs = (("T1", "T2"),)
    assert pair(["T1", "T2"], {}, [first]) == (("T2", "T1"),)


def test_the_last_has_the_bye() -> None:
    assert pair(teams(5), {})[-1] == ("T5", None)


def test_who_had_a_bye_has_no_second_one() -> None:
    first = pair(teams(3), {})
    second = pair(["T1", "T3", "T2"], {"T1": 1, "T3": 1}, [first])
    assert second[-1] == ("T2", None)


def test_home_goes_to_whom_it_is_due() -> None:
    earlier: list[Pairs] = [(("T1", "T3"), ("T2", "T4")), (("T1", "T4"), ("T3", "T2"))]
    assert set(pair(["T1", "T2", "T3", "T4"], {}, earlier)) == {("T2", "T1"), ("T4", "T3")}


def test_half_points_count() -> None:
    first: Pairs = (("T1", "T2"), ("T3", "T4"), ("T5", "T6"))
    points = {"T1": 2, "T2": 1, "T3": 2, "T4": 0, "T5": 1, "T6": 1}
    second = pair(["T1", "T3", "T2", "T5", "T6", "T4"], points, [first])
    assert [{*those} for those in second] == [{"T1", "T3"}, {"T2", "T5"}, {"T6", "T4"}]


@pytest.mark.parametrize(("order", "code"), [([], "too_few_teams"), (["T1"], "too_few_teams")])
def test_one_team_cannot_be_paired(order: list[str], code: str) -> None:
    with pytest.raises(FormatInvalid) as refused:
        pair(order, {})
    assert refused.value.code == code


def test_nobody_stands_twice_in_the_order() -> None:
    with pytest.raises(FormatInvalid) as refused:
        pair(["T1", "T2", "T1"], {})
    assert refused.value.code == "draw_team_twice"


# --- for any results ---------------------------------------------------------------------------------------

SIZES = st.integers(2, 20)


@given(SIZES, st.randoms(), st.data())
def test_everybody_plays_once_a_round_or_has_the_bye(count: int, random: Random, data: st.DataObject) -> None:
    rounds = data.draw(st.integers(1, count - 1 + count % 2))
    for pairs in play(count, rounds, random):
        named = [team for those in pairs for team in those if team is not None]
        assert sorted(named) == sorted(teams(count))
        assert sum(away is None for _, away in pairs) == count % 2


@given(SIZES.filter(lambda count: count % 2), st.randoms())
def test_no_team_has_two_byes_in_as_many_rounds_as_there_can_be(count: int, random: Random) -> None:
    rounds = play(count, count, random)
    assert Counter(home for pairs in rounds for home, away in pairs if away is None) == dict.fromkeys(
        teams(count), 1
    )


@given(st.integers(4, 20), st.randoms(), st.data())
def test_up_to_half_the_opponents_nobody_is_met_twice(
    count: int, random: Random, data: st.DataObject
) -> None:
    """While everybody has met fewer than half of the others they can always be paired anew (Dirac's theorem)."""
    rounds = data.draw(st.integers(1, (count - count % 2) // 2))
    assert max(meetings(play(count, rounds, random)).values()) == 1


def fewest_repeated(members: frozenset[int], met: set[frozenset[int]]) -> int:
    """By trying every pairing."""
    if not members:
        return 0
    one, *others = sorted(members)
    return min(
        (frozenset((one, other)) in met) + fewest_repeated(members - {one, other}, met) for other in others
    )


@settings(max_examples=50)
@given(st.sampled_from([2, 4, 6, 8]), st.data())
def test_no_pairing_repeats_fewer_meetings(count: int, data: st.DataObject) -> None:
    every = [*combinations(range(count), 2)]
    met = data.draw(st.sets(st.sampled_from(every)))
    points = data.draw(st.lists(st.integers(0, 2), min_size=count, max_size=count).map(sorted))
    order = teams(count)
    earlier: list[Pairs] = [((order[one], order[other]),) for one, other in met]
    pairs = pair(order, dict(zip(order, points[::-1], strict=True)), earlier)
    repeated = meetings([pairs]).keys() & meetings(earlier).keys()
    assert len(repeated) == fewest_repeated(frozenset(range(count)), {frozenset(those) for those in met})


def balance(rounds: list[Pairs]) -> Counter[str]:
    """Home matches less away matches."""
    of: Counter[str] = Counter()
    for home, away in ((home, away) for pairs in rounds for home, away in pairs if away is not None):
        of[home] += 1
        of[away] -= 1
    return of


def test_home_and_away_differ_by_two_at_most_in_a_hundred_tournaments() -> None:
    for seed in range(100):
        random = Random(seed)
        count = random.randint(4, 20)
        rounds = play(count, random.randint(1, count // 2), random)
        assert all(abs(difference) <= 2 for difference in balance(rounds).values())


def test_two_who_were_away_twice_too_often_are_kept_apart() -> None:
    """T1 and T2 lead, but one of them would be away a third time."""
    earlier: list[Pairs] = [(("T3", "T1"), ("T4", "T2")), (("T5", "T1"), ("T6", "T2"))]
    pairs = pair(teams(6), {"T1": 4, "T2": 4}, earlier)
    assert frozenset(("T1", "T2")) not in meetings([pairs])
    assert {"T1", "T2"} <= {home for home, _ in pairs}


@pytest.mark.timeout(100)
def test_three_hundred_teams_are_paired() -> None:
    """In a second or two; looking through all pairings would take for ever."""
    rounds = play(300, 9, Random(1))
    assert max(meetings(rounds).values()) == 1


# --- in a tournament ---------------------------------------------------------------------------------------


def test_the_next_round_is_paired_when_the_last_is_over() -> None:
    structure = lay_out(swiss(rounds=2), 4)
    assert rounds_to_pair(structure, Known()) == ()
    known = drawn(4)
    assert rounds_to_pair(structure, known) == (("Swiss", 1),)
    known.pairings["Swiss", 1] = pair(teams(4), {})
    assert resolve(structure, known)["swiss-R1-1"] == ("T1", "T3")
    assert rounds_to_pair(structure, known) == ()
    known.results["swiss-R1-1"] = NodeResult(winner="T1", loser="T3")
    assert rounds_to_pair(structure, known) == ()
    known.results["swiss-R1-2"] = NodeResult(winner=None, loser=None)
    assert rounds_to_pair(structure, known) == (("Swiss", 2),)


def test_byes_are_told_for_the_table() -> None:
    season = played_through(swiss(rounds=3), 5, better_seed)
    assert len(byes(season.known, "Swiss")) == len({*byes(season.known, "Swiss")}) == 3
    assert [len(pairs) for pairs in earlier_rounds(season.known, "Swiss")] == [3, 3, 3]


def test_a_match_left_over_when_a_team_has_gone_is_not_played() -> None:
    structure = lay_out(swiss(rounds=1), 4)
    known = drawn(4)
    known.pairings["Swiss", 1] = pair(["T1", "T2", "T3"], {})
    assert bracket(structure, known)["swiss-R1-2"].status is Status.BYE
    assert rounds_to_pair(structure, known) == ()


@given(st.integers(6, 20), st.randoms())
def test_a_swiss_tournament_ends_in_one_champion(count: int, random: Random) -> None:
    season: Season = played_through(swiss(rounds=5), count, any_result(random))
    assert champion(season.structure, season.known) == season.order("swiss")[0]
