"""The cards of the given matches: every part of a card tells the same story."""

import io

import pytest
from rich.console import Console

from cli.card import render
from domain.match.card import Card, InningsCard
from tests.cricsheet import given

pytestmark = pytest.mark.cricsheet


def cards(folder: str) -> list[tuple[str, Card]]:
    return [(path.stem, given.scored(path).card) for path in given.files(folder)]


def contradictions(innings: InningsCard) -> list[str]:
    """What does not add up in one innings; runs awarded off no ball are in no line but the total."""
    runs, extras = innings.runs, innings.extras
    off_no_ball = runs - sum(over.runs for over in innings.overs_bowled)
    not_charged = extras.byes + extras.leg_byes + extras.penalty
    checks = {
        "batting": sum(line.runs for line in innings.batting) + extras.total == runs,
        "bowling": sum(line.runs for line in innings.bowling) + not_charged == runs,
        "balls": sum(line.balls for line in innings.bowling) == innings.balls,
        "partnerships": sum(line.runs for line in innings.partnerships) + off_no_ball == runs,
        "penalties": 0 <= off_no_ball <= extras.penalty,
        "fall of wickets": len(innings.fall_of_wickets) == innings.wickets,
        "wickets by over": sum(over.wickets for over in innings.overs_bowled) == innings.wickets,
        "out": sum(not line.not_out for line in innings.batting) == innings.wickets,
        "spells": all(
            (sum(spell.runs for spell in line.spells), sum(spell.wickets for spell in line.spells))
            == (line.runs, line.wickets)
            for line in innings.bowling
        ),
        "powerplays": sum(one.split.balls for one in innings.powerplays) <= innings.balls,
    }
    return [name for name, holds in checks.items() if not holds]


@pytest.mark.parametrize("folder", given.FOLDERS)
def test_every_card_adds_up(folder: str) -> None:
    wrong = [
        (match, innings.number, found)
        for match, card in cards(folder)
        for innings in card.innings
        if (found := contradictions(innings))
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", [name for name in given.FOLDERS if "rare" in name or "2007" in name])
def test_every_card_prints_within_eighty_columns(folder: str) -> None:
    for match, card in cards(folder):
        out = io.StringIO()
        render(card, Console(file=out, width=80))
        printed = out.getvalue().splitlines()
        assert " ".join(out.getvalue().split()).endswith(card.result_line or card.status), match
        assert max(map(len, printed)) <= 80, match


@pytest.mark.parametrize(
    ("folder", "match", "result_line"),
    [
        ("ipl-2023", "1370353", "Chennai Super Kings won by 5 wickets (D/L method)"),
        ("ipl-2023", "1370352", "Gujarat Titans won by 62 runs"),
        ("ipl-2020", "1216517", "Match tied (Kings XI Punjab won the second Super Over)"),
        ("odiwc-men-2019", "1144530", "Match tied (England won on boundary count)"),
        ("t20wc-men-2007", "287862", "Match tied (India won the bowl-out)"),
        ("t20-rare", "804705", "Lancashire won (lost fewer wickets)"),
        ("t20-rare", "1068318", "Match tied (D/L method)"),
        ("tests-rare", "1322356", "New Zealand won by 1 run"),
        ("firstclass-rare", "1166995", "Match drawn"),
        ("ipl-2023", "1359519", "No result"),
    ],
)
def test_the_result_reads_as_in_the_papers(folder: str, match: str, result_line: str) -> None:
    path = next(path for path in given.files(folder) if path.stem == match)
    assert given.scored(path).card.result_line == result_line
