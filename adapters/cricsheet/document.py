"""Reading a Cricsheet file, and what can be wrong with one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from adapters.cricsheet.ending import OUTCOME_KEYS, Ending, ending_of
from adapters.cricsheet.format import (
    DeliveryPart,
    Info,
    InningsPart,
    Match,
    OverPart,
    Runs,
    WicketPart,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a file: innings from 1, over from 0 and ball from 1, as printed in "14.3"; None: as a whole."""

    innings: int | None = None
    over: int | None = None
    ball: int | None = None

    def __str__(self) -> str:
        words = (("innings", self.innings), ("over", self.over), ("ball", self.ball))
        return ", ".join(f"{word} {value}" for word, value in words if value is not None)


@dataclass(slots=True)
class SourceProblem(Exception):
    """A file that cannot be scored: which, where and why, in one line."""

    file: str
    place: Place
    reason: str

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        return f"{self.file}: {where}{' '.join(self.reason.split())}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something odd that did not stop the scoring.

    ``kind`` is stable: it is what notes are counted by. ``source_error``: the file is wrong or leaves
    something out, as against what was played against the Laws.
    """

    place: Place
    kind: str
    text: str
    source_error: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: ``name`` is its stem, ``match`` what was played, ``ending`` how play ended,
    ``notes`` what was odd in it."""

    name: str
    match: Match
    ending: Ending
    notes: tuple[Note, ...] = ()


_DECODER = msgspec.json.Decoder(Match)
_RAW = msgspec.json.Decoder()
_INDEX = re.compile(r"\$\.innings\[(\d+)\](?:\.overs\[(\d+)\])?(?:\.deliveries\[(\d+)\])?")
_EXTRAS = {"wides", "noballs", "byes", "legbyes", "penalty"}


def read(path: Path) -> Document:
    """Read and check one file. Raises :class:`SourceProblem`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceProblem(str(path), Place(), f"cannot be read: {error.strerror}") from error
    return parse(data, path.stem, str(path))


def parse(data: bytes, name: str, file: str | None = None) -> Document:
    """Check the text of a file called ``file`` (default: ``name``). Raises :class:`SourceProblem`."""
    file = file or name
    try:
        match = _DECODER.decode(data)
        raw = _RAW.decode(data)
        ending = ending_of(raw)
    except msgspec.ValidationError as error:
        raise SourceProblem(file, _place(str(error)), str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceProblem(file, Place(), f"is not JSON: {error}") from error
    for place, reason in _contradictions(match):
        raise SourceProblem(file, place, reason)
    return Document(name, match, ending, tuple(unknown_keys(raw)))


def _place(message: str) -> Place:
    """The place in a message of msgspec: over and ball by their index, as the file could not be read."""
    found = _INDEX.search(message)
    if found is None:
        return Place()
    innings, over, ball = (None if index is None else int(index) for index in found.groups())
    return Place(
        innings=None if innings is None else innings + 1, over=over, ball=None if ball is None else ball + 1
    )


def _contradictions(match: Match) -> Iterator[tuple[Place, str]]:
    """Where the file says two things that cannot both be true."""
    info = match.info
    if info.teams[0] == info.teams[1]:
        yield Place(), f"both teams are called {info.teams[0]!r}"
    for team in info.teams:
        if team not in info.players:
            yield Place(), f"no players are given for {team!r}"
    for number, innings in enumerate(match.innings, 1):
        if innings.team not in info.teams:
            yield Place(innings=number), f"{innings.team!r} does not play in this match"
        last = -1
        for over in innings.overs:
            if over.over <= last:
                yield Place(innings=number, over=over.over), f"over {over.over} comes after over {last}"
            last = over.over
            for ball, delivery in enumerate(over.deliveries, 1):
                reason = _wrong_sum(delivery)
                if reason:
                    yield Place(innings=number, over=over.over, ball=ball), reason


def _wrong_sum(delivery: DeliveryPart) -> str | None:
    runs, extras = delivery.runs, delivery.extras
    if runs.batter + runs.extras != runs.total:
        return f"runs do not add up: {runs.batter} off the bat and {runs.extras} extras are not {runs.total}"
    if sum(extras.values()) != runs.extras:
        return f"extras do not add up: {dict(extras)} are not {runs.extras}"
    if not extras.keys() <= _EXTRAS:
        return f"unknown kind of extras: {', '.join(sorted(extras.keys() - _EXTRAS))}"
    return None


def _keys(part: type[Struct], *others: str) -> frozenset[str]:
    return frozenset(part.__struct_encode_fields__) | set(others)


_TOP = _keys(Match, "meta")
_INFO = _keys(Info, "outcome", "match_type_number", "officials", "player_of_match", "missing")
_INNINGS, _OVER, _DELIVERY = _keys(InningsPart), _keys(OverPart), _keys(DeliveryPart)
_WICKET, _RUNS = _keys(WicketPart), _keys(Runs)


def unknown_keys(raw: Mapping[str, Any]) -> Iterator[Note]:
    """A note for every key the format does not have; the same key of many balls makes one note."""
    seen: dict[str, tuple[Place, int]] = {}

    def look(where: str, given: Mapping[str, Any], known: frozenset[str], place: Place) -> None:
        for key in given.keys() - known:
            first, count = seen.get(f"{where}.{key}", (place, 0))
            seen[f"{where}.{key}"] = (first, count + 1)

    look("match", raw, _TOP, Place())
    look("info", raw["info"], _INFO, Place())
    look("outcome", raw["info"].get("outcome", {}), OUTCOME_KEYS, Place())
    for number, innings in enumerate(raw.get("innings", ()), 1):
        look("innings", innings, _INNINGS, Place(innings=number))
        for over in innings.get("overs", ()):
            if not over.keys() <= _OVER:
                look("over", over, _OVER, Place(innings=number, over=over["over"]))
            for ball, delivery in enumerate(over["deliveries"], 1):
                if (
                    delivery.keys() <= _DELIVERY
                    and delivery["runs"].keys() <= _RUNS
                    and "wickets" not in delivery
                ):
                    continue
                place = Place(innings=number, over=over["over"], ball=ball)
                look("delivery", delivery, _DELIVERY, place)
                look("runs", delivery["runs"], _RUNS, place)
                for wicket in delivery.get("wickets", ()):
                    look("wicket", wicket, _WICKET, place)
    for name, (place, count) in seen.items():
        times = f", {count} times" if count > 1 else ""
        yield Note(place=place, kind="unknown key", text=f"unknown key {name!r}{times}")
