"""Results: tables, playoffs, the champion, knockouts without a winner, replays, points deducted."""

from typing import Any

import pytest

from domain.match.conditions import HUNDRED
from domain.tournament.format.presets import double_elimination, ipl, single_elimination
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle import events as e
from domain.tournament.lifecycle.known import table_rows
from domain.tournament.lifecycle.settings import Phase
from domain.tournament.lifecycle.state import MatchStatus
from tests.unit.domain.tournament.lifecycle.organiser import (
    DAY,
    LEAGUE_AND_FINAL,
    T0,
    Organiser,
    moved,
    play,
    play_on,
    scheduled,
    settings,
    won_by,
)

FINAL = "final-final"
EIGHT = "abcdefgh"


def in_final(**more: Any) -> Organiser:
    """The league is over; a meets b in the final."""
    return play_on(scheduled(settings_=settings(LEAGUE_AND_FINAL, **more)), "abcd", until=FINAL)


def table(organiser: Organiser) -> list[tuple[str, int, int]]:
    """Team, matches and points, best first."""
    (spec,) = organiser.state.drawn.tables
    return [(row.team, row.tally.played, row.points) for row in table_rows(organiser.state, spec)]


def knockout(teams: str = "abcd", **more: Any) -> Organiser:
    return scheduled(teams, settings(single_elimination(**more), capacity=len(teams))).do(c.StartTournament())


# --- match days --------------------------------------------------------------------------------------------


def test_a_match_day_begins_hours_before_the_match() -> None:
    organiser = scheduled().wait(T0 + 29 * DAY)
    (opened,) = organiser.said(e.SessionOpened)
    assert (opened.node, opened.starts_at, opened.replay) == ("league-R1-1", T0 + 30 * DAY, 0)
    assert organiser.match("league-R1-1").status is MatchStatus.OPEN
    assert organiser.do(c.OpenSession(node="league-R1-1")).events == []


def test_a_match_day_begins_only_when_both_teams_are_known() -> None:
    organiser = scheduled(settings_=settings(LEAGUE_AND_FINAL))
    assert f"session opens {FINAL}" not in organiser.dues()
    assert organiser.refuses(c.OpenSession(node=FINAL)).code == "teams_unknown"
    assert f"session opens {FINAL}" in in_final().dues()


def test_the_tournament_starts_with_its_first_match() -> None:
    organiser = scheduled().wait(T0 + 30 * DAY)
    assert organiser.state.phase is Phase.IN_PROGRESS


def test_it_starts_with_the_first_result_at_the_latest() -> None:
    organiser = scheduled()
    organiser.do(play(organiser, "league-R1-1", "a"))
    assert [type(event) for event in organiser.events] == [e.TournamentStarted, e.ResultRecorded]


# --- tables ------------------------------------------------------------------------------------------------


def test_results_count_in_the_table() -> None:
    organiser = scheduled().do(c.StartTournament())
    assert table(organiser) == [("a", 0, 0), ("b", 0, 0), ("c", 0, 0), ("d", 0, 0)]
    organiser.do(play(organiser, "league-R1-1", "a"), play(organiser, "league-R1-2", None))
    assert table(organiser)[0] == ("a", 1, 2)
    assert sorted(points for _, _, points in table(organiser)) == [0, 1, 1, 2]


def test_the_last_match_of_the_tables_begins_the_playoffs() -> None:
    organiser = in_final()
    assert [type(event) for event in organiser.events] == [
        e.ResultRecorded,
        e.TableDecided,
        e.PlacesTaken,
        e.PlayoffsBegan,
    ]
    assert organiser.said(e.TableDecided)[0].teams == ("a", "b", "c", "d")
    assert organiser.match(FINAL).teams == ("a", "b")


def test_the_final_makes_the_champion() -> None:
    organiser = in_final()
    organiser.do(play(organiser, FINAL, "b"))
    assert (organiser.state.phase, organiser.state.champion) == (Phase.COMPLETED, "b")
    assert organiser.state.ranking == ("b", "a", "c", "d")


def test_the_loser_of_the_first_qualifier_has_a_second_way_into_the_final() -> None:
    organiser = scheduled(EIGHT, settings(ipl(legs=1), capacity=8))
    play_on(organiser, EIGHT, until="qualifier-1")
    organiser.do(play(organiser, "qualifier-1", "a"), play(organiser, "eliminator", "d"))
    assert organiser.match("qualifier-2").teams == ("b", "d")
    organiser.do(play(organiser, "qualifier-2", "b"))
    organiser.do(play(organiser, "final", "b"))
    assert organiser.state.ranking[:4] == ("b", "a", "d", "c")


def test_points_are_deducted_and_given_back() -> None:
    organiser = scheduled().do(c.StartTournament())
    organiser.do(play(organiser, "league-R1-1", "a"), c.DeductPoints(team="a", points=3, reason="over rate"))
    assert ("a", 1, -1) in table(organiser)
    assert ("a", 1, 1) in table(organiser.do(c.DeductPoints(team="a", points=-2, reason="appeal")))


def test_a_deduction_moves_who_meets_in_the_final() -> None:
    organiser = in_final().do(c.DeductPoints(team="b", points=9, reason="forged papers"))
    assert organiser.match(FINAL).teams == ("a", "c")


def test_a_deduction_after_the_final_has_begun_leaves_it_as_it_is() -> None:
    organiser = in_final().do(c.OpenSession(node=FINAL), c.DeductPoints(team="b", points=9, reason="x"))
    assert organiser.match(FINAL).teams == ("a", "b")


def test_a_deduction_says_how_many_points_from_whom() -> None:
    assert scheduled().refuses(c.DeductPoints(team="a", points=0, reason="x")).code == "no_points"
    assert scheduled().refuses(c.DeductPoints(team="z", points=1, reason="x")).code == "team_not_entered"
    assert knockout().refuses(c.DeductPoints(team="a", points=1, reason="x")).code == "no_table"


# --- knockouts ---------------------------------------------------------------------------------------------


def test_a_pure_knockout_begins_with_its_playoffs() -> None:
    assert knockout().state.phase is Phase.PLAYOFFS


def test_in_a_knockout_without_a_winner_the_better_placed_goes_on() -> None:
    organiser = in_final()
    organiser.do(play(organiser, FINAL, None))
    match = organiser.match(FINAL)
    assert (match.winner, match.loser, match.reason) == ("a", "b", "League place 1 against 2")
    assert organiser.state.champion == "a"


def test_or_who_was_ruled_to_go_on() -> None:
    organiser = in_final()
    organiser.do(play(organiser, FINAL, None, advances="b"))
    assert (organiser.match(FINAL).winner, organiser.match(FINAL).reason) == ("b", "by ruling")
    assert in_final().refuses(play(in_final(), FINAL, None, advances="c")).code == "wrong_teams"


def test_the_losers_of_the_semi_finals_meet_for_third_place() -> None:
    organiser = play_on(knockout(third_place=True), "abcd")
    assert organiser.state.ranking == ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("strength", "status"),
    [("abcd", MatchStatus.NOT_NEEDED), ("bacd", MatchStatus.NOT_NEEDED)],
)
def test_a_second_final_is_not_needed_when_the_unbeaten_team_wins(strength: str, status: MatchStatus) -> None:
    organiser = scheduled("abcd", settings(double_elimination())).do(c.StartTournament())
    second = organiser.state.drawn.nodes[-1].id
    assert f"session opens {second}" not in organiser.dues()
    play_on(organiser, strength)
    assert organiser.match(second).status is status
    assert organiser.state.champion == strength[0]


def test_a_second_final_is_played_when_the_unbeaten_team_loses_the_first() -> None:
    organiser = scheduled("abcd", settings(double_elimination())).do(c.StartTournament())
    *_, first, second = (node.id for node in organiser.state.drawn.nodes)
    play_on(organiser, "abcd", until=first)
    assert organiser.match(second).teams is None
    home, away = organiser.match(first).teams or ("", "")
    unbeaten, other = (home, away) if home == "a" else (away, home)
    organiser.do(play(organiser, first, other))
    assert set(organiser.match(second).teams or ()) == {unbeaten, other}
    assert organiser.state.champion is None
    assert organiser.do(play(organiser, second, other)).state.champion == other


# --- what cannot be a result -------------------------------------------------------------------------------


def test_the_same_result_reported_again_changes_nothing() -> None:
    organiser = in_final()
    assert organiser.do(play(organiser, "league-R1-1", "a")).events == []


def test_another_result_of_a_match_that_has_one_is_a_correction() -> None:
    organiser = in_final()
    assert organiser.refuses(play(organiser, "league-R1-1", "d", version=2)).code == "result_recorded"


def test_a_result_is_that_of_the_teams_and_of_the_conditions() -> None:
    organiser = scheduled()
    other = c.RecordResult(node="league-R1-1", summary=won_by("xy", "x"), match_version=1)
    assert organiser.refuses(other).code == "wrong_teams"
    hundred = scheduled(settings_=settings(conditions=HUNDRED))
    assert hundred.refuses(play(hundred, "league-R1-1", "a")).code == "wrong_conditions"


def test_before_there_are_fixtures_there_is_no_result() -> None:
    organiser = Organiser(c.CreateTournament(name="Cup", settings=settings()))
    command = c.RecordResult(node="final", summary=won_by("ab", "a"), match_version=1)
    assert organiser.refuses(command).code == "not_drawn"


# --- played again ------------------------------------------------------------------------------------------


def replay(organiser: Organiser, node: str) -> c.OrderReplay:
    placement = organiser.match(node).placement
    assert placement is not None
    return c.OrderReplay(node=node, placement=moved(placement, placement.ends_at), reason="wrong ball")


def test_a_match_played_again_takes_its_result_back() -> None:
    organiser = in_final()
    organiser.do(replay(organiser, "league-R3-2"))
    assert [type(event) for event in organiser.events] == [e.ReplayOrdered, e.TableReopened, e.PlacesTaken]
    match = organiser.match("league-R3-2")
    assert (match.status, match.replay, match.summary) == (MatchStatus.SCHEDULED, 1, None)
    assert organiser.state.phase is Phase.IN_PROGRESS
    assert organiser.match(FINAL).teams is None
    organiser.do(play(organiser, "league-R3-2", "d"))
    assert organiser.state.phase is Phase.PLAYOFFS


def test_a_match_under_way_can_be_ordered_to_be_played_again() -> None:
    organiser = scheduled().do(c.OpenSession(node="league-R1-1"))
    organiser.do(replay(organiser, "league-R1-1")).wait(T0 + 30 * DAY)
    assert organiser.match("league-R1-1").replay == 1
    assert organiser.match("league-R1-1").status is MatchStatus.OPEN


def test_the_final_played_again_takes_the_champion_back() -> None:
    organiser = in_final()
    organiser.do(play(organiser, FINAL, "a"), replay(organiser, FINAL))
    assert (organiser.state.phase, organiser.state.champion) == (Phase.PLAYOFFS, None)
    assert organiser.do(play(organiser, FINAL, "b")).state.champion == "b"


def test_a_match_is_not_played_again_when_one_that_rests_on_it_has_begun() -> None:
    organiser = in_final().do(c.OpenSession(node=FINAL))
    refusal = organiser.refuses(replay(organiser, "league-R3-2"))
    assert (refusal.code, refusal.detail) == ("later_match_begun", {"nodes": [FINAL]})


def test_a_replay_has_a_place_of_its_own() -> None:
    organiser = in_final()
    at = organiser.match(FINAL).placement
    assert at is not None
    clash = c.OrderReplay(node="league-R1-1", placement=moved(at, at.starts_at), reason="x")
    assert organiser.refuses(clash).code == "wrong_placement"
    old = organiser.match("league-R1-1").placement
    assert old is not None
    late = c.OrderReplay(node="league-R1-1", placement=moved(old, at.ends_at), reason="x")
    assert organiser.refuses(late).code == "placed_too_early"
