"""A toss as if its fields had been called otherwise once: what an old event is to those who read it."""

from dataclasses import dataclass
from typing import Any

import pytest

from contracts import codec
from contracts.upcasting import Upcasting


@dataclass(frozen=True, slots=True)
class OlderToss:
    """``data``: the JSON of version 1 that says that a chose to field."""

    data: dict[str, Any]


def as_before(now: dict[str, Any]) -> dict[str, Any]:
    """The JSON of today's toss as version 1 had it."""
    return {"team": now["winner"], "elected": now["decision"]}


def named_anew(old: dict[str, Any]) -> dict[str, Any]:
    return {"winner": old["team"], "decision": old["elected"]}


@pytest.fixture
def older_toss(monkeypatch: pytest.MonkeyPatch) -> OlderToss:
    """Today's toss is version 2, and there is a way to it from version 1."""
    steps = {("TossMade", 1): named_anew}
    monkeypatch.setattr(codec, "_match_upcasting", Upcasting(codec.EVENT_TYPES_OF["match"], steps))
    monkeypatch.setitem(codec.SCHEMA_VERSIONS, "TossMade", 2)
    return OlderToss(as_before({"winner": "a", "decision": "field"}))
