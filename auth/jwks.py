"""The public keys that tokens are verified with."""

from starlette.requests import Request
from starlette.responses import Response

from api.http import encode, versioned
from api.operations import Operation
from api.reading import reading
from auth.services import services

PATH = "/.well-known/jwks.json"
FRESH_SECONDS = 60
"""So long may be believed what was read, well within the time between a key's publication and its first signature."""


async def get_jwks(request: Request) -> Response:
    """The public keys (RFC 7517) by which access tokens are verified, those that sign soon among them."""
    body = encode(await services(request).identity.signing_keys.jwks())
    answer = versioned(request, None, body)
    answer.headers["cache-control"] = f"public, max-age={FRESH_SECONDS}"
    return answer


OPERATIONS: tuple[Operation, ...] = (
    reading("get_jwks", PATH, "Public keys", get_jwks, tag="keys", public=True),
)
