"""Strict schemas of bodies, made from the dataclasses of the domain.

A body is the command it carries, so its schema is made from the command: same fields, same defaults, and
limits on every string, number and list. Unknown fields are errors. Where JSON could be one of several
dataclasses its member ``kind`` tells which: their own field of that name, else the words of the class.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from api.errors import Problem

LONGEST_STRING = 200
LONGEST_TEXT = 2000
LONGEST_LIST = 60

TEXTS = {"commentary", "umpire_decision", "reason", "award_reason", "answer"}
"""Strings that people write sentences in."""

LONGEST_LISTS: dict[str, int] = {
    "closed": 1000,
    "derbies": 500,
    "distances": 5000,
    "entries": 500,
    "instead_of": 2000,
    "matches": 500,
    "meetings": 2000,
    "placements": 2000,
    "pots": 100,
    "seeds": 500,
    "teams": 500,
    "unavailable": 1000,
    "venues": 200,
}
"""Lists that may be longer than others."""

RANGES: dict[str, tuple[int, int]] = {
    "amount": (0, 2**53 - 1),  # of money, in minor units: what JSON's readers everywhere keep exact
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
    "capacity": (1, 500),
    "minimum_teams": (1, 500),
    "groups": (1, 100),
    "legs": (1, 20),
    "rounds": (1, 100),
    "place": (1, 500),
    "number": (1, 500),
    "side": (1, 2),
    "weekdays": (0, 6),
    "points": (-1000, 1000),
    "youngest": (0, 120),
    "oldest": (0, 120),
    "match_minutes": (1, 10_080),
    "matches_a_day": (1, 100),
    "matches_a_day_of_a_team": (1, 10),
}
"""Numbers that have bounds of their own; all others run from 0 to MOST."""
MOST = 100_000
METRES = Meta(ge=-250, le=250)
FRACTION = Meta(pattern=r"^[0-9]{1,9}(/[1-9][0-9]{0,8})?$")

_STRING = Annotated[str, Meta(min_length=1, max_length=LONGEST_STRING)]
_TEXT = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]
STRING = _STRING

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


_COMPLAINT = re.compile(r"(?P<said>.*) - at (?:`key` in )?`\$(?P<path>.*)`", re.DOTALL)


def invalid(message: str) -> Problem:
    """A problem from msgspec's complaint, which ends in " - at `$.wickets[0].kind`"."""
    found = _COMPLAINT.fullmatch(message)
    said, path = (found["said"], found["path"].lstrip(".")) if found else (message, "")
    members: dict[str, str] = {}
    if path:
        members = {
            "param": path,
            "pointer": "/" + re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", path).replace(".", "/"),
        }
    return Problem("invalid_body", said + (f" (at {path})" if path else ""), members=members)


def strict(
    kind: type[Any],
    omit: tuple[str, ...] = (),
    instead: Mapping[str, Any] | None = None,
    tag: str | None = None,
    name: str | None = None,
) -> type[msgspec.Struct]:
    """The strict schema of a dataclass of the domain; ``instead`` has other types for some of its fields,
    or a type and a default.

    With a ``tag`` it is one of several, told apart by ``kind``. ``name`` is the schema's, if not the class's.
    """
    plain = not (omit or instead or tag)
    if plain and kind in _strict:
        return _strict[kind]
    made = struct(name or _name(kind), members(kind, omit, instead or {}), tag)
    if plain:
        _strict[kind] = made
    return made


_PREFIXES = {"domain.session": "Session"}
"""Several features have a Team or an AwardMatch; in the document each schema has a name of its own."""


def _name(kind: type[Any]) -> str:
    return _PREFIXES.get(kind.__module__.rpartition(".")[0], "") + kind.__name__


_strict: dict[type[Any], type[msgspec.Struct]] = {}
_tagged: dict[type[Any], type[msgspec.Struct]] = {}


def limited(hint: Any, name: str) -> Any:
    """A type of the domain with its limits: ``str`` as a string of so many characters, and so on."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _union(get_args(hint), name)
    if origin is Literal:
        return hint
    if origin is tuple:
        arms = get_args(hint)
        if arms[-1] is not Ellipsis:
            return tuple[tuple(limited(arm, name) for arm in arms)]  # type: ignore[misc]
        longest = LONGEST_LISTS.get(name, LONGEST_LIST)
        return Annotated[tuple[limited(arms[0], name), ...], Meta(max_length=longest)]
    if origin is dict:
        key, value = get_args(hint)
        return Annotated[dict[key, limited(value, name)], Meta(max_length=LONGEST_LIST)]  # type: ignore[valid-type]
    if hint in _BY_TYPE:
        return _BY_TYPE[hint](name)
    if is_dataclass(hint):
        return strict(hint)  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    raise TypeError(f"no limit is known for {hint} ({name})")


def _union(arms: tuple[Any, ...], name: str) -> Any:
    several = sum(is_dataclass(arm) for arm in arms) > 1
    known = tuple(_one_of(arm) if several and is_dataclass(arm) else limited(arm, name) for arm in arms)
    return Union[known]  # noqa: UP007


def _one_of(kind: Any) -> type[msgspec.Struct]:
    if kind not in _tagged:
        own: Any = next((each.default for each in fields(kind) if each.name == "kind"), None)
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()
        _tagged[kind] = strict(kind, ("kind",), tag=own or words)
    return _tagged[kind]


def _integer(name: str) -> Any:
    least, most = RANGES.get(name, (0, MOST))
    return Annotated[int, Meta(ge=least, le=most)]


def _float(name: str) -> Any:
    return Annotated[float, METRES if name.endswith("_metres") else Meta(ge=0, le=10_000_000)]


_BY_TYPE: dict[Any, Callable[[str], Any]] = {
    str: lambda name: _TEXT if name in TEXTS else _STRING,
    int: _integer,
    float: _float,
    bool: lambda _: bool,
    type(None): lambda _: None,
    datetime: lambda _: Annotated[datetime, Meta(tz=True)],
    date: lambda _: date,
    time: lambda _: Annotated[time, Meta(tz=False)],
    Fraction: lambda _: Annotated[str, FRACTION],
}


def members(
    kind: type[Any], omit: tuple[str, ...] = (), instead: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """The fields of a dataclass as a Struct is defined by: name, type with limits, default."""
    hints = get_type_hints(kind)
    found: list[tuple[Any, ...]] = []
    for each in fields(kind):
        if each.name in omit:
            continue
        if instead and isinstance(instead.get(each.name), tuple):
            found.append((each.name, *instead[each.name]))
            continue
        named = instead.get(each.name) if instead else None
        member = (each.name, named or _limited_field(hints[each.name], each.name, each.default))
        if each.default is not MISSING:
            member = (*member, each.default)
        elif each.default_factory is not MISSING:
            member = (*member, msgspec.field(default_factory=each.default_factory))
        found.append(member)
    return found


def _limited_field(hint: Any, name: str, default: Any) -> Any:
    """A string whose default is empty may be given as empty too."""
    if hint is str and default == "":
        return Annotated[str, Meta(max_length=LONGEST_TEXT if name in TEXTS else LONGEST_STRING)]
    return limited(hint, name)


def struct(name: str, members: list[tuple[Any, ...]], tag: str | None = None) -> type[msgspec.Struct]:
    """A Struct that refuses unknown fields."""
    kind = {"tag_field": "kind", "tag": tag} if tag else {}
    return msgspec.defstruct(name, members, forbid_unknown_fields=True, kw_only=True, **kind)  # type: ignore[call-overload]


def enumeration(names: Any) -> Any:
    """One of these words."""
    return Literal[tuple(names)]
