"""Endpoints of the write side: a body becomes a command, the answer is where the match stands."""

import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import caller, expected_version, idempotency_key
from api.match.commands import ScoringRow
from api.match.schemas import AckBody, BatchBody, MatchBody
from api.operations import principal, read_body
from api.services import services
from api.strict import Body
from contracts.ids import time_ordered_uuid
from handlers.match import Ack

LONGEST_ID = 40
LARGEST_BATCH_BYTES = 2 * 1024 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]
_encoder = msgspec.json.Encoder()


def command_endpoint(row: ScoringRow, body: Body) -> Endpoint:
    """The endpoint of one command."""
    needs_key = row.method == "POST"

    async def endpoint(request: Request) -> Response:
        match_id = match_id_of(request)
        key = idempotency_key(request, required=needs_key)
        expected = expected_version(request)
        raw = await read_body(request)
        said = {name: request.path_params[name] for name in row.addressed}
        command = body.decode(raw or b"{}", **said)
        ack = await services(request).matches.execute(
            principal(request).tenant_id,
            match_id,
            (command,),
            idempotency_key=key,
            now=datetime.now(UTC),
            expected_version=expected,
            caller=caller(request),
        )
        return answer(ack, 200)

    return endpoint


def balls_endpoint(body: BatchBody) -> Endpoint:
    """The endpoint of many balls at once, all or nothing."""

    async def endpoint(request: Request) -> Response:
        match_id = match_id_of(request)
        key = idempotency_key(request)
        expected = expected_version(request)
        commands = body.decode(await read_body(request, LARGEST_BATCH_BYTES))
        ack = await services(request).matches.execute(
            principal(request).tenant_id,
            match_id,
            commands,
            idempotency_key=key,
            now=datetime.now(UTC),
            expected_version=expected,
            caller=caller(request),
        )
        return answer(ack, 200)

    return endpoint


def creation_endpoint(body: MatchBody) -> Endpoint:
    """The endpoint that creates a match."""

    async def endpoint(request: Request) -> Response:
        key = idempotency_key(request)
        given, command = body.decode(await read_body(request))
        ack = await services(request).matches.create(
            principal(request).tenant_id,
            command,
            idempotency_key=key,
            now=datetime.now(UTC),
            match_id=given or time_ordered_uuid(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10))),
            id_given=given is not None,
            caller=caller(request),
        )
        response = answer(ack, 201)
        response.headers["location"] = f"/v1/matches/{ack.match_id}"
        return response

    return endpoint


def answer(ack: Ack, status: int) -> Response:
    """The ack as HTTP: the version is the ETag; a repeat is answered as the first time, and says so."""
    headers = {"etag": f'"{ack.version}"'}
    if ack.repeated:
        headers["idempotent-replayed"] = "true"
    body = AckBody(ack.match_id, ack.version, ack.first_version, ack.events, ack.summary)
    return Response(_encoder.encode(body), status, headers, "application/json")


def match_id_of(request: Request) -> UUID:
    """The match that the address names. Raises Problem (404) for what is no id at all."""
    text = request.path_params["match_id"]
    try:
        return UUID(text)
    except ValueError:
        raise Problem("match_not_found", f"there is no match {text[:LONGEST_ID]!r}") from None
