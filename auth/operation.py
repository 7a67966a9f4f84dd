"""The operations of the Auth Service, documented as those of the API are."""

import re
from dataclasses import replace
from typing import Any

import msgspec

from api import openapi as o
from api.operations import Endpoint, Operation
from api.reading import reading

ALL = "/v1/auth"


def parameters_in(path: str) -> list[dict[str, Any]]:
    """The ids in an address."""
    return [o.identifier(name) for name in re.findall(r"\{(\w+)\}", path)]


def asking(
    id_: str,
    method: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    *,
    tag: str,
    body: type[msgspec.Struct] | None = None,
    example: Any = None,
    answer: type[msgspec.Struct] | None = None,
    status: int = 200,
    refusals: tuple[int, ...] = (),
    key: bool = False,
    if_match: bool = False,
    public: bool = False,
) -> Operation:
    """An operation that changes something. ``answer`` None: it has no content. ``key``: it takes an Idempotency-Key,
    and needs it; what takes none can be asked again by its nature. ``refusals``: statuses besides the usual."""
    usual = (400, 413, 415, 422) if body else (400,) if key else ()
    success = o.json_answer(summary, o.ref(answer.__name__)) if answer else {"description": summary}
    said: dict[str, Any] = {
        "security": [] if public else [{"bearer": []}],
        "parameters": [
            *parameters_in(path),
            *([o.IDEMPOTENCY_KEY] if key else []),
            *([o.IF_MATCH] if if_match else []),
        ],
        "responses": o.answers(success, *usual, *refusals, status=status if answer else 204),
    }
    if body is not None:
        said["requestBody"] = o.body(body.__name__, example)
    return Operation(
        id=id_,
        method=method,
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()).replace("``", "`"),
        endpoint=endpoint,
        tag=tag,
        status=status if answer else 204,
        openapi=said,
    )


def telling(
    id_: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    *parameters: dict[str, Any],
    tag: str,
    answer: type[msgspec.Struct],
) -> Operation:
    """An operation that reads, with the schema of what it answers."""
    found = reading(id_, path, summary, endpoint, *parameters, tag=tag)
    success = o.json_answer(summary, o.ref(answer.__name__))
    responses = {**found.openapi["responses"], "200": success}
    return replace(found, openapi={**found.openapi, "responses": responses})
