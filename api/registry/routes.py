"""The operations on the registers: the same for each of them."""

from typing import Any

from api import openapi as o
from api.lines import MOST_LINES, csv_example
from api.operations import CSV, Endpoint, Operation
from api.paging import PARAMETERS
from api.reading import reading
from api.registry.bodies import EntryBody
from api.registry.endpoints import RegisterEndpoints
from api.registry.registers import REGISTERS, Register

_SECURITY = [{"bearer": []}]
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}
_WRITE = (400, 404, 409, 412, 413, 415, 422)
_BODIES = {register.kind: EntryBody(register) for register in REGISTERS}
_ENTRY = {"type": "object", "additionalProperties": True}

STRUCTS: list[type[Any]] = [
    each for body in _BODIES.values() for each in (body.struct, body.create, body.put, body.patch, body.bulk)
]


def _operations(register: Register) -> list[Operation]:
    body, kind, plural = _BODIES[register.kind], register.kind, register.plural
    serve = RegisterEndpoints(body)
    all_, one = f"/v1/{plural}", f"/v1/{plural}/{{id}}"
    example = register.example
    put = {name: value for name, value in example.items() if name != "id"}
    success = o.json_answer(f"The {kind}", _ENTRY)

    def operation(
        verb: str,
        method: str,
        path: str,
        summary: str,
        endpoint: Endpoint,
        parameters: list[dict[str, Any]],
        asked: dict[str, Any] | None = None,
        status: int = 200,
        made: bool = False,
    ) -> Operation:
        answers = o.answers(success, *_WRITE, status=status)
        return Operation(
            id=f"{verb}_{kind if verb != 'bulk' else plural}",
            method=method,
            path=path,
            summary=summary,
            description=" ".join((endpoint.__doc__ or "").split()),
            endpoint=endpoint,
            tag="registers",
            status=status,
            openapi={
                "security": _SECURITY,
                "parameters": parameters,
                **({"requestBody": asked} if asked else {}),
                "responses": {**answers, "201": success} if made else answers,
            },
        )

    key, maybe_key, match = o.IDEMPOTENCY_KEY, o.OPTIONAL_KEY, o.IF_MATCH
    return [
        operation(
            "register", "POST", all_, f"Register a {kind}", serve.create, [key],
            o.body(body.create.__name__, example), 201,
        ),
        operation(
            "bulk", "POST", f"{all_}:bulk", f"Register or replace up to {MOST_LINES} {plural}", serve.bulk, [key],
            _bulk(register, body),
        ),
        reading(f"list_{plural}", all_, f"The {plural} by name", serve.list, *_LISTING, tag="registers"),
        reading(f"get_{kind}", one, f"A {kind}", serve.get, tag="registers"),
        operation(
            "put", "PUT", one, f"Register or replace a {kind}", serve.put, [_ID, maybe_key, match],
            o.body(body.put.__name__, put), made=True,
        ),
        operation(
            "patch", "PATCH", one, f"Change some fields of a {kind}", serve.patch, [_ID, match],
            o.body(body.patch.__name__, {"name": example["name"]}),
        ),
        operation("archive", "POST", f"{one}:archive", f"Archive a {kind}", serve.archive, [_ID, key, match]),
        operation("restore", "POST", f"{one}:restore", f"Restore a {kind}", serve.restore, [_ID, key, match]),
    ]  # fmt: skip


_LISTING = (
    o.query("search", {"type": "string", "maxLength": 200}, "Part of the name or id."),
    o.query("archived", {"type": "boolean", "default": False}, "Archived ones too."),
    *PARAMETERS,
)


def _bulk(register: Register, body: EntryBody) -> dict[str, Any]:
    asked = o.body(body.bulk.__name__, {register.plural: [register.example]})
    if register.columns:
        text = csv_example(register.columns, register.example)
        asked["content"][CSV] = {"schema": {"type": "string"}, "example": text}
    return asked


OPERATIONS: tuple[Operation, ...] = tuple(
    operation for register in REGISTERS for operation in _operations(register)
)
