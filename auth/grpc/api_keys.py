"""Methods about API keys."""

from datetime import timedelta

from auth.grpc import messages
from auth.grpc.calls import Call
from auth.v1 import auth_pb2 as pb
from handlers.identity import ApiKeySecret
from handlers.identity.api_keys import ROTATION_OVERLAP


async def create_api_key(call: Call, request: pb.CreateApiKeyRequest) -> pb.ApiKeyWithSecret:
    """A new key."""
    expires_at = (
        messages.time_of(request.expires_at, "expires_at") if request.HasField("expires_at") else None
    )
    made = await call.identity.api_keys.create(
        call.principal.tenant_id,
        name=request.name,
        grants=messages.grants_of(request.roles),
        expires_at=expires_at,
        by=call.actor,
    )
    return _with_secret(made)


async def list_api_keys(call: Call, request: pb.ListApiKeysRequest) -> pb.ListApiKeysResponse:
    """The keys of the league."""
    keys = await call.identity.api_keys.list(call.principal.tenant_id, revoked=request.revoked)
    return pb.ListApiKeysResponse(keys=map(messages.api_key, keys))


async def rotate_api_key(call: Call, request: pb.RotateApiKeyRequest) -> pb.ApiKeyWithSecret:
    """A new secret for a key."""
    asked = timedelta(seconds=request.overlap.seconds)
    made = await call.identity.api_keys.rotate(
        call.principal.tenant_id,
        messages.id_of(request.key_id, "key_id"),
        overlap=asked if request.HasField("overlap") else ROTATION_OVERLAP,
        by=call.actor,
    )
    return _with_secret(made)


async def revoke_api_key(call: Call, request: pb.RevokeApiKeyRequest) -> pb.RevokeApiKeyResponse:
    """The key opens nothing any more."""
    key_id = messages.id_of(request.key_id, "key_id")
    await call.identity.api_keys.revoke(call.principal.tenant_id, key_id, by=call.actor)
    return pb.RevokeApiKeyResponse()


def _with_secret(made: ApiKeySecret) -> pb.ApiKeyWithSecret:
    return pb.ApiKeyWithSecret(key=messages.api_key(made.key), secret=made.secret)
