"""Bodies of requests: strict JSON in, commands of the domain out.

A body is the command it carries, so its schema is made from the command: same fields, same defaults, and
limits on every string, number and list. Unknown fields are errors. The strict schema (a msgspec Struct)
checks; then the same bytes are read as the command itself.
"""

import re
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta

from api.errors import Problem
from domain.match import commands as c
from domain.match.conditions import PRESETS, PlayingConditions
from domain.match.summary import Summary

LONGEST_STRING = 200
LONGEST_TEXT = 2000
LONGEST_LIST = 60
LARGEST_BATCH = 1000

TEXTS = {"commentary", "umpire_decision", "reason", "award_reason"}
"""Strings that people write sentences in."""

RANGES: dict[str, tuple[int, int]] = {
    "ball": (1, 2**31 - 1),
    "before": (1, 2**31 - 1),
    "innings": (1, 50),
    "version": (1, 1000),
    "balls_per_over": (1, 12),
    "players_per_side": (2, 30),
    "innings_per_side": (1, 2),
    "super_over_wickets": (1, 10),
    "super_over_overs": (1, 20),
    "g50": (50, 600),
}
"""Numbers that have bounds of their own; all others run from 0 to MOST."""
MOST = 100_000
METRES = Meta(ge=-250, le=250)

Command = TypeVar("Command")


class Body(Generic[Command]):
    """Reads one kind of command from JSON. ``struct`` is its schema; ``omit`` is said by the address."""

    def __init__(self, command: type[Command], omit: tuple[str, ...] = ()) -> None:
        self.command = command
        self.struct = strict(command, omit=omit)
        self._check = msgspec.json.Decoder(self.struct)
        self._read = msgspec.json.Decoder(command) if not omit else None

    def decode(self, raw: bytes, **said: str) -> Command:
        """The command; ``said`` are the omitted fields. Raises Problem (400, 422)."""
        checked(self._check.decode, raw)
        if self._read is not None:
            return self._read.decode(raw)
        return msgspec.convert({**msgspec.json.decode(raw), **said}, self.command)


class BatchBody:
    """Reads a list of balls: ``{"balls": [...]}``."""

    def __init__(self) -> None:
        ball = strict(c.RecordBall)
        balls = Annotated[list[ball], Meta(min_length=1)]
        self.struct = _struct("RecordBalls", [("balls", balls)])
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
    """Reads the creation of a match.

    ``conditions`` is the name of a preset, or an object of what differs from the preset ``based_on``.
    ``id`` may be chosen by the client.
    """

    def __init__(self) -> None:
        conditions = _struct(
            "PlayingConditions",
            [("based_on", _enumeration(PRESETS), "t20"), ("name", _STRING, "custom")]
            + [
                (name, limited(hint, name) | msgspec.UnsetType, UNSET)
                for name, hint in get_type_hints(PlayingConditions).items()
                if name not in ("name", "version")
            ],
        )
        own = [
            ("id", UUID | None, None),
            ("conditions", _enumeration(PRESETS) | conditions),
        ]
        self.struct = _struct("CreateMatch", [*own, *_members(c.CreateMatch, omit=("conditions",))])
        self._check = msgspec.json.Decoder(self.struct)

    def decode(self, raw: bytes) -> tuple[UUID | None, c.CreateMatch]:
        """The id the client chose, if it did, and the command. Raises Problem (400, 422)."""
        body = checked(self._check.decode, raw)
        given = msgspec.to_builtins(body)
        given.pop("id")
        said = given["conditions"]
        if isinstance(said, str):
            given["conditions"] = msgspec.to_builtins(PRESETS[said])
        else:
            given["conditions"] = {**msgspec.to_builtins(PRESETS[said.pop("based_on")]), **said}
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


def checked(decode: Callable[[bytes], Any], raw: bytes) -> Any:
    """What ``decode`` makes of ``raw``, its complaints as problems."""
    try:
        decoded = decode(raw)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("malformed_json", f"the body cannot be read as JSON: {error}") from error
    if b"\\u0000" in raw:
        raise Problem("invalid_body", "the body has a NUL character, which no text may have")
    return decoded


def invalid(message: str) -> Problem:
    """A problem from msgspec's complaint, which ends in " - at `$.wickets[0].kind`"."""
    said, _, path = message.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    members: dict[str, str] = {}
    if path:
        members = {
            "param": path,
            "pointer": "/" + re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", path).replace(".", "/"),
        }
    return Problem("invalid_body", said + (f" (at {path})" if path else ""), members=members)


def strict(kind: type[Any], omit: tuple[str, ...] = ()) -> type[msgspec.Struct]:
    """The strict schema of a dataclass of the domain."""
    if not omit and kind in _strict:
        return _strict[kind]
    struct = _struct(kind.__name__, _members(kind, omit))
    if not omit:
        _strict[kind] = struct
    return struct


_strict: dict[type[Any], type[msgspec.Struct]] = {}
_STRING = Annotated[str, Meta(min_length=1, max_length=LONGEST_STRING)]
_TEXT = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]


def limited(hint: Any, name: str) -> Any:
    """A type of the domain with its limits: ``str`` as a string of so many characters, and so on."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(limited(arm, name) for arm in get_args(hint))]  # noqa: UP007
    if origin is tuple:
        arms = get_args(hint)
        if arms[-1] is not Ellipsis:
            return tuple[tuple(limited(arm, name) for arm in arms)]  # type: ignore[misc]
        return Annotated[tuple[limited(arms[0], name), ...], Meta(max_length=LONGEST_LIST)]
    if hint is str:
        return _TEXT if name in TEXTS else _STRING
    if hint is int:
        least, most = RANGES.get(name, (0, MOST))
        return Annotated[int, Meta(ge=least, le=most)]
    if hint is float:
        return Annotated[float, METRES]
    if hint is datetime:
        return Annotated[datetime, Meta(tz=True)]
    if is_dataclass(hint):
        return strict(hint)  # type: ignore[arg-type]
    if hint in (bool, type(None)) or issubclass(hint, Enum):
        return hint
    raise TypeError(f"no limit is known for {hint} ({name})")


def _members(kind: type[Any], omit: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    hints = get_type_hints(kind)
    members: list[tuple[Any, ...]] = []
    for each in fields(kind):
        if each.name in omit:
            continue
        member = (each.name, limited(hints[each.name], each.name))
        members.append(member if each.default is MISSING else (*member, each.default))
    return members


def _struct(name: str, members: list[tuple[Any, ...]]) -> type[msgspec.Struct]:
    return msgspec.defstruct(name, members, forbid_unknown_fields=True, kw_only=True)


def _enumeration(names: Any) -> Any:
    return Literal[tuple(names)]
