"""The smallest aggregate a workflow can keep: a box that takes notes until its deadline, then is closed.

It shows how workflows go about time and order without the rules of a tournament in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from activities.aggregates import KeptKind
from contracts.codec import MalformedCommand
from contracts.work import Progress, SessionToOpen, WireDue
from domain.agenda import Due
from domain.clock import REAL
from domain.match.errors import CommandRefused
from handlers.ports import EventStore
from handlers.stream import AggregateKind, StreamAck, StreamHandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Open a session for a match."""

    match_id: UUID
    starts_at: datetime
    arrangement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMany:
    """Open sessions for so many matches at once, known by their numbers."""

    matches: int
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelve:
    """The next phase of a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshelve:
    """The phase before comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    match_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    pass


COMMANDS = {
    kind.__name__: kind for kind in (Make, Move, Note, Hold, HoldMany, Release, Shelve, Unshelve, Close)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a command did is the command."""

    command: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    version: int = 0
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    notes: tuple[str, ...] = ()
    shelved: bool = False
    sessions: tuple[SessionToOpen, ...] = ()


def decide(box: Box, command: Any, now: datetime) -> list[Happened]:
    if box.closed_at is not None and not isinstance(command, Release):
        raise CommandRefused("box_closed", "the box is closed", detail={"since": box.closed_at.isoformat()})
    if isinstance(command, Make) and box.version:
        raise CommandRefused("box_exists", "there is a box already")
    return [Happened(command=type(command).__name__, data=msgspec.to_builtins(command), at=now)]


def evolve(box: Box, event: Happened) -> Box:
    command = msgspec.convert(event.data, COMMANDS[event.command])
    changes: dict[str, Any] = {}
    match command:
        case Make() | Move():
            changes = {"closes_at": command.closes_at}
        case Note():
            changes = {"notes": (*box.notes, command.text)}
        case Hold():
            others = tuple(each for each in box.sessions if each.match_id != command.match_id)
            changes = {"sessions": (*others, _session(command))}
        case HoldMany():
            numbered = (
                Hold(match_id=UUID(int=n), starts_at=command.starts_at) for n in range(command.matches)
            )
            changes = {"sessions": tuple(_session(each) for each in numbered)}
        case Shelve():
            changes = {"shelved": True}
        case Unshelve():
            changes = {"shelved": False}
        case Release():
            left = tuple(each for each in box.sessions if each.match_id != command.match_id)
            changes = {"sessions": left}
        case Close():
            changes = {"closed_at": event.at, "closes_at": None, "sessions": ()}
    return _replace(box, changes)


def _replace(box: Box, changes: Mapping[str, Any]) -> Box:
    known = {name: getattr(box, name) for name in Box.__slots__}
    return Box(**{**known, **changes, "version": box.version + 1})


def _session(command: Hold) -> SessionToOpen:
    return SessionToOpen(
        node=str(command.match_id),
        match_id=command.match_id,
        name="A v B",
        starts_at=command.starts_at,
        arrangement=command.arrangement,
    )


def agenda(box: Box) -> tuple[Due[Any], ...]:
    return (Due(name="closes", at=box.closes_at, command=Close()),) if box.closes_at else ()


def progress(own: UUID, box: Box) -> Progress:
    return Progress(
        version=box.version,
        phase="closed" if box.closed_at else "shelved" if box.shelved else "open",
        finished=box.closed_at is not None,
        dues=tuple(
            WireDue(name=due.name, subject=due.subject, at=due.at, due_at=due.at) for due in agenda(box)
        ),
        sessions=box.sessions,
        details=f"{len(box.notes)} notes",
    )


def _command(name: str, data: Mapping[str, Any]) -> Any:
    if name not in COMMANDS:
        raise MalformedCommand("type", f"no command is called {name!r}")
    return msgspec.convert(data, COMMANDS[name])


def _answer(stream_id: UUID, first: int, names: Sequence[str], box: Box, repeated: bool) -> StreamAck[None]:
    return StreamAck(
        stream_id=stream_id,
        version=box.version,
        first_version=first,
        events=tuple(names),
        summary=None,
        repeated=repeated,
    )


KIND: AggregateKind[Box, Any, Happened, StreamAck[None]] = AggregateKind(
    name="tournament",
    initial=Box,
    decide=decide,
    evolve=evolve,
    encode=msgspec.json.encode,
    decode=lambda name, data, version: msgspec.json.decode(data, type=Happened),
    schema_versions={"Happened": 1},
    answer=_answer,
    encode_command=msgspec.json.encode,
    created_by=(Make,),
)


def kept(store: EventStore) -> KeptKind:
    """A box as a workflow keeps it."""
    return KeptKind(
        handler=StreamHandler(store, KIND),
        command_of=_command,
        agenda=agenda,
        clock=lambda box: REAL,
        progress=progress,
        clock_of_new=lambda command: REAL if isinstance(command, Make) else None,
    )
