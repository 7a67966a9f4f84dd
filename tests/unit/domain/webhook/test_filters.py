"""Which events an endpoint wants."""

from uuid import UUID

import pytest

from domain.webhook.filters import About, Filters

CUP, MATCH, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
BALL = About(types=("match.ball_recorded",), tournament=CUP, match=MATCH)
WICKET = About(types=("match.ball_recorded", "match.wicket_fallen"), tournament=CUP, match=MATCH)
TEAM = About(types=("team.team_registered",))


@pytest.mark.parametrize("about", [BALL, WICKET, TEAM])
def test_without_a_filter_everything_is_wanted(about: About) -> None:
    assert Filters().let(about)


def test_a_type_lets_itself_through_and_nothing_else() -> None:
    filters = Filters(types=frozenset({"match.ball_recorded"}))
    assert (filters.let(BALL), filters.let(TEAM)) == (True, False)


def test_all_of_a_kind_can_be_wanted() -> None:
    filters = Filters(types=frozenset({"team.*"}))
    assert (filters.let(BALL), filters.let(TEAM)) == (False, True)


def test_a_ball_with_a_wicket_is_wanted_by_its_other_name() -> None:
    filters = Filters(types=frozenset({"match.wicket_fallen"}))
    assert (filters.let(BALL), filters.let(WICKET)) == (False, True)


def test_a_tournament_wants_what_is_in_it() -> None:
    assert Filters(tournaments=frozenset({CUP})).let(BALL)
    assert not Filters(tournaments=frozenset({OTHER})).let(BALL)


def test_what_is_in_no_tournament_is_not_wanted_by_one() -> None:
    assert not Filters(tournaments=frozenset({CUP})).let(TEAM)


def test_tournaments_and_matches_widen_each_other() -> None:
    filters = Filters(tournaments=frozenset({OTHER}), matches=frozenset({MATCH}))
    assert filters.let(BALL)


def test_type_and_place_narrow_each_other() -> None:
    filters = Filters(types=frozenset({"match.toss_made"}), matches=frozenset({MATCH}))
    assert not filters.let(BALL)
