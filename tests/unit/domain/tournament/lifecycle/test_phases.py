"""The life of a tournament: phases, deadlines that move, cancellation from anywhere."""

from dataclasses import replace
from typing import Any

import pytest

from domain.clock import Clock
from domain.tournament.fixtures.model import FixtureRules, Ground, Venue
from domain.tournament.format.model import Format, Knockout, League, Rank
from domain.tournament.format.presets import PRESETS
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.settings import Deadline, Phase, TournamentSettings
from domain.tournament.lifecycle.size import structure_of
from domain.tournament.lifecycle.state import EntryStatus, MatchStatus
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    HOUR,
    LEAGUE_AND_FINAL,
    SQUADS,
    T0,
    Organiser,
    correction,
    drawn,
    enter,
    opened,
    play,
    play_on,
    scheduled,
    settings,
)

OPENS, CLOSES, LOCK, CHECK_IN = Deadline


MARS = Venue(id="base", name="Base", time_zone="Mars/Base", grounds=(Ground(id="g", name="G"),))
THIRTY_GROUPS = Format(
    name="Groups of ten, and a knockout of their winners",
    stages=(
        League(name="Groups", groups=30, group_names=tuple(str(number) for number in range(1, 31))),
        Knockout(name="Cup", entrants=tuple(Rank(f"groups-{number}", 1) for number in range(1, 31))),
    ),
)


def created(**more: Any) -> Organiser:
    return Organiser(c.CreateTournament(name="Winter  Cup", settings=settings(**more)))


def test_it_goes_from_draft_to_archive_by_itself() -> None:
    organiser = created(
        format=LEAGUE_AND_FINAL, deadlines={OPENS: T0 + DAY, CLOSES: T0 + 10 * DAY, LOCK: T0 + 20 * DAY}
    )
    phases = [organiser.state.phase]
    organiser.wait(T0 + DAY)
    phases.append(organiser.state.phase)
    organiser.do(*(enter(team) for team in "abcd")).wait(T0 + 10 * DAY)
    phases.append(organiser.state.phase)
    organiser.do(c.DrawTournament(seed="2026-01-10"))
    phases.append(organiser.state.phase)
    strength = "".join(organiser.state.seeds)
    organiser = scheduled(strength, settings(LEAGUE_AND_FINAL))
    phases.append(organiser.state.phase)
    organiser.wait(T0 + 30 * DAY)
    phases.append(organiser.state.phase)
    play_on(organiser, strength, until="final-final")
    phases.append(organiser.state.phase)
    play_on(organiser, strength)
    phases.append(organiser.state.phase)
    organiser.wait(T0 + 32 * DAY)
    phases.append(organiser.state.phase)
    organiser.wait(T0 + 62 * DAY)
    phases.append(organiser.state.phase)
    assert phases == [phase for phase in Phase if phase is not Phase.CANCELLED]
    assert organiser.state.finished


def test_a_name_is_written_with_single_spaces() -> None:
    assert created().state.name == "Winter Cup"


def test_a_tournament_is_created_once() -> None:
    again = c.CreateTournament(name="Again", settings=settings())
    assert created().refuses(again).code == "tournament_exists"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"capacity": 1}, "capacity_invalid"),
        ({"capacity": 4, "minimum_teams": 5}, "capacity_invalid"),
        ({"offer_hours": 0}, "hours_invalid"),
        ({"reminder_hours": (24.0, -1.0)}, "hours_invalid"),
        ({"dispute_hours": -1.0}, "hours_invalid"),
        ({"squads": replace(SQUADS, minimum_players=12, maximum_players=11)}, "squad_rules_invalid"),
        ({"squads": replace(SQUADS, youngest=19, oldest=18)}, "squad_rules_invalid"),
        ({"clock": Clock(speed=0)}, "clock_invalid"),
        ({"fixtures": FixtureRules(venues=(MARS,))}, "time_zone_unknown"),
        ({"format": Format(name="None", stages=())}, "no_stages"),
        ({"format": Format(name="Groups", stages=(League(name="L", groups=3),))}, "too_few_teams"),
        ({"deadlines": {OPENS: T0 + DAY, CLOSES: T0 + DAY}}, "deadlines_out_of_order"),
        ({"deadlines": {OPENS: T0 + DAY, CHECK_IN: T0}}, "deadlines_out_of_order"),
    ],
)
def test_settings_a_tournament_could_not_be_run_by(change: dict[str, Any], code: str) -> None:
    command = c.CreateTournament(name="Cup", settings=settings(**change))
    assert Organiser().refuses(command).code == code


def test_a_league_nobody_could_schedule_is_refused_before_anybody_enters() -> None:
    """A single round robin of 300 teams is 44,850 matches."""
    refusal = Organiser().refuses(
        c.CreateTournament(name="League", settings=settings(PRESETS["round-robin"], capacity=300))
    )
    assert (refusal.code, refusal.detail["matches"]) == ("too_many_matches", 44_850)
    assert "groups" in refusal.message


@pytest.mark.parametrize(
    ("format", "teams", "matches"),
    [(PRESETS["round-robin"], 63, 1_953), (THIRTY_GROUPS, 300, 1_379)],
    ids=["one table of 63", "thirty groups of ten"],
)
def test_a_league_that_is_large_but_can_be_scheduled(format: Format, teams: int, matches: int) -> None:
    assert len(structure_of(format, teams).nodes) == matches
    assert created(format=format, capacity=teams).state.phase is Phase.DRAFT


def test_a_tournament_needs_a_name() -> None:
    assert (
        Organiser().refuses(c.CreateTournament(name=" ", settings=settings())).code
        == "tournament_name_missing"
    )


def test_settings_change_in_draft_only() -> None:
    organiser = created()
    larger = settings(capacity=16)
    organiser.do(c.ChangeSettings(settings=larger, name="Summer Cup"))
    assert (organiser.state.name, organiser.state.rules) == ("Summer Cup", larger)
    refusal = organiser.do(c.OpenRegistration()).refuses(c.ChangeSettings(settings=settings()))
    assert refusal.code == "wrong_phase"
    assert refusal.detail == {"phase": "registration open", "phases": ["draft"]}


def test_a_change_that_changes_nothing_is_no_event() -> None:
    assert created().do(c.ChangeSettings()).events == []


@pytest.mark.parametrize(
    ("command", "phase"),
    [
        (c.OpenRegistration(), "registration open"),
        (c.CloseRegistration(), "registration closed"),
        (c.DrawTournament(seed="x"), "drawn"),
        (c.StartTournament(), "in progress"),
        (c.SettleTournament(), "in progress"),
        (c.ArchiveTournament(), "completed"),
    ],
)
def test_each_phase_has_its_own_steps(command: c.TournamentCommand, phase: str) -> None:
    organiser = opened()
    if phase != "registration open":
        organiser = scheduled().do(c.StartTournament())
    assert organiser.refuses(command).code == "wrong_phase"


def test_nothing_can_be_asked_of_a_tournament_that_does_not_exist() -> None:
    assert Organiser().refuses(c.OpenRegistration()).code == "tournament_not_found"


# --- deadlines ---------------------------------------------------------------------------------------------


def test_a_deadline_can_be_moved_while_it_has_not_passed() -> None:
    organiser = opened(deadlines={CLOSES: T0 + 5 * DAY})
    organiser.do(c.MoveDeadline(deadline=CLOSES, at=T0 + 8 * DAY, reason="snow"))
    assert organiser.wait(T0 + 7 * DAY).state.phase is Phase.REGISTRATION_OPEN
    assert organiser.wait(T0 + 8 * DAY).state.phase is Phase.REGISTRATION_CLOSED
    refusal = organiser.refuses(c.MoveDeadline(deadline=CLOSES, at=T0 + 9 * DAY))
    assert refusal.code == "deadline_passed"


def test_a_deadline_taken_away_waits_for_the_organiser() -> None:
    organiser = opened(deadlines={CLOSES: T0 + 5 * DAY})
    organiser.do(c.MoveDeadline(deadline=CLOSES, at=None)).wait(T0 + 50 * DAY)
    assert organiser.state.phase is Phase.REGISTRATION_OPEN
    assert organiser.do(c.CloseRegistration()).state.phase is Phase.REGISTRATION_CLOSED


def test_a_deadline_cannot_be_moved_into_the_past() -> None:
    refusal = opened().refuses(c.MoveDeadline(deadline=CLOSES, at=T0 - HOUR))
    assert refusal.code == "deadline_in_past"


def test_deadlines_stay_in_order() -> None:
    organiser = opened(deadlines={CLOSES: T0 + 5 * DAY}, check_in_required=True)
    refusal = organiser.refuses(c.MoveDeadline(deadline=CHECK_IN, at=T0 + 4 * DAY))
    assert refusal.code == "deadlines_out_of_order"
    assert refusal.detail == {"earlier": "registration closes", "later": "check-in closes"}


def test_a_deadline_that_has_passed_binds_no_other() -> None:
    organiser = created(deadlines={OPENS: T0 + 9 * DAY}).do(c.OpenRegistration())
    organiser.do(c.MoveDeadline(deadline=CLOSES, at=T0 + DAY))
    assert organiser.wait(T0 + DAY).state.phase is Phase.REGISTRATION_CLOSED


def test_a_deadline_moved_to_where_it_is_does_not_move() -> None:
    organiser = opened(deadlines={CLOSES: T0 + DAY})
    assert organiser.do(c.MoveDeadline(deadline=CLOSES, at=T0 + DAY)).events == []


# --- reminders ---------------------------------------------------------------------------------------------


def test_those_concerned_are_reminded_once_of_each_time_set() -> None:
    organiser = opened(deadlines={CLOSES: T0 + 5 * DAY}, reminder_hours=(48.0, 24.0), fee_due=lambda _: True)
    organiser.do(enter("a"), enter("b"), c.ConfirmEntry(team="b"))
    organiser.wait(T0 + 5 * DAY)
    reminders = [event for event in organiser.history if isinstance(event, e.DeadlineApproached)]
    assert [(event.at, event.teams) for event in reminders] == [
        (T0 + 3 * DAY, ("a",)),
        (T0 + 4 * DAY, ("a",)),
    ]
    assert {event.falls_at for event in reminders} == {T0 + 5 * DAY}


def test_a_deadline_that_moved_is_reminded_of_anew() -> None:
    organiser = opened(deadlines={CLOSES: T0 + 5 * DAY}).wait(T0 + 4 * DAY)
    assert organiser.said(e.DeadlineApproached)
    organiser.do(c.MoveDeadline(deadline=CLOSES, at=T0 + 9 * DAY)).wait(T0 + 8 * DAY)
    assert organiser.said(e.DeadlineApproached)[0].falls_at == T0 + 9 * DAY


def test_a_reminder_that_comes_too_late_says_nothing() -> None:
    organiser = opened(deadlines={CLOSES: T0 + 5 * DAY}).do(c.CloseRegistration())
    assert organiser.do(c.RemindOf(deadline=CLOSES, at=T0 + 4 * DAY)).events == []


# --- cancellation ------------------------------------------------------------------------------------------


def in_phase(phase: Phase) -> Organiser:
    """A tournament in this phase, as far as it can be cancelled in it."""
    organiser = created(format=LEAGUE_AND_FINAL)
    if phase is Phase.DRAFT:
        return organiser
    organiser = opened(format=LEAGUE_AND_FINAL)
    if phase is Phase.REGISTRATION_OPEN:
        return organiser.do(enter("a"))
    if phase is Phase.REGISTRATION_CLOSED:
        return organiser.do(enter("a"), c.CloseRegistration())
    if phase is Phase.DRAWN:
        return drawn(format=LEAGUE_AND_FINAL)
    organiser = scheduled(settings_=settings(LEAGUE_AND_FINAL))
    if phase is Phase.SCHEDULED:
        return organiser
    organiser.do(c.StartTournament())
    if phase is Phase.IN_PROGRESS:
        return organiser
    play_on(organiser, "abcd", until="final-final")
    return organiser if phase is Phase.PLAYOFFS else play_on(organiser, "abcd")


BEFORE_SETTLED = [phase for phase in Phase if phase not in (Phase.SETTLED, Phase.ARCHIVED, Phase.CANCELLED)]


@pytest.mark.parametrize("phase", BEFORE_SETTLED)
def test_it_can_be_cancelled_from_anywhere(phase: Phase) -> None:
    organiser = in_phase(phase)
    assert organiser.state.phase is phase
    organiser.do(c.CancelTournament(reason="floods"))
    assert organiser.state.phase is Phase.CANCELLED
    assert organiser.state.finished
    assert organiser.dues() == {}
    assert all(match.over for match in organiser.state.matches.values())
    assert all(entry.refundable for entry in organiser.state.entries.values())


def test_cancelling_undoes_open_sessions_and_leaves_results() -> None:
    organiser = scheduled().do(c.StartTournament())
    first, second, *rest = organiser.state.matches
    organiser.do(play(organiser, first, "a"), c.OpenSession(node=second), c.CancelTournament(reason="floods"))
    (cancelled,) = organiser.said(e.TournamentCancelled)
    assert cancelled.sessions == (second,)
    assert cancelled.refundable == ("a", "b", "c", "d")
    assert organiser.match(first).status is MatchStatus.OFFICIAL
    assert {organiser.match(node).status for node in (second, *rest)} == {MatchStatus.CANCELLED}


def test_only_those_who_have_a_place_are_paid_back() -> None:
    organiser = opened(capacity=2).do(enter("a"), enter("b"), enter("c"), c.CancelTournament(reason="x"))
    assert {team for team, entry in organiser.state.entries.items() if entry.refundable} == {"a", "b"}
    assert organiser.status("c") is EntryStatus.WAITING


def test_a_reason_is_given_for_cancelling() -> None:
    assert opened().refuses(c.CancelTournament(reason=" ")).code == "reason_missing"


def test_what_is_cancelled_or_settled_cannot_be_cancelled() -> None:
    organiser = opened().do(c.CancelTournament(reason="x"))
    assert organiser.refuses(c.CancelTournament(reason="y")).code == "wrong_phase"
    organiser = in_phase(Phase.COMPLETED).do(c.SettleTournament())
    assert organiser.refuses(c.CancelTournament(reason="y")).code == "wrong_phase"


# --- the end -----------------------------------------------------------------------------------------------


def test_it_is_settled_when_the_window_for_disputes_has_passed() -> None:
    organiser = in_phase(Phase.COMPLETED)
    assert organiser.dues() == {"dispute window ends": organiser.now + 48 * HOUR}
    organiser.now += 5 * HOUR
    organiser.do(correction(organiser, "final-final", "b"))
    assert organiser.state.champion == "b"
    assert organiser.dues() == {"dispute window ends": organiser.now + 48 * HOUR}


def test_the_organiser_moves_the_window_for_disputes_while_it_is_open() -> None:
    organiser = in_phase(Phase.COMPLETED)
    later = organiser.now + 90 * HOUR
    organiser.do(c.MoveDisputeWindow(ends_at=later, reason="an appeal is announced"))
    assert organiser.dues() == {"dispute window ends": later}
    assert organiser.do(c.MoveDisputeWindow(ends_at=later)).events == []
    organiser.do(correction(organiser, "final-final", "b"))
    assert organiser.dues() == {"dispute window ends": organiser.now + 48 * HOUR}, "another champion, anew"
    assert organiser.refuses(c.MoveDisputeWindow(ends_at=organiser.now)).code == "deadline_in_past"


def test_a_window_for_disputes_that_is_not_open_is_not_moved() -> None:
    for organiser in (opened(), in_phase(Phase.COMPLETED).do(c.SettleTournament())):
        window = c.MoveDisputeWindow(ends_at=organiser.now + HOUR)
        assert organiser.refuses(window).code == "wrong_phase"


def test_the_organiser_can_settle_earlier() -> None:
    organiser = in_phase(Phase.COMPLETED).do(c.SettleTournament())
    assert organiser.state.phase is Phase.SETTLED
    assert organiser.said(e.TournamentSettled)[0].champion == "a"


def test_a_round_robin_has_no_playoffs() -> None:
    organiser = play_on(scheduled(), "abcd")
    assert not any(isinstance(event, e.PlayoffsBegan) for event in organiser.history)
    assert organiser.state.champion == "a"
    assert organiser.state.ranking == ("a", "b", "c", "d")


def test_settings_are_those_of_a_tournament() -> None:
    assert isinstance(created().state.rules, TournamentSettings)
