"""What every endpoint reads of a request and says in an answer: keys, versions, cursors, parameters."""

import hashlib
import os
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.operations import principal, request_id_of
from contracts.identity import ADMIN, ORGANISER, UMPIRE
from handlers.request import Caller

LONGEST_KEY = 255
LONGEST_PARAMETER = 200

_encoder = msgspec.json.Encoder(enc_hook=str)


def idempotency_key(request: Request, *, required: bool = True) -> str:
    """The ``Idempotency-Key``; a random one where none is required and none given."""
    key = request.headers.get("idempotency-key")
    if key is None:
        if required:
            raise Problem(
                "idempotency_key_missing",
                "send a header Idempotency-Key with a value of your own, and the same one when you repeat "
                "this request",
            )
        return os.urandom(16).hex()
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Problem(
            "idempotency_key_malformed",
            f"Idempotency-Key must be 1 to {LONGEST_KEY} printable ASCII characters",
        )
    return key


def expected_version(request: Request) -> int | None:
    """The version that ``If-Match`` asks for; None without the header or with ``*``."""
    asked = request.headers.get("if-match")
    if asked is None or asked == "*":
        return None
    version = asked.removeprefix("W/").strip('"')
    if not version.isdecimal() or not version.isascii():
        raise Problem(
            "malformed_parameter", 'If-Match must be a version, like "17"', members={"param": "If-Match"}
        )
    return int(version)


def caller(request: Request) -> Caller:
    """Who is noted with the events. Only a scorer is kept from a match that another is scoring."""
    who = principal(request)
    return Caller(
        subject=who.subject,
        request_id=request_id_of(request),
        may_override=not who.roles.isdisjoint((ADMIN, ORGANISER, UMPIRE)),
    )


def versioned(request: Request, version: int | None, body: bytes, cache: str = "private") -> Response:
    """The body with its ETag, or 304 where the client has it already; it is asked for anew each time."""
    return tagged(request, version, body, f"{cache}, no-cache")


def tagged(request: Request, version: int | str | None, body: bytes, cache_control: str) -> Response:
    """The body with its ETag, or 304 where the client has it already. What has no version of its own (None), a
    list say, is told by its content."""
    etag = f'"{hashlib.blake2b(body, digest_size=9).hexdigest() if version is None else version}"'
    headers = {"etag": etag, "cache-control": cache_control}
    held = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    if etag in held or held == ["*"]:
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")


def encode(value: Any) -> bytes:
    """A value as JSON."""
    return _encoder.encode(value)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value as a JSON answer."""
    return Response(_encoder.encode(value), status, headers, "application/json")


def integer(request: Request, name: str, least: int, most: int) -> int | None:
    """A number in the query; None if it is not there. Raises Problem (400)."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
        raise Problem(
            "malformed_parameter",
            f"{name} must be a whole number from {least} to {most}",
            members={"param": name},
        )
    return int(text)


def text(request: Request, name: str) -> str | None:
    """A word in the query; None if it is not there or empty. Raises Problem (400)."""
    said = request.query_params.get(name)
    if said is not None and (len(said) > LONGEST_PARAMETER or "\x00" in said):
        raise malformed(name, f"{name} may have {LONGEST_PARAMETER} characters, and no NUL")
    return said or None


def flag(request: Request, name: str) -> bool:
    """Whether the query says ``true``; false if it is not there. Raises Problem (400)."""
    said = request.query_params.get(name, "false")
    if said not in ("true", "false"):
        raise malformed(name, f"{name} must be true or false")
    return said == "true"


def expanded(request: Request, known: Collection[str]) -> tuple[str, ...]:
    """What ``expand`` names, each once, of what can be expanded here. Raises Problem (400)."""
    said = text(request, "expand")
    names = tuple(dict.fromkeys(said.split(","))) if said else ()
    for name in names:
        if name not in known:
            raise malformed("expand", f"expand takes {', '.join(known)}, separated by commas")
    return names


def day(request: Request, name: str) -> date | None:
    """A day in the query, like 2026-04-01; None if it is not there. Raises Problem (400)."""
    said = request.query_params.get(name)
    try:
        return None if said is None else date.fromisoformat(said)
    except ValueError as error:
        raise malformed(name, f"{name} must be a day, like 2026-04-01") from error


def moment(request: Request, name: str) -> datetime | None:
    """A time with its zone in the query; None if it is not there. Raises Problem (400)."""
    said = text(request, name)
    if said is None:
        return None
    try:
        # A plus of a zone that was not escaped is read as a space.
        found = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise malformed(name, f"{name} must be a time with its zone, like 2026-04-01T18:30:00Z")
    return found


def version_or_moment(request: Request, name: str, most: int) -> int | datetime | None:
    """A version or a time with its zone in the query; None if it is not there. Raises Problem (400)."""
    said = text(request, name)
    if said is not None and said.isascii() and said.isdecimal():
        return integer(request, name, 1, most)
    return moment(request, name)


def identifier(request: Request, name: str) -> UUID | None:
    """An id in the query; None if it is not there. Raises Problem (400)."""
    said = text(request, name)
    try:
        return UUID(said) if said else None
    except ValueError as error:
        raise malformed(name, f"{name} must be an id (a UUID)") from error


def malformed(name: str, detail: str) -> Problem:
    """A parameter that cannot be read."""
    return Problem("malformed_parameter", detail, members={"param": name})
