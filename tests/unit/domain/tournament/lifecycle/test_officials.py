"""Officials: assigned, confirmed, removed, and nobody twice at the same time."""

from typing import Any

from domain.tournament.lifecycle import commands as c
from tests.unit.domain.tournament.lifecycle.organiser import (
    HOUR,
    Organiser,
    drawn,
    moved,
    one_a_day,
    play,
    scheduled,
)

ONE, OTHER = "league-R1-1", "league-R1-2"


def assign(node: str = ONE, person: str = "erasmus", **more: Any) -> c.AssignOfficial:
    fields: dict[str, Any] = {"node": node, "person": person, "name": "M. Erasmus", "role": "umpire"}
    return c.AssignOfficial(**fields | more)


def at_once() -> Organiser:
    """Both matches of the first round are played at the same time on two grounds."""
    organiser = scheduled()
    one, other = (organiser.match(node).placement for node in (ONE, OTHER))
    assert one is not None
    assert other is not None
    return organiser.do(
        c.MoveFixtures(placements=(moved(other, one.starts_at + HOUR, ground="park"),), reason="x")
    )


def test_an_official_is_assigned_and_confirms() -> None:
    organiser = scheduled().do(assign())
    assert [official.confirmed for official in organiser.match(ONE).officials] == [False]
    organiser.do(c.ConfirmOfficial(node=ONE, person="erasmus"))
    assert [official.confirmed for official in organiser.match(ONE).officials] == [True]
    assert organiser.do(c.ConfirmOfficial(node=ONE, person="erasmus")).events == []


def test_nobody_is_at_two_matches_at_the_same_time() -> None:
    organiser = at_once().do(assign())
    refusal = organiser.refuses(assign(OTHER))
    assert (refusal.code, refusal.detail) == ("official_busy", {"person": "erasmus", "nodes": [ONE, OTHER]})
    organiser.do(assign(OTHER, "dar"))


def test_an_official_is_at_two_matches_that_follow_each_other() -> None:
    organiser = scheduled().do(assign(), assign(OTHER))
    assert organiser.match(OTHER).officials[0].person == "erasmus"


def test_an_official_who_is_removed_is_free() -> None:
    organiser = at_once().do(assign(), c.RemoveOfficial(node=ONE, person="erasmus"), assign(OTHER))
    assert organiser.match(ONE).officials == ()


def test_an_official_whose_match_is_over_is_free() -> None:
    organiser = at_once().do(assign())
    organiser.do(play(organiser, ONE, "a"), assign(OTHER))
    assert organiser.refuses(assign(ONE, "dar")).code == "match_over"


def test_one_person_has_one_role_in_a_match() -> None:
    organiser = scheduled().do(assign())
    assert organiser.refuses(assign(role="scorer")).code == "official_assigned_already"


def test_officials_assigned_before_the_fixtures_are_found_to_clash_when_they_are_set() -> None:
    organiser = drawn().do(assign(), assign(OTHER))
    one, other, *rest = one_a_day(organiser)
    at_once = moved(other, one.starts_at, ground="park")
    assert organiser.refuses(c.SetFixtures(placements=(one, at_once, *rest))).code == "official_busy"


def test_only_officials_of_the_match_confirm_or_are_removed() -> None:
    organiser = scheduled()
    assert organiser.refuses(c.ConfirmOfficial(node=ONE, person="dar")).code == "official_not_assigned"
    assert organiser.refuses(c.RemoveOfficial(node=ONE, person="dar")).code == "official_not_assigned"
    assert organiser.refuses(assign("league-R9-1")).code == "unknown_match"
    assert organiser.refuses(assign(person=" ")).code == "official_unnamed"
