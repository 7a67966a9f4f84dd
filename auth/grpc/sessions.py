"""Methods about people and their sessions."""

from uuid import UUID

from api.errors import Problem
from api.permissions import PERMISSIONS
from auth.grpc import messages
from auth.grpc.calls import Call
from auth.v1 import auth_pb2 as pb

LONGEST_TEXT = 1024
"""What longer ones there are, are no addresses, passwords or tokens."""


async def get_user(call: Call, request: pb.GetUserRequest) -> pb.User:
    """Oneself, or with the permission to see them any member."""
    caller = call.principal
    _only_own_unless_admin(call, request.user_id)
    user_id = messages.id_of(request.user_id or caller.subject, "user_id")
    return messages.user(await call.identity.accounts.user(caller.tenant_id, user_id))


async def create_session(call: Call, request: pb.CreateSessionRequest) -> pb.SessionTokens:
    """Log in."""
    for field in ("email", "password", "code", "tenant"):
        if len(getattr(request, field)) > LONGEST_TEXT:
            raise Problem("malformed_parameter", f"{field} is too long")
    tokens = await call.identity.sessions.create(
        email=request.email,
        password=request.password,
        totp=request.code or None,
        tenant=_tenant(request.tenant),
        address=call.address,
        user_agent=call.user_agent,
    )
    return messages.session_tokens(tokens)


async def refresh_session(call: Call, request: pb.RefreshSessionRequest) -> pb.SessionTokens:
    """Exchange a refresh token."""
    tokens = await call.identity.sessions.refresh(request.refresh_token, address=call.address)
    return messages.session_tokens(tokens)


async def revoke_session(call: Call, request: pb.RevokeSessionRequest) -> pb.RevokeSessionResponse:
    """End a session."""
    session_id = messages.id_of(request.session_id, "session_id")
    await call.identity.sessions.revoke(call.principal.tenant_id, session_id, by=call.actor)
    return pb.RevokeSessionResponse()


async def list_sessions(call: Call, request: pb.ListSessionsRequest) -> pb.ListSessionsResponse:
    """The live sessions of oneself, or with the permission to see them of a member."""
    caller = call.principal
    _only_own_unless_admin(call, request.user_id)
    user_id = messages.id_of(request.user_id or caller.subject, "user_id")
    sessions = await call.identity.sessions.list(caller.tenant_id, user_id)
    return pb.ListSessionsResponse(sessions=map(messages.session, sessions))


def _tenant(said: str) -> UUID | str | None:
    try:
        return UUID(said) if said else None
    except ValueError:
        return said


def _only_own_unless_admin(call: Call, user_id: str) -> None:
    caller = call.principal
    allowed = PERMISSIONS["list_members"]
    if user_id not in ("", caller.subject) and allowed.isdisjoint(caller.within(()).roles):
        raise Problem("role_missing", f"this needs one of the roles: {', '.join(sorted(allowed))}")
