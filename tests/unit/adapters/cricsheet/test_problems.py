"""Files that are wrong: one line says where and why. Small errors are noted, and the match is scored."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from adapters.cricsheet.document import SourceProblem
from adapters.cricsheet.play import play_text
from projections.score import innings_line
from tests.unit.adapters.cricsheet.files import Batting, Json, match, play

Change = Callable[[Json], Any]


def problem(change: Change, *overs: str) -> str:
    """The line for a file of one innings that ``change`` has spoilt."""
    batting = Batting("Home")
    for over in overs or (". . . . . .", ". . . . . ."):
        batting.over(over)
    document = match(batting.done())
    change(document)
    with pytest.raises(SourceProblem) as caught:
        play(document)
    return str(caught.value)


def ball(document: Json, over: int = 0, ball: int = 1) -> Json:
    return document["innings"][0]["overs"][over]["deliveries"][ball - 1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "broken.json: is not JSON: Input data was truncated"),
        (b'{"info": {', "broken.json: is not JSON: Input data was truncated"),
        (b"\x00\xff", "broken.json: is not JSON: JSON is malformed: invalid character (byte 0)"),
        (b"[]", "broken.json: Expected `object`, got `array`"),
        (b"{}", "broken.json: Object missing required field `info`"),
    ],
    ids=["empty", "truncated", "binary", "no object", "no match"],
)
def test_what_is_not_a_match_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(SourceProblem) as caught:
        play_text(text, "broken.json")
    assert str(caught.value) == reason


def test_an_outcome_that_is_none_is_named_with_its_place() -> None:
    assert problem(lambda document: document["info"].update(outcome={"winner": 1})) == (
        "handmade: Expected `str | null`, got `int` - at `$.info.outcome.winner`"
    )


def test_a_missing_key_is_named_with_its_place() -> None:
    assert problem(lambda document: ball(document, 1, 3).pop("bowler")) == (
        "handmade: innings 1, over 1, ball 3: Object missing required field `bowler`"
        " - at `$.innings[0].overs[1].deliveries[2]`"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda document: ball(document, 1, 2).update(batter="Nobody"),
            "innings 1, over 1, ball 2: unknown player 'Nobody': not in the side of Home",
        ),
        (
            lambda document: ball(document).update(bowler="H5"),
            "innings 1, over 0, ball 1: unknown player 'H5': not in the side of Away",
        ),
        (
            lambda document: ball(document)["runs"].update(total=5),
            "innings 1, over 0, ball 1: runs do not add up: 0 off the bat and 0 extras are not 5",
        ),
        (
            lambda document: ball(document).update(extras={"wides": 1}),
            "innings 1, over 0, ball 1: extras do not add up: {'wides': 1} are not 0",
        ),
        (
            lambda document: ball(document).update(extras={"overthrows": 0}),
            "innings 1, over 0, ball 1: unknown kind of extras: overthrows",
        ),
        (
            lambda document: ball(document).update(wickets=[{"player_out": "H1", "kind": "bored"}]),
            "innings 1, over 0, ball 1: unknown kind of dismissal 'bored'",
        ),
        (
            lambda document: document["innings"][0]["overs"].reverse(),
            "innings 1, over 0: over 0 comes after over 1",
        ),
        (
            lambda document: document["innings"][0].update(team="Elsewhere"),
            "innings 1: 'Elsewhere' does not play in this match",
        ),
        (lambda document: document["info"]["players"].pop("Away"), "no players are given for 'Away'"),
        (lambda document: document["info"].update(teams=["Home", "Home"]), "both teams are called 'Home'"),
        (
            lambda document: document["info"].update(overs=1),
            "innings 1, over 1, ball 1: innings 1 is over: overs complete [innings_closed] (Law 13.3)",
        ),
    ],
    ids=[
        "unknown batter",
        "unknown bowler",
        "wrong sum of runs",
        "wrong sum of extras",
        "unknown extras",
        "unknown dismissal",
        "overs in disorder",
        "unknown team",
        "no players",
        "one team",
        "too many overs",
    ],
)
def test_what_cannot_be_true_is_refused_with_its_place(change: Change, reason: str) -> None:
    assert problem(change) == f"handmade: {reason}"


def test_a_batter_who_is_out_does_not_bat_again() -> None:
    line = problem(lambda document: ball(document, 0, 2).update(batter="H1"), "W . . . . .")
    assert line == "handmade: innings 1, over 0, ball 2: H1 is out [batter_out] (Law 25.4)"


def test_an_unknown_key_is_noted_once_and_does_no_harm() -> None:
    document = match(Batting("Home").over("1 1 1").done())
    for one in document["innings"][0]["overs"][0]["deliveries"]:
        one["mood"] = "good"
    document["info"]["colour"] = "red"
    game = play(document)
    assert [(str(note.place), note.text) for note in game.notes] == [
        ("", "unknown key 'info.colour'"),
        ("innings 1, over 0, ball 1", "unknown key 'delivery.mood', 3 times"),
    ]


def test_runs_off_the_bat_on_a_wide_are_scored_as_the_file_has_them() -> None:
    both = {"extras": {"wides": 1}, "runs": {"batter": 1, "extras": 1, "total": 2}}
    game = play(match(Batting("Home").over(".", b1=both).done()))
    innings = innings_line(game.state, game.state.innings[0])
    assert (innings["runs"], innings["extras"]["wides"], innings["batting"][0]["runs"]) == (2, 1, 1)
    assert [(note.kind, note.source_error) for note in game.notes] == [("bat_runs_off_wide", True)]


def test_one_batter_at_both_ends_is_taken_to_have_the_partner_still_there() -> None:
    game = play(match(Batting("Home").over(". .", b2={"non_striker": "H1"}).done()))
    assert game.state.innings[0].balls[1].delivery.non_striker == "H2"
    assert [note.kind for note in game.notes] == ["batter at both ends"]


def test_every_truncation_of_a_file_is_refused_in_one_line() -> None:
    text = msgspec.json.encode(match(Batting("Home").over("1 W 4wd").done()))
    for length in range(len(text)):
        with pytest.raises(SourceProblem) as caught:
            play_text(text[:length], "cut")
        assert "\n" not in str(caught.value)
