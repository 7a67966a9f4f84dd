"""How play ended, as far as an importer may know it.

``info.outcome`` says who won and by how much, which the engine is there to find. So it is turned into an
:class:`Ending` as soon as a file is read, and nothing after that can reach the rest of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from adapters.cricsheet.format import Part

OUTCOME_KEYS = frozenset({"winner", "by", "method", "result", "eliminator", "bowl_out"})

_BY_ORDER = ("Awarded", "Conceded")
_NO_RAIN_RULE = (*_BY_ORDER, "Lost fewer wickets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """``over``: the match has ended; ``no_result``: it was called off without one. ``method`` is the label as
    printed ("D/L", "Awarded", "Lost fewer wickets"). ``awarded_to``: the side an order from outside the play
    gave the match to, which no ball can tell."""

    over: bool = False
    no_result: bool = False
    method: str | None = None
    awarded_to: str | None = None

    @property
    def conceded(self) -> bool:
        return self.method == "Conceded"

    @property
    def rain_rule(self) -> str | None:
        """The method, if it is one of those that set targets ("D/L", "VJD")."""
        return None if self.method in _NO_RAIN_RULE else self.method


class _Outcome(Part, frozen=True):
    winner: str | None = None
    method: str | None = None
    result: str | None = None


class _Info(Part, frozen=True):
    outcome: _Outcome = _Outcome()


class _Match(Part, frozen=True):
    info: _Info


def ending_of(raw: Mapping[str, Any]) -> Ending:
    """The ending of a whole file, decoded but not typed. Raises msgspec.ValidationError."""
    outcome = msgspec.convert(raw, _Match).info.outcome
    return Ending(
        over=bool(outcome.winner or outcome.result),
        no_result=outcome.result == "no result",
        method=outcome.method,
        awarded_to=outcome.winner if outcome.method in _BY_ORDER else None,
    )
