"""Commands that workflows carry out, as operations: one row each, and everything else follows from the row.

What a body says is checked here, by a schema made from the command; the command itself is made where it is
decided (``contracts.codec.decode_command``), so what travels is its JSON.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api import openapi as o
from api.errors import Problem
from api.http import expected_version, idempotency_key, json_answer
from api.operations import Operation, principal, read_body, request_id_of
from api.rows import CommandRow
from api.services import Services, services
from api.strict import checked, members, strict, struct
from contracts.codec import decode_command
from contracts.identity import ADMIN, ORGANISER
from contracts.work import (
    PAYMENT,
    SESSION,
    TOURNAMENT,
    Aggregate,
    Done,
    Progress,
    WireCommand,
    WireDue,
    session_stream_id,
)
from handlers.stream import StreamHandler
from workflows.refusal import WorkflowRefused

Data = dict[str, Any]
Complete = Callable[[Services, Data], Data]
Endpoint = Callable[[Request], Awaitable[Response]]
LONGEST_NAME = 200
WRITE_STATUSES = (400, 404, 409, 412, 413, 415, 422)


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRow(CommandRow):
    """``caller`` is the field that holds who calls, ``clock`` those that only the clock sets. ``organisers`` are
    fields that others must leave alone. ``team``: a captain may send it only for their own team (the field
    ``team``). ``person``: whoever is no organiser only for themselves (the field ``person``).
    ``teamless``: the roles of which one is needed to leave ``team`` out, and so to speak for no side.
    ``instead`` has other types for some fields, ``extra`` further fields, and ``complete`` makes the command's
    out of them.
    """

    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """How the address spells what a field may be ("roster-lock")."""
    caller: str = ""
    clock: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    team: bool = False
    person: bool = False
    teamless: frozenset[str] = frozenset()
    instead: Mapping[str, Any] = field(default_factory=dict[str, Any])
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    complete: Complete | None = None
    limit: int = 64 * 1024

    @property
    def unsaid(self) -> tuple[str, ...]:
        """The fields that no body has."""
        return (*self.addressed, *self.clock, *((self.caller,) if self.caller else ()))


class NextBody(msgspec.Struct):
    """Something that happens by itself: ``at`` in real time, ``due_at`` in the tournament's."""

    name: str
    subject: str
    at: Any
    due_at: Any


class DoneBody(msgspec.Struct):
    """The answer to a command: the events it made, the phase after it, and what happens next."""

    id: UUID
    version: int
    first_version: int
    events: tuple[str, ...]
    phase: str
    next: tuple[NextBody, ...]


class WireBody:
    """Reads the body of one row. ``struct`` is its schema."""

    def __init__(self, row: WireRow, prefix: str) -> None:
        self.row = row
        if row.unsaid or row.extra or row.instead:
            own = [*row.extra.items(), *members(row.command, omit=row.unsaid, instead=row.instead)]
            self.struct = struct(f"{prefix}{row.command.__name__}", own)
        else:
            self.struct = strict(row.command)
        self._check = msgspec.json.Decoder(self.struct)

    def decode(self, raw: bytes, known: Services) -> Data:
        """The fields that the body says, as JSON. Raises Problem (400, 422)."""
        body = checked(self._check.decode, raw)
        if self.row.complete is None:
            return msgspec.json.decode(raw)
        return self.row.complete(known, msgspec.to_builtins(body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """What rows are of: the kind of aggregate, where it is addressed and by which parameter.

    ``prefix`` begins the names of its schemas. ``own_team`` raises unless the caller is the team's captain.
    """

    kind: str
    path: str
    parameter: str
    prefix: str
    tag: str
    own_team: Callable[[Request, UUID, str], Awaitable[None]] | None = None


def aggregate_of(request: Request, feature: Feature) -> Aggregate:
    """What the address names. Raises Problem (404) for what is no id at all."""
    return Aggregate(
        kind=feature.kind, tenant_id=principal(request).tenant_id, id=id_in(request, feature.parameter)
    )


def id_in(request: Request, parameter: str) -> UUID:
    """The id in the address. Raises Problem (404) for what is none."""
    said = request.path_params[parameter]
    try:
        return UUID(said)
    except ValueError:
        kind = parameter.removesuffix("_id")
        raise Problem(f"{kind}_not_found", f"there is no {kind} {said[:40]!r}") from None


def endpoint(feature: Feature, row: WireRow, body: WireBody) -> Endpoint:
    """The endpoint of one row."""

    async def serve(request: Request) -> Response:
        aggregate = aggregate_of(request, feature)
        key = idempotency_key(request, required=row.method == "POST")
        expected = expected_version(request)
        raw = await read_body(request, row.limit)
        data = {**body.decode(raw or b"{}", services(request)), **_addressed(request, row)}
        if row.caller:
            data[row.caller] = principal(request).subject
        await _admit(request, feature, row, aggregate, data)
        done = await carry_out(request, aggregate, wire_command(request, row.command, data, key, expected))
        return answered(aggregate.id, done)

    return serve


async def carry_out(request: Request, aggregate: Aggregate, command: WireCommand) -> Done:
    """Have the workflow carry out a command. One that is closed answers nothing any more: what was carried out
    before, the command that closed it among them, is then answered from the store. Raises WorkflowRefused."""
    known = services(request)
    try:
        return await known.workflows.execute(aggregate, command)
    except WorkflowRefused as refused:
        done = None
        if refused.code == f"{aggregate.kind}_closed":
            done = await _carried_out(known, aggregate, command)
        if done is None:
            raise
        return done


async def _carried_out(known: Services, aggregate: Aggregate, command: WireCommand) -> Done | None:
    streams: dict[str, tuple[StreamHandler[Any, Any, Any, Any], UUID]] = {
        TOURNAMENT: (known.tournaments, aggregate.id),
        SESSION: (known.sessions, session_stream_id(aggregate.id)),
        PAYMENT: (known.payments, aggregate.id),
    }
    handler, stream_id = streams[aggregate.kind]
    ack = await handler.first_answer(
        aggregate.tenant_id,
        stream_id,
        (decode_command(aggregate.kind, command.type, command.data),),
        idempotency_key=command.idempotency_key,
    )
    if ack is None:
        return None
    progress = Progress(version=ack.version, phase=ack.summary, finished=True)
    return Done(
        version=ack.version,
        first_version=ack.first_version,
        events=ack.events,
        repeated=True,
        progress=progress,
    )


def wire_command(
    request: Request, command: type[Any], data: Data, key: str, expected: int | None = None
) -> WireCommand:
    """A command as it travels."""
    return WireCommand(
        type=command.__name__,
        data=data,
        idempotency_key=key,
        subject=principal(request).subject,
        request_id=request_id_of(request),
        expected_version=expected,
    )


def answered(id_: UUID, done: Done, status: int = 200, **more: Any) -> Response:
    """What was done as HTTP: the version is the ETag."""
    headers = {"etag": f'"{done.version}"'}
    if done.repeated:
        headers["idempotent-replayed"] = "true"
    body = DoneBody(
        id_,
        done.version,
        done.first_version,
        tuple(done.events),
        done.progress.phase,
        dues(done.progress.dues),
    )
    return json_answer({**msgspec.to_builtins(body), **more}, status, headers)


def dues(found: tuple[WireDue, ...]) -> tuple[NextBody, ...]:
    """What happens next, as answers have it."""
    return tuple(NextBody(due.name, due.subject, due.at, due.due_at) for due in found)


def organises(request: Request) -> bool:
    """Whether the caller may do everything in the league."""
    return not principal(request).roles.isdisjoint((ADMIN, ORGANISER))


def _addressed(request: Request, row: WireRow) -> Data:
    said: Data = {}
    for name in row.addressed:
        word = request.path_params[name]
        if name in row.words:
            if word not in row.words[name]:
                known = ", ".join(row.words[name])
                raise Problem("not_found", f"there is no {name} {word[:40]!r}; there are {known}")
            word = row.words[name][word]
        elif len(word) > LONGEST_NAME or "\x00" in word:
            raise Problem("not_found", f"there is no {name} {word[:40]!r}")
        said[name] = word
    return said


async def _admit(request: Request, feature: Feature, row: WireRow, aggregate: Aggregate, data: Data) -> None:
    """Raises Problem (403) for what only an organiser or an official may say, or only for their own team or person."""
    if organises(request):
        return
    for name in row.organisers:
        if data.get(name):
            raise Problem("role_missing", f"only an organiser may say {name}", members={"param": name})
    if row.person and data["person"] != principal(request).subject:
        raise Problem("not_yours", f"only {data['person']} can say this, or an organiser")
    if row.teamless and not data.get("team") and principal(request).roles.isdisjoint(row.teamless):
        needed = ", ".join(sorted(row.teamless))
        raise Problem(
            "role_missing",
            f"say for which team, or have one of these roles: {needed}",
            members={"param": "team"},
        )
    if row.team and feature.own_team is not None:
        await feature.own_team(request, aggregate.id, data["team"])


def operation(feature: Feature, row: WireRow, body: WireBody) -> Operation:
    """A row as an operation."""
    key = o.IDEMPOTENCY_KEY if row.method == "POST" else o.OPTIONAL_KEY
    said = [
        o.path(name, {"enum": list(row.words[name])} if name in row.words else {}) for name in row.addressed
    ]
    return Operation(
        id=row.operation,
        method=row.method,
        path=feature.path + row.path,
        summary=row.summary,
        description=" ".join((row.command.__doc__ or "").split()).replace("``", "`"),
        endpoint=endpoint(feature, row, body),
        tag=feature.tag,
        openapi={
            "security": [{"bearer": []}],
            "parameters": [o.identifier(feature.parameter), *said, key, o.IF_MATCH],
            "requestBody": o.body(body.struct.__name__, row.example),
            "responses": o.answers(DONE, *WRITE_STATUSES),
        },
    )


DONE = o.json_answer("What was done, and what happens next", o.ref("DoneBody"))
