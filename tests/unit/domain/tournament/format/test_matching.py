"""The largest matching, held against trying everything."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from domain.tournament.format.matching import Matching


def refusals(members: int, pairs: set[tuple[int, int]]) -> dict[int, set[int]]:
    refused: dict[int, set[int]] = {one: set() for one in range(members)}
    for one, other in pairs:
        refused[one].add(other)
        refused[other].add(one)
    return refused


def largest(members: frozenset[int], refused: dict[int, set[int]]) -> int:
    """By trying everything."""
    if len(members) < 2:
        return 0
    one, *others = sorted(members)
    without = largest(members - {one}, refused)
    paired = (1 + largest(members - {one, other}, refused) for other in others if other not in refused[one])
    return max(without, *paired, 0)


GRAPHS = st.integers(1, 8).flatmap(
    lambda members: st.tuples(
        st.just(members),
        st.sets(st.sampled_from([*combinations(range(members), 2)] or [(0, 0)])),
    )
)


@given(GRAPHS)
def test_as_many_are_paired_as_can_be(graph: tuple[int, set[tuple[int, int]]]) -> None:
    members, pairs = graph
    refused = refusals(members, pairs)
    matching = Matching(range(members), refused)
    assert len(matching.mate) == 2 * largest(frozenset(range(members)), refused)
    assert all(matching.mate[other] == one for one, other in matching.mate.items())
    assert all(other not in refused[one] for one, other in matching.mate.items())


@given(GRAPHS, st.data())
def test_it_stays_the_largest_when_some_leave(
    graph: tuple[int, set[tuple[int, int]]], data: st.DataObject
) -> None:
    members, pairs = graph
    refused = refusals(members, pairs)
    gone = data.draw(st.sets(st.sampled_from(range(members))))
    matching = Matching(range(members), refused).without(*gone)
    left = frozenset(range(members)) - gone
    assert matching.left_over() == len(left) - 2 * largest(left, refused)


def test_a_triangle_with_a_tail_on_each_corner_is_paired_through_the_odd_cycle() -> None:
    triangle_with_tails = {(0, 1), (1, 2), (0, 2), (0, 3), (1, 4), (2, 5)}
    refused = refusals(6, {*combinations(range(6), 2)} - triangle_with_tails)
    assert Matching(range(6), refused).left_over() == 0
