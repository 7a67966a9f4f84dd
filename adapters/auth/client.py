"""A client of auth.AuthService, as the API uses it."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import grpc

from auth.v1.auth_pb2 import ValidateTokenRequest, ValidateTokenResponse
from contracts.identity import Grant, MalformedGrant
from handlers.authority import AuthorityUnavailable

DEADLINE_SECONDS = 2.0
VALIDATE = "/auth.AuthService/ValidateToken"
# A call that was not answered because a connection broke or a server went is sent once more, at once; both tries
# share the deadline.
SERVICE_CONFIG = """{"methodConfig": [{"name": [{"service": "auth.AuthService", "method": "ValidateToken"}],
  "retryPolicy": {"maxAttempts": 3, "initialBackoff": "0.05s", "maxBackoff": "0.2s", "backoffMultiplier": 2,
                  "retryableStatusCodes": ["UNAVAILABLE"]}}]}"""
OPTIONS = (
    ("grpc.service_config", SERVICE_CONFIG),
    ("grpc.enable_retries", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 5_000),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientTls:
    """Files in PEM: the CA of the server, and with mTLS what the client shows."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        """Raises OSError for a file that cannot be read."""
        return grpc.ssl_channel_credentials(
            self.ca.read_bytes(),
            None if self.key is None else self.key.read_bytes(),
            None if self.certificate is None else self.certificate.read_bytes(),
        )


class AuthClient:
    """Asks the Auth Service at ``host:port``. Connects when it is first needed, and again after it was away."""

    def __init__(self, address: str, tls: ClientTls | None = None) -> None:
        self._address = address
        if tls is None:
            self._channel = grpc.aio.insecure_channel(address, options=OPTIONS)
        else:
            self._channel = grpc.aio.secure_channel(address, tls.credentials(), options=OPTIONS)
        self._validate = self._channel.unary_unary(
            VALIDATE,
            request_serializer=ValidateTokenRequest.SerializeToString,
            response_deserializer=ValidateTokenResponse.FromString,
        )

    async def granted(self, token: str, tenant_id: UUID) -> frozenset[Grant] | str:
        """What is granted now to whom the token names, or the code with which it is refused. Raises
        AuthorityUnavailable."""
        request = ValidateTokenRequest(token=token, tenant_id=str(tenant_id))
        try:
            answer: ValidateTokenResponse = await self._validate(request, timeout=DEADLINE_SECONDS)
            return frozenset(map(Grant.parse, answer.principal.roles)) if answer.valid else answer.reason
        except grpc.aio.AioRpcError as error:
            raise AuthorityUnavailable(
                f"the Auth Service does not answer ({error.code().name.lower()}); try again in a moment"
            ) from error
        except MalformedGrant as error:
            raise AuthorityUnavailable("the Auth Service answers with a role that is none") from error

    async def close(self) -> None:
        """Hang up."""
        await self._channel.close()
