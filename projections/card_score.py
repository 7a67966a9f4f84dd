"""A scorecard in the form of ``pavilion score``, and what differs between two of that form.

So a card that has been through the event store, Kafka and the projector can be held against the one that
the engine finds for the same match with no server.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from domain.match import dls
from domain.match.card_lines import BattingLine, BowlingLine, Card, InningsCard

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two scores differ: "innings 2 batting S Dhawan runs", and what each has there."""

    where: str
    expected: Any
    got: Any


def card_score(card: Card, match: str) -> dict[str, Any]:
    """What ``score_line`` gives for the match of this card."""
    return {
        "match": match,
        "teams": [team.name for team in card.teams],
        "innings": [_innings(innings) for innings in card.innings],
        "result": _result(card),
    }


def differences(expected: Any, got: Any, where: str = "") -> Iterator[Difference]:
    """Every value in which ``got`` is not as expected, in the order of the card."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in dict.fromkeys((*expected, *got)):
            yield from differences(
                expected.get(key, NOTHING), got.get(key, NOTHING), f"{where} {key}".strip()
            )
    elif isinstance(expected, list) and isinstance(got, list):
        for number, (one, other) in enumerate(zip_longest(expected, got, fillvalue=NOTHING), 1):
            yield from differences(one, other, f"{where} {_name(one, other, number)}".strip())
    elif expected != got:
        yield Difference(where, expected, got)


def _name(one: Any, other: Any, number: int) -> str:
    for line in (one, other):
        if isinstance(line, dict) and "player" in line:
            return str(line["player"])
    return str(number)


def _innings(innings: InningsCard) -> dict[str, Any]:
    extras = innings.extras
    return {
        "team": innings.batting_team.name,
        "super_over": innings.super_over,
        "runs": innings.runs,
        "wickets": innings.wickets,
        "overs": _overs(innings.overs),
        "balls": innings.balls,
        "extras": {
            "wides": extras.wides,
            "noballs": extras.no_balls,
            "byes": extras.byes,
            "legbyes": extras.leg_byes,
            "penalty": extras.penalty,
        },
        "all_out": innings.all_out,
        "declared": innings.declared,
        "forfeited": innings.forfeited,
        "batting": [_batting(line) for line in innings.batting],
        "bowling": [_bowling(line) for line in innings.bowling],
        "fall_of_wickets": [
            {"wicket": fall.wicket, "runs": fall.runs, "player": fall.player.name, "over": _overs(fall.over)}
            for fall in innings.fall_of_wickets
        ],
        "partnerships": [
            {
                "wicket": pair.wicket,
                "batters": [each.player.name for each in pair.contributions],
                "runs": pair.runs,
                "balls": pair.balls,
                "unbroken": pair.unbroken,
            }
            for pair in innings.partnerships
        ],
    }


def _overs(printed: str) -> str:
    """Scores always print the balls: "20" is "20.0"."""
    return printed if "." in printed else f"{printed}.0"


def _batting(line: BattingLine) -> dict[str, Any]:
    return {
        "player": line.player.name,
        "runs": line.runs,
        "balls": line.balls,
        "fours": line.fours,
        "sixes": line.sixes,
        "out": line.dismissal,
    }


def _bowling(line: BowlingLine) -> dict[str, Any]:
    return {
        "player": line.player.name,
        "overs": _overs(line.overs),
        "maidens": line.maidens,
        "runs": line.runs,
        "wickets": line.wickets,
        "wides": line.wides,
        "noballs": line.no_balls,
    }


def _result(card: Card) -> dict[str, Any] | None:
    result = card.result
    if result is None:
        return None
    by: dict[str, int] | None = None
    if result.by_innings is not None:
        by = {"innings": result.by_innings, "runs": result.by_runs or 0}
    elif result.by_runs is not None:
        by = {"runs": result.by_runs}
    elif result.by_wickets is not None:
        by = {"wickets": result.by_wickets}
    names = {team.id: team.name for team in card.teams}
    return {
        "outcome": result.outcome,
        "winner": None if result.winner is None else names[result.winner],
        "by": by,
        "method": dls.short_name(result.method),
        "decided_by": result.decided_by,
    }
