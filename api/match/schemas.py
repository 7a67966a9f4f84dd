"""Bodies of requests on matches: strict JSON in, commands of the domain out (see ``api.strict``)."""

from typing import Annotated, Any, get_type_hints
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta

from api.errors import Problem
from api.strict import STRING, checked, enumeration, limited, members, strict, struct
from domain.match import commands as c
from domain.match.conditions import PRESETS, PlayingConditions
from domain.match.summary import Summary

LARGEST_BATCH = 1000

CONDITIONS = enumeration(PRESETS) | struct(
    "PlayingConditions",
    [("based_on", enumeration(PRESETS), "t20"), ("name", STRING, "custom")]
    + [
        (name, limited(hint, name) | msgspec.UnsetType, UNSET)
        for name, hint in get_type_hints(PlayingConditions).items()
        if name not in ("name", "version")
    ],
)
"""The name of a preset, or an object of what differs from the preset ``based_on``."""


def whole_conditions(said: str | dict[str, Any]) -> dict[str, Any]:
    """All of the playing conditions that a body of type CONDITIONS says."""
    if isinstance(said, str):
        return msgspec.to_builtins(PRESETS[said])
    return {**msgspec.to_builtins(PRESETS[said.pop("based_on")]), **said}


class BatchBody:
    """Reads a list of balls: ``{"balls": [...]}``."""

    def __init__(self) -> None:
        ball = strict(c.RecordBall)
        balls = Annotated[list[ball], Meta(min_length=1)]
        self.struct = struct("RecordBalls", [("balls", balls)])
        self._check = msgspec.json.Decoder(self.struct)
        self._read = msgspec.json.Decoder(dict[str, list[c.RecordBall]])

    def decode(self, raw: bytes) -> list[c.RecordBall]:
        """The balls in order. Raises Problem (400, 413, 422)."""
        batch = checked(self._check.decode, raw)
        if len(batch.balls) > LARGEST_BATCH:
            raise Problem(
                "batch_too_large",
                f"a batch may have {LARGEST_BATCH} balls, this one has {len(batch.balls)}",
                members={"limit": LARGEST_BATCH},
            )
        return self._read.decode(raw)["balls"]


class MatchBody:
    """Reads the creation of a match; ``id`` may be chosen by the client."""

    def __init__(self) -> None:
        own = [("id", UUID | None, None), ("conditions", CONDITIONS)]
        self.struct = struct("CreateMatch", [*own, *members(c.CreateMatch, omit=("conditions",))])
        self._check = msgspec.json.Decoder(self.struct)

    def decode(self, raw: bytes) -> tuple[UUID | None, c.CreateMatch]:
        """The id the client chose, if it did, and the command. Raises Problem (400, 422)."""
        body = checked(self._check.decode, raw)
        given = msgspec.to_builtins(body)
        given.pop("id")
        given["conditions"] = whole_conditions(given["conditions"])
        return body.id, msgspec.convert(given, c.CreateMatch)


class AckBody(msgspec.Struct):
    """The answer to a command.

    ``first_version`` and ``version`` are those of the first and the last event appended; a correction
    names a ball by the version of its event. ``summary`` says where the match stands after them.
    """

    match_id: UUID
    version: int
    first_version: int
    events: tuple[str, ...]
    summary: Summary
