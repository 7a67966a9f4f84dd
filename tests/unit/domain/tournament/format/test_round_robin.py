"""Everybody meets everybody, nobody twice at once, home and away in balance."""

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from domain.tournament.format.round_robin import Round, between_groups, in_rounds, round_robin


def meetings(rounds: list[Round]) -> Counter[frozenset[int]]:
    return Counter(frozenset(pair) for pairs in rounds for pair in pairs)


def balance(rounds: list[Round]) -> dict[int, int]:
    """Home matches less away matches of each."""
    of: Counter[int] = Counter()
    for pairs in rounds:
        for home, away in pairs:
            of[home] += 1
            of[away] -= 1
    return dict(of)


def longest_run(rounds: list[Round], member: int) -> int:
    """The most home, or away, matches in a row."""
    longest = run = 0
    last = None
    for pairs in rounds:
        for pair in pairs:
            if member in pair:
                at_home = pair[0] == member
                run = run + 1 if at_home is last else 1
                last = at_home
                longest = max(longest, run)
    return longest


@given(st.integers(2, 40), st.integers(1, 4))
def test_each_pair_meets_as_often_as_there_are_legs(members: int, legs: int) -> None:
    everybody = {frozenset(pair): legs for pair in combinations(range(members), 2)}
    assert meetings(round_robin(members, legs)) == everybody


@given(st.integers(2, 40), st.integers(1, 4))
def test_nobody_plays_twice_in_a_round(members: int, legs: int) -> None:
    for pairs in round_robin(members, legs):
        assert len({member for pair in pairs for member in pair}) == 2 * len(pairs)


@given(st.integers(2, 40), st.integers(1, 4))
def test_there_are_no_more_rounds_than_needed_and_an_odd_one_out_sits_out_once_a_leg(
    members: int, legs: int
) -> None:
    rounds = round_robin(members, legs)
    assert len(rounds) == legs * (members - 1 + members % 2)
    assert {len(pairs) for pairs in rounds} == {members // 2}


@given(st.integers(2, 40), st.integers(1, 4))
def test_home_and_away_differ_by_one_at_most_and_not_at_all_over_two_legs(members: int, legs: int) -> None:
    most = legs % 2 if members % 2 == 0 else 0
    assert all(abs(difference) <= most for difference in balance(round_robin(members, legs)).values())


@given(st.integers(3, 40))
def test_home_and_away_alternate_with_one_break_a_team_at_most(members: int) -> None:
    rounds = round_robin(members)
    assert all(longest_run(rounds, member) <= 2 for member in range(members))


@given(st.integers(2, 30))
def test_the_second_leg_is_the_first_with_the_sides_changed(members: int) -> None:
    rounds = round_robin(members, 2)
    half = len(rounds) // 2
    assert [[(away, home) for home, away in pairs] for pairs in rounds[:half]] == rounds[half:]


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.integers(1, 2))
def test_groups_meet_across_and_never_among_themselves(sizes: list[int], legs: int) -> None:
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    groups = [range(start, start + size) for start, size in zip(starts, sizes, strict=True)]
    rounds = between_groups(groups, legs)
    across = {
        frozenset((one, other)): legs
        for first, second in combinations(groups, 2)
        for one in first
        for other in second
    }
    assert meetings(rounds) == across
    for pairs in rounds:
        assert len({member for pair in pairs for member in pair}) == 2 * len(pairs)


def test_two_groups_of_three_meet_in_three_full_rounds() -> None:
    rounds = between_groups([range(3), range(3, 6)])
    assert [len(pairs) for pairs in rounds] == [3, 3, 3]
    assert all(abs(difference) == 1 for difference in balance(rounds).values())


def test_four_groups_of_two_meet_in_six_full_rounds() -> None:
    rounds = between_groups([(0, 1), (2, 3), (4, 5), (6, 7)])
    assert [len(pairs) for pairs in rounds] == [4] * 6


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1])))
def test_given_meetings_all_find_a_round(pairs: list[tuple[int, int]]) -> None:
    rounds = in_rounds(pairs)
    assert Counter(pair for those in rounds for pair in those) == Counter(pairs)
    for those in rounds:
        assert len({member for pair in those for member in pair}) == 2 * len(those)
