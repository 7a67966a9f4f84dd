"""The domain's dataclasses as JSON, where a field may hold one of several."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal

import msgspec
import pytest

from contracts.wire import DoesNotFit, Wire


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class HomeSide:
    team: str


@dataclass(frozen=True)
class AwaySide:
    team: str


@dataclass(frozen=True)
class Box:
    kind: Literal["a box"] = "a box"
    side: float = 1.0


@dataclass(frozen=True)
class Whole:
    one: HomeSide | AwaySide | Box | None
    many: tuple[HomeSide | AwaySide, ...] = ()
    pair: tuple[int, str] = (1, "a")
    ratio: Fraction = Fraction(5, 4)
    by_colour: dict[Colour, HomeSide | None] | None = None
    by_pair: dict[tuple[str, int], tuple[str, ...]] | None = None
    at: datetime | None = None


WIRE = Wire([Whole], strict=True)
FULL = Whole(
    one=AwaySide("mi"),
    many=(HomeSide("rr"), AwaySide("gt")),
    pair=(2, "b"),
    ratio=Fraction(7, 3),
    by_colour={Colour.RED: HomeSide("csk")},
    by_pair={("swiss", 1): ("a", "b")},
    at=datetime(2026, 4, 1, 19, 30, tzinfo=UTC),
)


@pytest.mark.parametrize("value", [FULL, Whole(one=None), Whole(one=Box(side=2.5))])
def test_a_value_comes_back_as_it_was(value: Whole) -> None:
    assert WIRE.read(Whole, msgspec.json.decode(msgspec.json.encode(WIRE.plain(value)))) == value


def test_what_may_stand_in_one_place_says_what_it_is() -> None:
    assert WIRE.plain(FULL)["one"] == {"kind": "away side", "team": "mi"}
    assert WIRE.plain(Whole(one=Box()))["one"] == {"kind": "a box", "side": 1.0}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "one: is missing"),
        ({"one": None, "two": 2}, "two: there is no such field"),
        ({"one": 7}, "one: Expected `object`, got `int`"),
        ({"one": {"team": "x"}}, "one.kind: Expected one of home side, away side, a box; got None"),
        ({"one": {"kind": "away side"}}, "one.team: is missing"),
        ({"one": None, "many": {}}, "many: Expected `array`, got `object`"),
        ({"one": None, "many": [{"kind": "a box"}]}, "many[0].kind: Expected one of"),
        ({"one": None, "pair": [1]}, "pair: Expected `array` of length 2, got 1"),
        ({"one": None, "pair": [1, 2]}, "pair[1]: Expected `str`, got `int`"),
        ({"one": None, "ratio": "1/0"}, 'ratio: Expected a fraction such as "5/4"'),
        ({"one": None, "by_colour": {"blue": None}}, "by_colour: Invalid enum value 'blue'"),
        ({"one": None, "by_colour": [1]}, "by_colour: Expected `array`, got `int`"),
        ({"one": None, "by_colour": 1}, "by_colour: Expected `object`, got `int`"),
        ({"one": None, "at": "2026-04-01T19:30:00"}, "at: "),
    ],
)
def test_data_that_does_not_fit_is_told_where(data: dict[str, Any], said: str) -> None:
    with pytest.raises(DoesNotFit) as found:
        WIRE.read(Whole, data)
    assert str(found.value).startswith(said)


def test_a_field_added_later_is_ignored_where_reading_is_not_strict() -> None:
    assert Wire([Whole], strict=False).read(Whole, {"one": None, "two": 2}) == Whole(one=None)
