"""Registration: places, the waitlist in order, offers with a deadline, check-in, leaving."""

from typing import Any

import pytest

from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.settings import Deadline, Phase
from domain.tournament.lifecycle.state import EntryStatus, MatchStatus
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    HOUR,
    LEAGUE_AND_FINAL,
    T0,
    Organiser,
    drawn,
    enter,
    opened,
    play,
    play_on,
    scheduled,
    settings,
)

CONFIRMED, WAITING, OFFERED = EntryStatus.CONFIRMED, EntryStatus.WAITING, EntryStatus.OFFERED


def statuses(organiser: Organiser) -> dict[str, str]:
    return {team: entry.status.value for team, entry in organiser.state.entries.items()}


def test_a_free_entry_is_confirmed_at_once() -> None:
    organiser = opened().do(enter("a"))
    assert [type(event) for event in organiser.events] == [e.EntrySubmitted, e.EntryConfirmed]
    assert organiser.status("a") is CONFIRMED


def test_an_entry_with_a_fee_holds_its_place_until_it_is_paid() -> None:
    organiser = opened(capacity=2, fee_due=lambda team: team == "a").do(enter("a"), enter("b"), enter("c"))
    assert statuses(organiser) == {"a": "pending payment", "b": "confirmed", "c": "waiting"}
    assert organiser.do(c.ConfirmEntry(team="a")).status("a") is CONFIRMED
    assert organiser.do(c.ConfirmEntry(team="a")).events == []
    assert organiser.refuses(c.ConfirmEntry(team="c")).code == "entry_not_pending"


# --- before, too late, the same name -----------------------------------------------------------------------


def test_nobody_enters_before_registration_opens() -> None:
    organiser = Organiser(c.CreateTournament(name="Cup", settings=settings()))
    assert organiser.refuses(enter("a")).code == "registration_not_open"


def test_after_the_close_only_the_organiser_lets_a_team_in() -> None:
    organiser = opened().do(c.CloseRegistration())
    assert organiser.refuses(enter("a")).code == "registration_closed"
    organiser.do(enter("a", late=True))
    assert organiser.status("a") is CONFIRMED
    assert organiser.state.entries["a"].late


def test_after_the_draw_nobody_enters() -> None:
    refusal = drawn().refuses(enter("e", late=True))
    assert refusal.code == "too_late_to_enter"
    assert refusal.detail == {"phase": "drawn"}


@pytest.mark.parametrize("name", ["Royal Strikers", "royal strikers", " Royal  STRIKERS ", "RoyalStrikers"])
def test_names_that_differ_in_case_or_spaces_are_the_same(name: str) -> None:
    organiser = opened().do(enter("a", name="Royal Strikers"))
    refusal = organiser.refuses(enter("b", name=name))
    assert (refusal.code, refusal.detail) == ("team_name_taken", {"team": "a"})


def test_a_team_enters_once() -> None:
    assert opened().do(enter("a")).refuses(enter("a")).code == "team_entered_already"


def test_no_team_enters_under_the_name_that_the_organiser_is_paid_by() -> None:
    assert opened(organiser="board").refuses(enter("board")).code == "organiser_is_a_team"


def test_a_team_has_a_name() -> None:
    assert opened().refuses(enter("a", name="  ")).code == "team_name_missing"


def test_a_name_is_free_again_when_its_team_has_left() -> None:
    organiser = opened().do(enter("a", name="Kings"), c.WithdrawEntry(team="a"), enter("b", name="Kings"))
    assert organiser.status("b") is CONFIRMED


# --- many at once ------------------------------------------------------------------------------------------


def test_many_entries_are_all_taken_or_none() -> None:
    organiser = opened()
    lines = (enter("a"), enter("b"), enter("c", name="team A"))
    refusal = organiser.refuses(c.SubmitEntries(entries=lines))
    assert refusal.code == "team_name_taken"
    assert [(line["line"], line["id"]) for line in refusal.detail["lines"]] == [(3, "c")]
    assert organiser.state.entries == {}
    organiser.do(c.SubmitEntries(entries=lines[:2]))
    assert statuses(organiser) == {"a": "confirmed", "b": "confirmed"}


def test_every_entry_that_cannot_be_taken_is_named() -> None:
    """Two have a name that is taken, one comes when all places are; those between would be taken."""
    organiser = opened(capacity=2, waitlist=False)
    lines = (enter("a"), enter("b", name="Team A"), enter("c"), enter("d", name="team a"), enter("e"))
    refusal = organiser.refuses(c.SubmitEntries(entries=lines))
    assert refusal.code == "lines_refused"
    assert [(line["line"], line["code"], line["id"]) for line in refusal.detail["lines"]] == [
        (2, "team_name_taken", "b"),
        (4, "team_name_taken", "d"),
        (5, "tournament_full", "e"),
    ]
    assert organiser.state.entries == {}


def test_that_registration_is_not_open_is_said_once() -> None:
    organiser = Organiser(c.CreateTournament(name="Cup", settings=settings()))
    refusal = organiser.refuses(c.SubmitEntries(entries=(enter("a"), enter("b"))))
    assert (refusal.code, refusal.detail) == ("registration_not_open", {})


def test_many_entries_over_capacity_wait_in_their_order() -> None:
    organiser = opened(capacity=2).do(c.SubmitEntries(entries=tuple(enter(team) for team in "dcba")))
    assert [entry.team for entry in organiser.state.waiting()] == ["b", "a"]


def test_no_entries_are_refused() -> None:
    assert opened().refuses(c.SubmitEntries(entries=())).code == "no_entries"


# --- the waitlist ------------------------------------------------------------------------------------------


def full(**more: Any) -> Organiser:
    """Two places, taken by a and b; c, d and e wait."""
    return opened(capacity=2, **more).do(*(enter(team) for team in "abcde"))


def test_over_capacity_teams_wait_in_order() -> None:
    assert [entry.team for entry in full().state.waiting()] == ["c", "d", "e"]


def test_without_a_waitlist_it_is_full() -> None:
    organiser = opened(capacity=2, waitlist=False).do(enter("a"), enter("b"))
    refusal = organiser.refuses(enter("c"))
    assert (refusal.code, refusal.detail) == ("tournament_full", {"capacity": 2})


def test_a_place_that_becomes_free_is_offered_to_the_first_who_waits() -> None:
    organiser = full().do(c.WithdrawEntry(team="a"))
    assert organiser.said(e.PlaceOffered) == [e.PlaceOffered(team="c", expires_at=T0 + 48 * HOUR)]
    assert statuses(organiser)["c"] == "offered"
    organiser.do(c.AcceptOffer(team="c"))
    assert organiser.status("c") is CONFIRMED
    assert organiser.dues() == {}


def test_an_offer_declined_goes_to_the_next() -> None:
    organiser = full().do(c.WithdrawEntry(team="a"), c.DeclineOffer(team="c"))
    assert statuses(organiser) == {
        "a": "withdrawn",
        "b": "confirmed",
        "c": "declined",
        "d": "offered",
        "e": "waiting",
    }


def test_an_offer_not_taken_up_in_time_goes_to_the_next() -> None:
    organiser = full().do(c.WithdrawEntry(team="a"))
    assert organiser.dues() == {"offer expires c": T0 + 48 * HOUR}
    organiser.wait(T0 + 48 * HOUR)
    assert organiser.status("c") is EntryStatus.DECLINED
    assert organiser.dues() == {"offer expires d": T0 + 96 * HOUR}


def test_an_offer_is_taken_up_until_its_deadline() -> None:
    organiser = full().do(c.WithdrawEntry(team="a"))
    organiser.now = T0 + 48 * HOUR
    organiser.do(c.AcceptOffer(team="c"))
    late = full().do(c.WithdrawEntry(team="a"))
    late.now = T0 + 49 * HOUR
    assert late.refuses(c.AcceptOffer(team="c")).code == "offer_expired"


def test_the_clock_does_not_end_an_offer_early() -> None:
    organiser = full().do(c.WithdrawEntry(team="a"))
    assert organiser.refuses(c.DeclineOffer(team="c", expired=True)).code == "offer_open"


def test_only_those_with_an_offer_take_one_up() -> None:
    assert full().refuses(c.AcceptOffer(team="c")).code == "no_offer"
    assert full().refuses(c.DeclineOffer(team="a")).code == "no_offer"


def test_a_place_on_offer_is_not_free() -> None:
    organiser = full().do(c.WithdrawEntry(team="a"), enter("f"))
    assert organiser.status("f") is WAITING


def test_nobody_overtakes_the_waitlist() -> None:
    organiser = full().do(c.WithdrawEntry(team="c"), c.WithdrawEntry(team="a"), enter("a"))
    assert organiser.status("d") is OFFERED
    assert [entry.team for entry in organiser.state.waiting()] == ["e", "a"]


def test_after_the_close_places_are_still_offered() -> None:
    organiser = full().do(c.CloseRegistration(), c.WithdrawEntry(team="a"))
    assert organiser.status("c") is OFFERED


def test_two_places_that_become_free_are_both_offered() -> None:
    organiser = full(check_in_required=True).do(c.CloseRegistration(), c.CloseCheckIn())
    assert [offer.team for offer in organiser.said(e.PlaceOffered)] == ["c", "d"]


# --- check-in ----------------------------------------------------------------------------------------------


def test_who_does_not_check_in_loses_the_place() -> None:
    organiser = full(check_in_required=True, deadlines={Deadline.CHECK_IN_CLOSES: T0 + 3 * DAY})
    organiser.do(c.CloseRegistration(), c.CheckIn(team="b")).wait(T0 + 3 * DAY)
    assert organiser.said(e.CheckInClosed)[0].missing == ("a",)
    assert statuses(organiser)["a"] == "place lost"
    assert statuses(organiser)["b"] == "confirmed"
    assert statuses(organiser)["c"] == "offered"


def test_who_comes_in_after_check_in_need_not_check_in() -> None:
    organiser = full(check_in_required=True).do(c.CloseRegistration(), c.CheckIn(team="b"), c.CloseCheckIn())
    organiser.do(c.AcceptOffer(team="c"), c.DrawTournament(seed="x"))
    assert set(organiser.state.seeds) == {"b", "c"}


def test_checking_in_twice_changes_nothing() -> None:
    assert opened().do(enter("a"), c.CheckIn(team="a"), c.CheckIn(team="a")).events == []


def test_check_in_has_its_time_and_its_teams() -> None:
    organiser = full(check_in_required=True).do(c.CloseRegistration())
    assert organiser.refuses(c.CheckIn(team="c")).code == "entry_not_confirmed"
    assert organiser.refuses(c.CheckIn(team="z")).code == "team_not_entered"
    organiser.do(c.CheckIn(team="a"), c.CloseCheckIn())
    assert organiser.refuses(c.CheckIn(team="b")).code == "check_in_over"
    assert organiser.refuses(c.CloseCheckIn()).code == "check_in_over"
    assert full().refuses(c.CloseCheckIn()).code == "no_check_in"


# --- leaving -----------------------------------------------------------------------------------------------


def test_who_withdraws_before_the_draw_is_paid_back() -> None:
    organiser = full().do(c.WithdrawEntry(team="a", reason="no players"), c.WithdrawEntry(team="d"))
    assert organiser.state.entries["a"].refundable
    assert not organiser.state.entries["d"].refundable
    assert organiser.refuses(c.WithdrawEntry(team="a")).code == "entry_over"


def test_who_withdraws_after_the_draw_gives_its_matches_to_the_opponents() -> None:
    organiser = scheduled().do(c.StartTournament())
    first = next(m for m in organiser.state.matches.values() if "a" in (m.teams or ()))
    organiser.do(play(organiser, first.node, "a"), c.WithdrawEntry(team="a", reason="no players"))
    assert not organiser.state.entries["a"].refundable
    assert organiser.match(first.node).winner == "a"
    to_come = [m for m in organiser.state.matches.values() if "a" in (m.teams or ()) and m.node != first.node]
    assert {m.status for m in to_come} == {MatchStatus.OFFICIAL}
    assert "a" not in {m.winner for m in to_come}
    assert {m.reason for m in to_come} == {"Team a withdrew"}


def test_who_is_disqualified_before_the_draw_leaves_a_place() -> None:
    organiser = full().do(c.DisqualifyTeam(team="a", reason="forged papers"))
    assert organiser.status("a") is EntryStatus.DISQUALIFIED
    assert organiser.status("c") is OFFERED
    assert organiser.refuses(enter("a")).code == "team_disqualified"


def test_a_team_is_disqualified_for_a_reason() -> None:
    assert full().refuses(c.DisqualifyTeam(team="a", reason="")).code == "reason_missing"


def test_after_the_end_nobody_leaves() -> None:
    organiser = play_on(scheduled(), "abcd")
    assert organiser.refuses(c.WithdrawEntry(team="a")).code == "tournament_over"


def disqualified(**more: Any) -> Organiser:
    """After the first round, in which a and b won, a is disqualified."""
    organiser = play_on(scheduled(settings_=settings(LEAGUE_AND_FINAL)), "abcd", until="league-R2-1")
    return organiser.do(c.DisqualifyTeam(team="a", reason="forged papers", **more))


def of_a(organiser: Organiser) -> list[str]:
    return [
        match.status.value
        for match in organiser.state.matches.values()
        if "a" in (match.teams or ()) and match.node.startswith("league")
    ]


def test_results_played_stand_and_those_to_come_are_awarded() -> None:
    organiser = disqualified()
    assert of_a(organiser) == ["official", "official", "official"]
    assert [m.winner for m in organiser.state.matches.values() if "a" in (m.teams or ())].count("a") == 1


def test_results_played_are_void_and_those_to_come_are_cancelled() -> None:
    organiser = disqualified(played="void", to_come="cancelled")
    assert of_a(organiser) == ["void", "cancelled", "cancelled"]
    play_on(organiser, "bcd", until="final-final")
    assert organiser.state.decided_tables["league"] == ("b", "c", "d")


def test_a_disqualified_team_has_no_place_and_others_move_up() -> None:
    organiser = play_on(disqualified(), "bcd", until="final-final")
    assert "a" not in organiser.state.decided_tables["league"]
    assert organiser.match("final-final").teams == ("b", "c")


def test_a_finalist_disqualified_loses_the_final_unplayed() -> None:
    organiser = play_on(scheduled(settings_=settings(LEAGUE_AND_FINAL)), "abcd", until="final-final")
    organiser.do(c.DisqualifyTeam(team="a", reason="forged papers"))
    assert organiser.state.phase is Phase.COMPLETED
    assert organiser.state.champion == "b"


def test_a_final_under_way_is_awarded_when_a_finalist_is_disqualified() -> None:
    organiser = play_on(scheduled(settings_=settings(LEAGUE_AND_FINAL)), "abcd", until="final-final")
    organiser.do(c.OpenSession(node="final-final"), c.DisqualifyTeam(team="a", reason="x"))
    assert organiser.match("final-final").status is MatchStatus.OFFICIAL
    assert organiser.refuses(c.DisqualifyTeam(team="b", reason="x")).code == "tournament_over"


def test_when_everybody_is_out_before_it_starts_it_ends_without_a_champion() -> None:
    organiser = scheduled(settings_=settings(LEAGUE_AND_FINAL))
    organiser.do(*(c.DisqualifyTeam(team=team, reason="x") for team in "abcd"), c.StartTournament())
    assert organiser.state.phase is Phase.COMPLETED
    assert organiser.state.champion is None
