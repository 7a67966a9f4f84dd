"""Operations that read: the same headers and answers for each of them."""

import re
from typing import Any

from api import openapi as o
from api.operations import Endpoint, Operation

_CALENDAR = {"text/calendar": {"schema": {"type": "string"}}}
_CSV = {"text/csv": {"schema": {"type": "string"}}}
_JSON = {"application/json": {"schema": {"type": "object", "additionalProperties": True}}}
_FORMATS = {"ics": _CALENDAR, "csv": _CSV}
_UNCHANGED = {"description": "What the client holds (`If-None-Match`) is what there is."}


def reading(
    id_: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    *parameters: dict[str, Any],
    tag: str,
    public: bool = False,
    refusals: tuple[int, ...] = (),
) -> Operation:
    """A GET. What the path names are its parameters; every answer has an ETag but CSV, which is written while it is
    sent. ``refusals``: statuses besides 400 and 404."""
    named = [
        o.identifier(name) if name.endswith("_id") else o.path(name)
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    tagged = not path.endswith(".csv")
    content = _FORMATS.get(path.rpartition(".")[2], _JSON)
    success = {"description": summary, "content": content}
    return Operation(
        id=id_,
        method="GET",
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag=tag,
        openapi={
            "security": [] if public else [{"bearer": []}],
            "parameters": [*named, *parameters, *([o.IF_NONE_MATCH] if tagged else [])],
            "responses": {
                **o.answers(success, 400, 404, *refusals),
                **({"304": _UNCHANGED} if tagged else {}),
            },
        },
    )
