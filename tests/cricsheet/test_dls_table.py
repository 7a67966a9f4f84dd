"""The Duckworth-Lewis table and method against the ICC's published figures."""

from decimal import Decimal

import pytest

from domain.match import dls
from domain.match.dls_table import RESOURCES
from tests.cricsheet.data import official

pytestmark = pytest.mark.cricsheet


def tenths(percent: str) -> int:
    return int(Decimal(percent) * 10)


def test_every_ball_of_the_table_is_as_published() -> None:
    published = official("dls/dls-standard-edition-by-ball.csv")
    assert {
        int(row["balls_left"]): tuple(tenths(row[f"wickets_lost_{n}"]) for n in range(10))
        for row in published
    } == dict(enumerate(RESOURCES))


def test_every_over_of_the_table_is_as_published() -> None:
    for row in official("dls/dls-standard-edition-by-over.csv"):
        balls_left = int(row["overs_left"]) * 6
        assert [dls.resource(balls_left, n) for n in range(10)] == [
            tenths(row[f"wickets_lost_{n}"]) for n in range(10)
        ]


def test_every_worked_example() -> None:
    examples = [row for row in official("dls/worked-examples.csv") if row["team1_score"]]
    assert len(examples) == 5
    for row in examples:
        score, r1, r2 = int(row["team1_score"]), tenths(row["R1"]), tenths(row["R2"])
        method = dls.target if row["kind"] == "target" else dls.par_score
        assert method(score, r1, r2, int(row["G50"] or 245)) == int(row["expected"]), row["id"]
