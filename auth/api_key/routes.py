"""The keys of a league's machines."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from api import openapi as o
from api.http import flag, json_answer
from api.operations import Operation, principal
from api.paging import PARAMETERS
from auth.api_key import bodies as b
from auth.operation import ALL, asking, telling
from auth.requests import actor, body_of, grants_in, id_in, paged, with_secret
from auth.services import services

TAG = "api keys"
KEYS = f"{ALL}/keys"
ONE = f"{KEYS}/{{key_id}}"


async def list_keys(request: Request) -> Response:
    """The keys, newest first; those that were revoked too if `revoked` is true."""
    keys = services(request).identity.api_keys
    rows = await keys.list(principal(request).tenant_id, revoked=flag(request, "revoked"))
    return paged(request, "keys", rows, lambda row: (row.created_at, row.id), b.key_said)


async def create_key(request: Request) -> Response:
    """A key for a machine, with roles that its maker may grant. The secret is in this answer and nowhere else: a repeat
    with the same Idempotency-Key makes no second key, and is told `secret_shown_already`.
    """
    who = actor(request, key=True)
    said = await body_of(request, b.CreateKeyBody)
    made = await services(request).identity.api_keys.create(
        principal(request).tenant_id,
        name=said.name,
        grants=grants_in(said.roles),
        expires_at=said.expires_at,
        by=who,
    )
    return with_secret(b.new_key_said(made), 201, f"{KEYS}/{made.key.id}")


async def rotate_key(request: Request) -> Response:
    """Another secret for a key. The one until now opens `overlap_seconds` longer, so that machines can be told."""
    who, id_ = actor(request, key=True), id_in(request, "key_id", "api_key_not_found")
    said = await body_of(request, b.RotateKeyBody)
    made = await services(request).identity.api_keys.rotate(
        principal(request).tenant_id, id_, overlap=timedelta(seconds=said.overlap_seconds), by=who
    )
    return with_secret(b.new_key_said(made))


async def revoke_key(request: Request) -> Response:
    """The key opens nothing any more, nor do the tokens it was exchanged for. Nothing happens if that is so."""
    id_ = id_in(request, "key_id", "api_key_not_found")
    keys = services(request).identity.api_keys
    return json_answer(b.key_said(await keys.revoke(principal(request).tenant_id, id_, by=actor(request))))


OPERATIONS: tuple[Operation, ...] = (
    telling(
        "list_keys", KEYS, "API keys", list_keys,
        o.query("revoked", {"type": "boolean", "default": False}, "Those that were revoked too."), *PARAMETERS,
        tag=TAG, answer=b.ApiKeyPageBody,
    ),
    asking(
        "create_key", "POST", KEYS, "Make an API key", create_key,
        tag=TAG, body=b.CreateKeyBody, answer=b.NewKeyBody, status=201, refusals=(409,), key=True,
        example={"name": "scoreboard", "roles": ["viewer"], "expires_at": "2099-01-01T00:00:00Z"},
    ),
    asking(
        "rotate_key", "POST", f"{ONE}:rotate", "Change the secret of a key", rotate_key,
        tag=TAG, body=b.RotateKeyBody, answer=b.NewKeyBody, refusals=(404, 409), key=True,
        example={"overlap_seconds": 3600},
    ),
    asking(
        "revoke_key", "DELETE", ONE, "Revoke a key", revoke_key,
        tag=TAG, answer=b.ApiKeyBody, refusals=(404,),
    ),
)  # fmt: skip
