"""An old result turns out otherwise: applied where nothing begun rests on it, else held for a ruling."""

import pytest

from domain.match.errors import CommandRefused
from domain.tournament.format.presets import single_elimination
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.corrections import preview
from domain.tournament.lifecycle.events.matches import Shift, TableShift
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import MatchStatus
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    LEAGUE_AND_FINAL,
    Organiser,
    correction,
    play,
    play_on,
    scheduled,
    settings,
)

FINAL = "final-final"


def league_over() -> Organiser:
    """a won three matches, b two, c one; a meets b in the final."""
    return play_on(scheduled(settings_=settings(LEAGUE_AND_FINAL)), "abcd", until=FINAL)


def match_of(organiser: Organiser, *teams: str) -> str:
    return next(m.node for m in organiser.state.matches.values() if set(m.teams or ()) == set(teams))


def test_a_correction_moves_the_table_and_who_meets_in_the_final() -> None:
    organiser = league_over()
    organiser.do(correction(organiser, match_of(organiser, "b", "c"), "c"))
    assert [type(event) for event in organiser.events] == [e.CorrectionApplied, e.TableDecided, e.PlacesTaken]
    assert organiser.state.decided_tables["league"] == ("a", "c", "b", "d")
    assert organiser.match(FINAL).teams == ("a", "c")


def test_a_correction_that_changes_no_place_is_applied_though_the_final_has_begun() -> None:
    organiser = league_over().do(c.OpenSession(node=FINAL))
    organiser.do(correction(organiser, match_of(organiser, "c", "d"), "d"))
    assert [type(event) for event in organiser.events] == [e.CorrectionApplied, e.TableDecided]
    assert organiser.state.decided_tables["league"] == ("a", "b", "d", "c")


def held() -> Organiser:
    """The final has begun when it turns out that c, not b, was second."""
    organiser = league_over().do(c.OpenSession(node=FINAL))
    return organiser.do(correction(organiser, match_of(organiser, "b", "c"), "c"))


def test_a_correction_is_held_when_a_match_already_begun_rests_on_the_old_result() -> None:
    organiser = held()
    (event,) = organiser.events
    assert isinstance(event, e.CorrectionHeld)
    assert event.places == (Shift(node=FINAL, was=("a", "b"), would_be=("a", "c")),)
    assert event.tables == (
        TableShift(table="league", was=("a", "b", "c", "d"), would_be=("a", "c", "b", "d")),
    )
    assert organiser.state.decided_tables["league"] == ("a", "b", "c", "d")


def test_a_correction_applied_by_ruling_leaves_the_match_that_has_begun() -> None:
    organiser = held()
    node = match_of(organiser, "b", "c")
    organiser.do(c.ApplyCorrection(node=node, reason="the final stands"))
    assert organiser.state.decided_tables["league"] == ("a", "c", "b", "d")
    assert organiser.match(FINAL).teams == ("a", "b")
    assert organiser.state.held == {}
    organiser.do(play(organiser, FINAL, "b"))
    assert organiser.state.champion == "b"


def test_a_correction_rejected_by_ruling_leaves_everything() -> None:
    organiser = held()
    node = match_of(organiser, "b", "c")
    organiser.do(c.RejectCorrection(node=node, reason="too late"))
    assert organiser.match(node).winner == "b"
    assert organiser.state.decided_tables["league"] == ("a", "b", "c", "d")
    assert organiser.do(correction(organiser, node, "c")).events == []
    assert organiser.refuses(c.ApplyCorrection(node=node)).code == "no_correction_held"


def test_a_match_corrected_back_while_its_correction_waits_needs_no_ruling() -> None:
    organiser = league_over().do(c.OpenSession(node=FINAL))
    node = match_of(organiser, "b", "c")
    organiser.do(correction(organiser, node, "c", version=2))
    organiser.do(correction(organiser, node, "b", version=3))
    (event,) = organiser.events
    assert isinstance(event, e.CorrectionRejected)
    assert organiser.state.held == {}
    assert organiser.match(node).winner == "b"


def test_a_result_made_void_while_its_correction_waits_is_not_brought_back() -> None:
    organiser = league_over().do(c.OpenSession(node=FINAL))
    node = match_of(organiser, "b", "c")
    organiser.do(correction(organiser, node, "c"))
    organiser.do(c.DisqualifyTeam(team="c", reason="an ineligible player", played="void"))
    assert (organiser.match(node).status, organiser.state.held) == (MatchStatus.VOID, {})
    assert organiser.refuses(c.ApplyCorrection(node=node)).code == "no_correction_held"


def test_while_a_correction_is_held_the_tournament_is_not_settled() -> None:
    organiser = held()
    organiser.do(play(organiser, FINAL, "a"))
    assert organiser.state.phase is Phase.COMPLETED
    assert organiser.dues() == {}
    assert organiser.refuses(c.SettleTournament()).code == "correction_held"
    organiser.do(c.RejectCorrection(node=match_of(organiser, "b", "c"), reason="x"))
    assert organiser.do(c.SettleTournament()).state.phase is Phase.SETTLED


def test_the_same_correction_reported_again_changes_nothing() -> None:
    organiser = held()
    assert organiser.do(correction(organiser, match_of(organiser, "b", "c"), "c")).events == []
    organiser = league_over()
    node = match_of(organiser, "b", "c")
    organiser.do(correction(organiser, node, "c"))
    assert organiser.do(correction(organiser, node, "c")).events == []


def test_a_correction_that_changes_nothing_is_no_event() -> None:
    organiser = league_over()
    assert organiser.do(correction(organiser, match_of(organiser, "b", "c"), "b", version=7)).events == []


def test_a_corrected_final_makes_another_champion() -> None:
    organiser = league_over()
    organiser.do(play(organiser, FINAL, "a"))
    organiser.do(correction(organiser, FINAL, "b"))
    assert [type(event) for event in organiser.events] == [e.CorrectionApplied, e.TournamentCompleted]
    assert organiser.state.champion == "b"


def test_only_an_official_result_is_corrected_and_only_until_it_is_settled() -> None:
    organiser = league_over()
    missing = c.ProposeCorrection(
        node=FINAL, summary=correction(organiser, "league-R1-1", "a").summary, match_version=1
    )
    assert organiser.refuses(missing).code == "no_official_result"
    play_on(organiser, "abcd").do(c.SettleTournament())
    assert organiser.refuses(correction(organiser, FINAL, "b")).code == "wrong_phase"


def test_a_correction_of_a_void_result_changes_nothing() -> None:
    organiser = play_on(scheduled(), "abcd", until="league-R2-1")
    node = next(m.node for m in organiser.state.matches.values() if m.winner == "a")
    command = correction(organiser, node, None)
    organiser.do(c.DisqualifyTeam(team="a", reason="x", played="void"))
    assert organiser.do(command).events == []


# --- matches that were over without play -------------------------------------------------------------------


def walkover() -> Organiser:
    """a and b won their semi-finals, then b withdrew: a is champion without a final."""
    organiser = scheduled(settings_=settings(single_elimination()))
    final = organiser.state.drawn.final
    assert final is not None
    play_on(organiser, "abcd", until=final).do(c.WithdrawEntry(team="b"))
    assert (organiser.state.champion, organiser.match(final).given) == ("a", True)
    return organiser


def test_a_corrected_semi_final_gives_the_walkover_to_another() -> None:
    organiser = walkover()
    organiser.do(correction(organiser, match_of(organiser, "a", "d"), "d"))
    assert organiser.state.champion == "d"
    assert organiser.state.phase is Phase.COMPLETED


def test_a_walkover_becomes_a_match_when_a_correction_gives_it_an_opponent() -> None:
    organiser = walkover()
    organiser.do(correction(organiser, match_of(organiser, "b", "c"), "c"))
    final = organiser.match("knockout-final")
    assert (final.teams, final.status, final.summary) == (("a", "c"), MatchStatus.SCHEDULED, None)
    assert (organiser.state.phase, organiser.state.champion) == (Phase.PLAYOFFS, None)
    organiser.do(play(organiser, "knockout-final", "c"))
    assert organiser.state.champion == "c"


def test_a_walkover_calls_no_correction_in_question() -> None:
    organiser = walkover()
    organiser.do(correction(organiser, match_of(organiser, "b", "c"), "c"))
    assert organiser.state.held == {}


def test_what_a_correction_would_lead_to_is_seen_before_it_is_made() -> None:
    organiser = league_over().do(c.OpenSession(node=FINAL))
    before, node = organiser.state, match_of(organiser, "b", "c")
    found = preview(organiser.state, node, correction(organiser, node, "c").summary, organiser.now)
    (table,) = found.tables
    assert (table.goes_on_before, table.goes_on_after) == (("a", "b"), ("a", "c"))
    assert found.disturbed == (FINAL,)
    assert organiser.state is before


def test_nothing_is_foreseen_of_what_cannot_be_corrected() -> None:
    organiser = league_over()
    node = match_of(organiser, "b", "c")
    summary = correction(organiser, node, "c").summary

    def refusal(of: str) -> str:
        with pytest.raises(CommandRefused) as refused:
            preview(organiser.state, of, summary, organiser.now)
        return refused.value.code

    assert refusal(FINAL) == "no_official_result"
    assert refusal(match_of(organiser, "a", "b")) == "wrong_teams"
    organiser.do(play(organiser, FINAL, "a")).wait(organiser.now + 10 * DAY)
    assert refusal(node) == "wrong_phase"
