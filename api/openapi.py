"""How the operations read in OpenAPI: parameters, bodies, answers, security."""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from contracts.codes import CODES

SCHEMAS = "#/components/schemas/"

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. Rely on `code`; some codes add members of their own.",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id", "doc_url"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "doc_url": {"type": "string"},
        "param": {"type": "string", "description": "The field or parameter at fault."},
        "pointer": {"type": "string", "description": "The same as a JSON pointer into the body."},
        "rule": {"type": "string", "description": "The Law or playing condition that is against it."},
        "umpires_may_allow": {
            "type": "boolean",
            "description": "Whether a reason in `umpire_decision` would let it stand.",
        },
        "index": {"type": "integer", "description": "Which ball of a batch."},
        "context": {"type": "object", "additionalProperties": True},
        "current_version": {"type": "integer"},
    },
}


def path(name: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """A word in the address."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", **(schema or {})}}


def identifier(name: str) -> dict[str, Any]:
    """An id in the address."""
    return path(name, {"format": "uuid"})


def header(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    """A header parameter."""
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string", "maxLength": 255},
    }


MATCH_ID = identifier("match_id")


def query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    """A query parameter."""
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def at(noun: str) -> dict[str, Any]:
    """As it was at some moment."""
    versions: dict[str, Any] = {"type": "integer", "minimum": 1}
    schema = {"oneOf": [versions, {"type": "string", "format": "date-time"}], "example": 17}
    return query("at", schema, f"The {noun} as it was at this version, or at this time (with its zone).")


def expand(*names: str) -> dict[str, Any]:
    """What may be added to an answer, separated by commas."""
    of = {"type": "array", "items": {"type": "string", "enum": list(names)}}
    return {**query("expand", of, "Adds these to the answer."), "style": "form", "explode": False}


IDEMPOTENCY_KEY = header(
    "Idempotency-Key",
    "Yours to choose; the same key with the same body gets the first answer again.",
    required=True,
)
OPTIONAL_KEY = {**IDEMPOTENCY_KEY, "required": False}
IF_MATCH = header("If-Match", "Carry out only if it is at this version.")
IF_NONE_MATCH = header("If-None-Match", "The ETag you hold: answers 304 if nothing has changed.")


def ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": SCHEMAS + name}


def body(name: str, example: Any) -> dict[str, Any]:
    """A required JSON body."""
    return {
        "required": True,
        "content": {"application/json": {"schema": ref(name), "example": example}},
    }


def answers(success: dict[str, Any], *statuses: int, status: int = 200) -> dict[str, Any]:
    """The answers of an operation: its success, and the problems it may answer with."""
    titles: dict[int, list[str]] = {}
    for code, known in CODES.items():
        titles.setdefault(known.status, []).append(f"`{code}`")
    problem = {"application/problem+json": {"schema": ref("Problem")}}
    return {
        str(status): success,
        **{
            str(each): {"description": ", ".join(titles[each]), "content": problem}
            for each in sorted({*statuses, 401, 403, 429, 500, 503})
        },
    }


def json_answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A successful JSON answer."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def install(app: FastAPI, bodies: list[type[Any]]) -> None:
    """Let ``app`` document the routes it has now, with the schemas of ``bodies``."""
    routes = list(app.routes)

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=routes
            )
            _, components = msgspec.json.schema_components(bodies, ref_template=SCHEMAS + "{name}")
            known = described.setdefault("components", {})
            # Through JSON, since defaults are tuples and the like.
            known["schemas"] = {**msgspec.json.decode(msgspec.json.encode(components)), "Problem": PROBLEM}
            known["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
