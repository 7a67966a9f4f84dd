"""Methods about tokens: are they good, and what are they verified with."""

from uuid import UUID

import msgspec

from auth.grpc import messages
from auth.grpc.calls import Call, Services
from auth.v1 import auth_pb2 as pb
from domain.identity.errors import IdentityRefused


async def validate_token(call: Call, request: pb.ValidateTokenRequest) -> pb.ValidateTokenResponse:
    """Refusals of the token are the answer here. Raises StoreUnavailable where it cannot be told."""
    try:
        tenant_id = UUID(request.tenant_id)
    except ValueError:
        return pb.ValidateTokenResponse(valid=False, reason="token_of_another_tenant")
    try:
        standing = await call.services.validator.standing(request.token, tenant_id)
    except IdentityRefused as refused:
        return pb.ValidateTokenResponse(valid=False, reason=refused.code)
    answer = pb.ValidateTokenResponse(valid=True, principal=messages.principal(standing.principal))
    call.services.answers.keep(request.SerializeToString(), standing, answer.SerializeToString())
    return answer


def validated(services: Services, raw: bytes) -> bytes | None:
    """What the same request was answered a moment ago."""
    return services.answers.recall(raw)


async def get_jwks(call: Call, _request: pb.GetJwksRequest) -> pb.Jwks:
    """The public keys."""
    return pb.Jwks(document=msgspec.json.encode(await call.identity.signing_keys.jwks()).decode())
