"""Fixtures: no ground, team or official in two places at once; every match after those it rests on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.match.errors import CommandRefused
from domain.tournament.fixtures.model import FixtureRules, Ground, Placement, Venue
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import Phase
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    HOUR,
    LEAGUE_AND_FINAL,
    T0,
    Organiser,
    drawn,
    moved,
    one_a_day,
    play,
    scheduled,
    settings,
)

TEN = datetime(2026, 3, 1, 10, tzinfo=T0.tzinfo)
HALF = timedelta(minutes=30)


def placement(node: str, starts_at: datetime, hours: float = 1, ground: str = "oval") -> Placement:
    return Placement(node=node, ground=ground, starts_at=starts_at, ends_at=starts_at + hours * HOUR)


def lines_of(refusal: CommandRefused) -> set[tuple[int, str]]:
    """What is refused: line and code."""
    return {(line["line"], line["code"]) for line in refusal.detail["lines"]}


def with_two(second: Placement, first: str = "league-R1-1") -> Organiser:
    """Two matches placed by hand in a tournament of four: ``first`` from 10 to 11 at the oval, and another."""
    organiser = scheduled()
    return organiser.do(c.MoveFixtures(placements=(placement(first, TEN), second), reason="by hand"))


@pytest.mark.parametrize(
    ("starts_at", "hours"),
    [(TEN + HALF, 1), (TEN - HALF, 1), (TEN + HALF / 2, 0.5), (TEN - HALF, 3), (TEN, 1)],
    ids=["10:30–11:30", "9:30–10:30", "10:15–10:45", "9:30–12:30", "10–11"],
)
def test_one_ground_has_one_match_at_a_time(starts_at: datetime, hours: float) -> None:
    organiser = with_two(placement("league-R1-2", TEN + HOUR))
    moved = placement("league-R1-2", starts_at, hours)
    refusal = organiser.refuses(c.MoveFixtures(placements=(moved,), reason="earlier"))
    assert refusal.code == "ground_taken"
    assert set(refusal.detail["nodes"]) == {"league-R1-1", "league-R1-2"}


@pytest.mark.parametrize("starts_at", [TEN + HOUR, TEN - HOUR], ids=["11–12", "9–10"])
def test_matches_may_follow_each_other_on_a_ground(starts_at: datetime) -> None:
    organiser = with_two(placement("league-R1-2", starts_at))
    assert organiser.match("league-R1-2").placement == placement("league-R1-2", starts_at)


def test_two_grounds_have_two_matches_at_a_time() -> None:
    assert with_two(placement("league-R1-2", TEN + HALF, ground="park")).events


def test_one_team_plays_one_match_at_a_time() -> None:
    organiser = scheduled()
    first, second, _ = (m for m in organiser.state.matches.values() if "a" in (m.teams or ()))
    placements = placement(first.node, TEN), placement(second.node, TEN + HALF, ground="park")
    refusal = organiser.refuses(c.MoveFixtures(placements=placements, reason="x"))
    assert (refusal.code, refusal.detail["team"]) == ("team_plays_twice", "a")


def test_a_long_match_collides_with_every_one_during_it() -> None:
    organiser = scheduled()
    nodes = [m.node for m in organiser.state.matches.values()][:3]
    command = c.MoveFixtures(
        placements=(
            placement(nodes[0], TEN, 8),
            placement(nodes[1], TEN + 5 * DAY),
            placement(nodes[2], TEN + 7 * HOUR),
        ),
        reason="x",
    )
    assert {(1, "ground_taken"), (3, "ground_taken")} <= lines_of(organiser.refuses(command))


def test_an_official_moves_with_the_match() -> None:
    organiser = with_two(placement("league-R1-2", TEN + HOUR, ground="park"))
    for node in ("league-R1-1", "league-R1-2"):
        organiser.do(c.AssignOfficial(node=node, person="erasmus", name="M. Erasmus", role="umpire"))
    refusal = organiser.refuses(
        c.MoveFixtures(placements=(placement("league-R1-2", TEN + HALF, ground="park"),), reason="x")
    )
    assert (refusal.code, refusal.detail["person"]) == ("official_busy", "erasmus")


# --- the whole list ----------------------------------------------------------------------------------------


def test_the_tournament_is_scheduled_when_every_match_has_its_place() -> None:
    organiser = drawn()
    placements = one_a_day(organiser)
    refusal = organiser.refuses(c.SetFixtures(placements=placements[:-1]))
    assert (refusal.code, refusal.detail) == ("fixtures_incomplete", {"nodes": [placements[-1].node]})
    assert organiser.do(c.SetFixtures(placements=placements)).state.phase is Phase.SCHEDULED


def test_a_match_comes_after_those_that_decide_who_plays_it() -> None:
    organiser = drawn(settings_=settings(LEAGUE_AND_FINAL))
    *league, final = one_a_day(organiser)
    early = moved(final, league[-1].ends_at - HALF, ground="park")
    assert organiser.refuses(c.SetFixtures(placements=(*league, early))).code == "placed_too_early"
    organiser.do(c.SetFixtures(placements=(*league, moved(final, league[-1].ends_at))))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"node": "league-R9-9"}, "unknown_match"),
        ({"node": "league-R1-2"}, "placed_twice"),
        ({"ends_at": T0}, "ends_before_start"),
    ],
)
def test_placements_that_make_no_sense(change: dict[str, Any], code: str) -> None:
    organiser = drawn()
    first, *rest = one_a_day(organiser)
    command = c.SetFixtures(placements=(replace(first, **change), *rest))
    assert organiser.refuses(command).code == code


def test_matches_are_on_the_grounds_of_the_tournament() -> None:
    rules = FixtureRules(venues=(Venue(id="v", name="V", grounds=(Ground(id="park", name="Park"),)),))
    organiser = drawn(settings_=settings(fixtures=rules))
    refusal = organiser.refuses(c.SetFixtures(placements=one_a_day(organiser)))
    assert lines_of(refusal) == {(line, "unknown_ground") for line in range(1, 7)}


def test_everything_that_is_wrong_with_the_list_is_said_at_once() -> None:
    """One line names no match, one ends before it starts, and two collide; the other three are in nobody's way."""
    organiser = drawn()
    first, second, third, fourth, fifth, sixth = one_a_day(organiser)
    placements = (
        replace(first, node="league-R9-9"),
        replace(second, ends_at=T0),
        third,
        fourth,
        replace(fifth, starts_at=third.starts_at + HALF, ends_at=third.ends_at + HALF),
        sixth,
    )
    refusal = organiser.refuses(c.SetFixtures(placements=placements))
    assert refusal.code == "lines_refused"
    assert {
        (1, "unknown_match"),
        (2, "ends_before_start"),
        (3, "ground_taken"),
        (5, "ground_taken"),
    } <= lines_of(refusal)
    assert {line for line, _ in lines_of(refusal)} == {1, 2, 3, 5}
    assert refusal.detail["lines"][0]["id"] == "league-R9-9"
    assert all(match.placement is None for match in organiser.state.matches.values())


def test_places_that_were_chosen_instead_of_others_are_refused_when_those_have_changed() -> None:
    organiser = scheduled()
    first, second = organiser.match("league-R1-1").placement, organiser.match("league-R1-2").placement
    assert first is not None
    assert second is not None
    later = moved(first, first.starts_at + 90 * DAY)
    organiser.do(c.MoveFixtures(placements=(moved(second, second.starts_at + 91 * DAY),), reason="by hand"))
    organiser.do(c.MoveFixtures(placements=(later,), instead_of=(first, second), reason="as it was seen"))
    again = c.MoveFixtures(placements=(first, second), instead_of=(later, second), reason="worked out before")
    refusal = organiser.refuses(again)
    assert (refusal.code, refusal.detail) == ("fixtures_changed", {"nodes": ["league-R1-2"]})


def test_fixtures_worked_out_after_the_draw_do_not_replace_those_set_meanwhile() -> None:
    organiser = drawn()
    placements = one_a_day(organiser)
    organiser.do(c.SetFixtures(placements=placements, instead_of=()))
    refusal = organiser.refuses(c.SetFixtures(placements=placements, instead_of=()))
    assert refusal.code == "fixtures_changed"


def test_a_match_that_stays_is_no_line() -> None:
    organiser = with_two(placement("league-R1-2", TEN + HOUR))
    moved = placement("league-R1-2", TEN + HALF)
    refusal = organiser.refuses(c.MoveFixtures(placements=(moved,), reason="earlier"))
    assert [(line["line"], line["id"]) for line in refusal.detail["lines"]] == [(1, "league-R1-2")]


def test_a_match_that_is_over_stays_where_it_was() -> None:
    organiser = scheduled().do(c.StartTournament())
    organiser.do(play(organiser, "league-R1-1", "a"))
    command = c.MoveFixtures(placements=(placement("league-R1-1", TEN),), reason="x")
    assert organiser.refuses(command).code == "match_over"


def test_a_ground_is_free_when_its_match_is_over() -> None:
    organiser = with_two(placement("league-R1-2", TEN + HOUR))
    organiser.do(play(organiser, "league-R1-1", None))
    organiser.do(c.MoveFixtures(placements=(placement("league-R1-2", TEN + HALF),), reason="early finish"))
    assert organiser.match("league-R1-2").placement == placement("league-R1-2", TEN + HALF)


def test_fixtures_move_once_they_are_set() -> None:
    command = c.MoveFixtures(placements=(placement("league-R1-1", TEN),), reason="x")
    assert drawn().refuses(command).code == "wrong_phase"
    assert scheduled().refuses(c.MoveFixtures(placements=(), reason="x")).code == "no_placements"


def test_a_match_moved_opens_its_session_at_the_new_time() -> None:
    organiser = scheduled()
    organiser.do(c.MoveFixtures(placements=(placement("league-R1-1", TEN + 90 * DAY),), reason="rain"))
    assert organiser.dues()["session opens league-R1-1"] == TEN + 89 * DAY


@pytest.mark.parametrize("shares_a_team", [True, False])
def test_no_match_moves_to_where_a_team_of_it_was_playing_another(shares_a_team: bool) -> None:
    """The ground of a match that is over is free again."""
    organiser = scheduled()
    first, *others = organiser.state.matches.values()
    assert first.placement is not None
    assert first.teams is not None
    organiser.do(play(organiser, first.node, first.teams[0]))
    other = next(one for one in others if bool({*first.teams} & {*(one.teams or ())}) is shares_a_team)
    assert other.placement is not None
    move = c.MoveFixtures(placements=(moved(other.placement, first.placement.starts_at),), reason="rain")
    if shares_a_team:
        assert {code for _, code in lines_of(organiser.refuses(move))} == {"team_plays_twice"}
    else:
        organiser.do(move)
