"""What a replayed season says of a tournament, and what it tells the API in the files' stead."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.compressed import clock, match_days
from cli.season_replay import in_words, knockouts, printed_row, told
from cli.tournament_api import Json
from domain.match.commands import NameLineUp, Player, RecordBowlOut, RecordToss, StartInnings

IDS = {"Kings XI Punjab": "kings-xi-punjab", "J. Doe": "j-doe"}
KITES, HERONS = {"team": "kites", "name": "Kites"}, {"team": "herons", "name": "Herons"}


def result(**said: object) -> Json:
    return {"winner": KITES, "outcome": "win", "by_runs": None, "by_wickets": None, "method": None, **said}


def test_teams_and_players_are_told_by_their_ids_and_keep_their_names() -> None:
    line_up = NameLineUp(team="Kings XI Punjab", players=(Player(id="J. Doe", name="J. Doe"),))
    assert told(line_up, IDS) == NameLineUp(
        team="kings-xi-punjab", players=(Player(id="j-doe", name="J. Doe"),)
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (
            RecordToss(winner="Kings XI Punjab", decision="bat"),
            RecordToss(winner="kings-xi-punjab", decision="bat"),
        ),
        (StartInnings(batting="Kings XI Punjab"), StartInnings(batting="kings-xi-punjab")),
        (
            RecordBowlOut(balls=(("Kings XI Punjab", "J. Doe", True),)),
            RecordBowlOut(balls=(("kings-xi-punjab", "j-doe", True),)),
        ),
    ],
)
def test_ids_are_found_wherever_they_stand_in_a_command(command: object, expected: object) -> None:
    assert told(command, IDS) == expected


def test_a_row_of_the_api_has_the_fields_of_the_points_table() -> None:
    row = {
        **{"place": 1, "team": "kites", "name": "Kites", "played": 2, "won": 1, "lost": 0, "tied": 0},
        **{"no_result": 1, "points": 3, "net_run_rate": "+0.809", "runs_scored": 160, "balls_faced": 118},
        **{"runs_conceded": 150, "balls_bowled": 120},
    }
    printed = {
        **{"team": "Kites", "played": 2, "won": 1, "lost": 0, "tied": 0, "no_result": 1, "points": 3},
        **{"net_run_rate": 0.809, "for": "160/19.4", "against": "150/20"},
    }
    assert printed_row(row, None, 6) == printed
    assert printed_row(row, "A", 6) == {**printed, "group": "A"}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "not played"),
        (result(by_runs=1), "Kites won by 1 run"),
        (result(by_wickets=7, method="D/L"), "Kites won by 7 wickets (D/L)"),
        (result(outcome="tie"), "Kites won after a tie"),
        (result(winner=None, outcome="no result"), "no result"),
    ],
)
def test_a_result_is_said_in_a_few_words(found: Json | None, words: str) -> None:
    assert in_words(found) == words


def test_knockouts_are_listed_in_the_order_of_the_bracket_also_before_they_are_played() -> None:
    final = {"name": "Final", "home": KITES, "away": None, "result": None}
    semi = {"name": "Semi Final 1", "home": KITES, "away": HERONS, "result": result(by_runs=9)}
    bracket = {"stages": [{"rounds": [{"matches": [semi]}, {"matches": [final]}]}]}
    assert [(one["name"], one["home"], one["away"], one["winner"]) for one in knockouts(bracket)] == [
        ("Semi Final 1", "Kites", "Herons", "Kites"),
        ("Final", "Kites", None, None),
    ]


def test_the_first_match_day_begins_after_the_time_to_prepare_and_days_are_as_long_as_asked() -> None:
    now, first = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2023, 3, 31, 19, 30, tzinfo=UTC)
    compressed = clock(now, first, day_seconds=0.5, lead_seconds=3)
    opens = first - timedelta(hours=24)
    assert compressed.real(opens) == now + timedelta(seconds=3)
    assert compressed.real(opens + timedelta(days=10)) == now + timedelta(seconds=8)


def test_rain_costs_overs_in_proportion_to_the_length_of_a_day() -> None:
    assert match_days(1.0).minutes_per_over == 2 * match_days(2.0).minutes_per_over
