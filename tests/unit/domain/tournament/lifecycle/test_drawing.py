"""The draw: who takes part, in which seed, and who meets whom."""

from typing import Any

from domain.tournament.format.presets import swiss
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from tests.unit.domain.tournament.lifecycle.organiser import (
    LEAGUE_AND_FINAL,
    Organiser,
    drawn,
    enter,
    opened,
    play_on,
    scheduled,
    settings,
)


def closed(teams: str = "abcd", **more: Any) -> Organiser:
    return opened(capacity=len(teams), **more).do(*(enter(team) for team in teams), c.CloseRegistration())


def test_seeds_by_hand_are_taken_as_they_are() -> None:
    organiser = closed().do(c.DrawTournament(seeds=("d", "c", "b", "a")))
    assert organiser.state.seeds == ("d", "c", "b", "a")
    assert organiser.state.draw_seed == ""


def test_the_same_seed_draws_the_same() -> None:
    one, other = (closed().do(c.DrawTournament(seed="lottery 6-14-23")) for _ in range(2))
    assert one.state.seeds == other.state.seeds
    assert one.state.draw_seed == "lottery 6-14-23"


def test_the_first_pot_has_the_first_seeds() -> None:
    organiser = closed().do(c.DrawTournament(seed="x", pots=(("c", "d"), ("a", "b"))))
    assert set(organiser.state.seeds[:2]) == {"c", "d"}


def test_a_draw_leaves_nobody_out_and_has_a_seed() -> None:
    assert closed().refuses(c.DrawTournament(seeds=("a", "b", "c"))).code == "draw_team_missing"
    assert closed().refuses(c.DrawTournament()).code == "draw_seed_missing"


def test_those_whose_place_is_unsettled_hold_up_the_draw() -> None:
    organiser = closed(fee_due=lambda team: team == "c")
    refusal = organiser.refuses(c.DrawTournament(seed="x"))
    assert (refusal.code, refusal.detail) == ("entries_unsettled", {"teams": ["c"]})
    organiser.do(c.WithdrawEntry(team="c"), c.DrawTournament(seed="x"))
    assert set(organiser.state.seeds) == {"a", "b", "d"}


def test_check_in_ends_before_the_draw() -> None:
    assert closed(check_in_required=True).refuses(c.DrawTournament(seed="x")).code == "check_in_open"


def test_there_are_enough_teams() -> None:
    organiser = opened(capacity=8, minimum_teams=5).do(
        *(enter(team) for team in "abcd"), c.CloseRegistration()
    )
    refusal = organiser.refuses(c.DrawTournament(seed="x"))
    assert (refusal.code, refusal.detail) == ("too_few_entries", {"teams": 4, "minimum": 5})


def test_those_who_wait_take_no_part() -> None:
    organiser = opened(capacity=2).do(*(enter(team) for team in "abc"), c.CloseRegistration())
    assert set(organiser.do(c.DrawTournament(seed="x")).state.seeds) == {"a", "b"}


def test_who_meets_whom_is_known_as_soon_as_it_can_be() -> None:
    organiser = drawn(settings_=settings(LEAGUE_AND_FINAL))
    (taken,) = organiser.said(e.PlacesTaken)
    assert {place.node for place in taken.places} == {f"league-R{r}-{n}" for r in (1, 2, 3) for n in (1, 2)}
    assert organiser.match("final-final").teams is None


def test_a_swiss_round_is_paired_when_the_one_before_is_over() -> None:
    organiser = scheduled("abcde", settings(swiss(3), capacity=5))
    assert set(organiser.state.pairings) == {("Swiss", 1)}
    byes = [home for home, away in organiser.state.pairings["Swiss", 1] if away is None]
    play_on(organiser, "abcde", until="swiss-R2-1")
    assert set(organiser.state.pairings) == {("Swiss", 1), ("Swiss", 2)}
    assert organiser.match("swiss-R2-1").teams is not None
    assert byes != [home for home, away in organiser.state.pairings["Swiss", 2] if away is None]
    play_on(organiser, "abcde")
    assert organiser.state.champion == "a"


def test_a_swiss_round_is_paired_without_those_who_are_out() -> None:
    organiser = play_on(scheduled("abcde", settings(swiss(3), capacity=5)), "abcde", until="swiss-R2-1")
    organiser.do(c.DisqualifyTeam(team="a", reason="x"))
    play_on(organiser, "bcde")
    paired = {team for pair in organiser.state.pairings["Swiss", 3] for team in pair if team}
    assert paired == {"b", "c", "d", "e"}
    assert organiser.state.champion == "b"


def test_a_swiss_tournament_ends_when_all_but_one_are_out() -> None:
    organiser = play_on(scheduled("abc", settings(swiss(2), capacity=3)), "abc", until="swiss-R2-1")
    organiser.do(*(c.DisqualifyTeam(team=team, reason="x") for team in "bc"))
    assert organiser.state.champion == "a"
