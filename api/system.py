"""Health, metrics, the events as AsyncAPI, and what the error codes mean."""

from functools import cache

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api import metrics
from api.errors import Problem
from api.openapi import ref
from api.operations import Operation
from api.services import services
from contracts.codes import CODES, REFUSALS, status_of, title_of
from contracts.committed import ASYNCAPI


async def healthz(request: Request) -> Response:
    """The process answers."""
    return Response(b'{"status":"ok"}', media_type="application/json")


async def readyz(request: Request) -> Response:
    """The process can serve: the store answers, to the right role, and tokens can be verified."""
    await services(request).ready()
    return Response(b'{"status":"ready"}', media_type="application/json")


async def scrape(request: Request) -> Response:
    """What was counted since the process started."""
    return Response(metrics.text(), media_type=metrics.CONTENT_TYPE_LATEST)


async def get_problem(request: Request) -> Response:
    """What a code means."""
    code = request.path_params["code"]
    if code not in CODES and code not in REFUSALS:
        raise Problem("problem_not_found", f"no error has the code {code[:100]!r}")
    body = {"code": code, "status": status_of(code), "title": title_of(code)}
    return Response(msgspec.json.encode(body), media_type="application/json")


async def asyncapi(request: Request) -> Response:
    """The events on Kafka, as an AsyncAPI document."""
    return Response(_asyncapi(), media_type="application/json", headers={"Cache-Control": "max-age=300"})


@cache
def _asyncapi() -> bytes:
    return ASYNCAPI.read_bytes()


OPERATIONS = (
    Operation(
        id="healthz", method="GET", path="/healthz", summary="Is it up", endpoint=healthz, tag="system"
    ),
    Operation(
        id="readyz", method="GET", path="/readyz", summary="Can it serve", endpoint=readyz, tag="system"
    ),
    Operation(id="metrics", method="GET", path="/metrics", summary="Metrics", endpoint=scrape, tag="system"),
    Operation(
        id="asyncapi",
        method="GET",
        path="/asyncapi.json",
        summary="The events on Kafka, as AsyncAPI",
        endpoint=asyncapi,
        tag="system",
    ),
    Operation(
        id="get_problem",
        method="GET",
        path="/problems/{code}",
        summary="What an error code means",
        endpoint=get_problem,
        tag="system",
        openapi={
            "parameters": [{"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {
                "404": {
                    "description": "`problem_not_found`",
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
            },
        },
    ),
)
