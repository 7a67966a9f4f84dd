"""The operations on personal data."""

from api import openapi as o
from api.operations import Endpoint, Operation
from api.privacy import endpoints
from api.wire import WRITE_STATUSES

TAG = "privacy"
STRUCTS = endpoints.STRUCTS
_PERSON = o.path("person", {"maxLength": endpoints.LONGEST_PERSON})
_LINES = {endpoints.NDJSON: {"schema": {"type": "string"}}}


def _export(id_: str, path: str, summary: str, endpoint: Endpoint, *named: dict[str, object]) -> Operation:
    return Operation(
        id=id_,
        method="GET",
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag=TAG,
        openapi={
            "security": [{"bearer": []}],
            "parameters": [*named],
            "responses": o.answers({"description": summary, "content": _LINES}, 404),
        },
    )


OPERATIONS: tuple[Operation, ...] = (
    _export("export_tenant", "/v1/tenant/export", "All that the league has", endpoints.export_tenant),
    _export(
        "export_person",
        "/v1/persons/{person}/export",
        "All that the league has about a person",
        endpoints.export_person,
        _PERSON,
    ),
    Operation(
        id="erase_person",
        method="POST",
        path="/v1/persons/{person}:erase",
        summary="Forget a person's name",
        description=" ".join((endpoints.erase_person.__doc__ or "").split()),
        endpoint=endpoints.erase_person,
        tag=TAG,
        openapi={
            "security": [{"bearer": []}],
            "parameters": [_PERSON, o.IDEMPOTENCY_KEY],
            "requestBody": o.body(endpoints.ErasePersonBody.__name__, {"texts": ["Virat Kohli"]}),
            "responses": o.answers(
                o.json_answer("It is done", o.ref(endpoints.ErasedPersonBody.__name__)), *WRITE_STATUSES
            ),
        },
    ),
)
