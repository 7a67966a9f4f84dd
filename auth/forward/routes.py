"""The door over HTTP: what Traefik asks, and what it shows to callers when it cannot serve them."""

import re

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.errors import Problem, as_problem
from auth.forward import metrics
from auth.forward.door import LOGGED_PATH, REQUEST_ID, Door, Refusal, logged_path
from auth.forward.metrics import text as metrics_text

FORWARD_AUTH = "/internal/forward-auth"
PROBLEMS = "/internal/problems"
STATUSES = {
    "404": "not_found",
    "413": "body_too_large",
    "503": "service_unavailable",
    "504": "service_too_slow",
}
"""What the gateway itself refuses with, by the status in the path."""
DETAILS = {
    "not_found": "there is nothing at this address",
    "body_too_large": "no request may be that large",
    "service_unavailable": "the service behind this address cannot be reached at the moment; come again",
    "service_too_slow": "the service behind this address has not answered in time; whether it has done what was "
    "asked is not known: repeat the request with the same Idempotency-Key",
}
WAIT = {"service_unavailable": "1", "service_too_slow": "1"}
log = structlog.get_logger("gateway")
UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


async def forward_auth(request: Request) -> Response:
    """May this request pass?"""
    door: Door = request.app.state.door
    try:
        answer = await door.decide(request.headers)
    except Exception as error:  # nobody is let through because the door has failed
        log.error("the door failed", exc_info=error)
        path = logged_path(request.headers.get("x-forwarded-uri", "/"))
        answer = Refusal(as_problem(error), request.headers.get(REQUEST_ID, ""), path)
    if isinstance(answer, Refusal):
        response = answer.problem.response(instance=answer.path, request_id=answer.request_id)
        response.raw_headers.append((b"x-logged-path", answer.path.encode("latin-1", "replace")))
        return response
    return Response(status_code=200, headers={n: UNPRINTABLE.sub("?", v) for n, v in answer.items()})


async def gateway_problem(request: Request) -> Response:
    """A problem of the gateway's own, for a request that did not get as far as a service."""
    code = STATUSES.get(request.path_params["status"], "service_unavailable")
    headers = {"retry-after": WAIT[code]} if code in WAIT else {}
    told = (request.headers.get(name) for name in ("x-replaced-path", "x-forwarded-uri", LOGGED_PATH))
    at = logged_path(next(filter(None, told), "/"))
    problem = Problem(code, DETAILS[code], headers=headers)
    return problem.response(instance=at, request_id=request.headers.get(REQUEST_ID, ""))


async def healthz(_: Request) -> Response:
    """The process answers."""
    return Response(msgspec.json.encode({"status": "ok"}), media_type="application/json")


async def scrape(_: Request) -> Response:
    """What was counted since the process started."""
    return Response(metrics_text(), media_type=metrics.CONTENT_TYPE)


ROUTES = (
    Route(FORWARD_AUTH, forward_auth, methods=["GET"]),
    Route(
        f"{PROBLEMS}/{{status}}",
        gateway_problem,
        methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    ),
    Route("/healthz", healthz, methods=["GET"]),
    Route("/metrics", scrape, methods=["GET"]),
)
"""None of them is reached from outside: the gateway has no router to them."""
