"""The methods of auth.AuthService, and who may call them."""

from typing import Any

import grpc
from google.protobuf.message_factory import GetMessageClass

from api.permissions import OWN, PERMISSIONS, PUBLIC
from auth.grpc import api_keys, members, sessions, tenants, tokens
from auth.grpc.calls import Method, Serve, Services
from auth.v1 import auth_pb2 as pb

SERVICE = pb.DESCRIPTOR.services_by_name["AuthService"]
NAME = SERVICE.full_name

_OPERATORS = frozenset[str]()
"""No role does: the client's certificate must be an operator's."""

# Each is the same as an operation of HTTP, and whoever may call that one may call this one (``api.permissions``). Those
# that HTTP does not have are asked by other services and by operators.
_SERVED: dict[str, tuple[Serve, str | None]] = {
    "ValidateToken": (tokens.validate_token, None),
    "GetJwks": (tokens.get_jwks, "get_jwks"),
    "CreateSession": (sessions.create_session, "log_in"),
    "RefreshSession": (sessions.refresh_session, "refresh_session"),
    "GetUser": (sessions.get_user, "get_me"),
    "RevokeSession": (sessions.revoke_session, "end_session"),
    "ListSessions": (sessions.list_sessions, "list_sessions"),
    "CreateApiKey": (api_keys.create_api_key, "create_key"),
    "ListApiKeys": (api_keys.list_api_keys, "list_keys"),
    "RotateApiKey": (api_keys.rotate_api_key, "rotate_key"),
    "RevokeApiKey": (api_keys.revoke_api_key, "revoke_key"),
    "ListMembers": (members.list_members, "list_members"),
    "InviteMember": (members.invite_member, "invite_member"),
    "ChangeMember": (members.change_member, "change_member"),
    "RemoveMember": (members.remove_member, "remove_member"),
    "CreateTenant": (tenants.create_tenant, "create_tenant"),
    "SuspendTenant": (tenants.suspend_tenant, None),
    "ResumeTenant": (tenants.resume_tenant, None),
}
_WITHOUT_HTTP: dict[str, frozenset[str] | None] = {
    "ValidateToken": None,
    "SuspendTenant": _OPERATORS,
    "ResumeTenant": _OPERATORS,
}


def _allowed(method: str, operation: str | None) -> frozenset[str] | None:
    """The roles that may; None for anybody, with a token or without."""
    if operation is None:
        return _WITHOUT_HTTP[method]
    return None if operation in PUBLIC else PERMISSIONS[operation]


_RECALLED = {"ValidateToken": tokens.validated}

METHODS = tuple(
    Method(
        name=each.name,
        request=GetMessageClass(each.input_type),
        serve=serve,
        allowed=_allowed(each.name, operation),
        anywhere=operation in OWN,
        recall=_RECALLED.get(each.name),
    )
    for each in SERVICE.methods
    for serve, operation in (_SERVED[each.name],)
)


def handlers(services: Services) -> grpc.GenericRpcHandler:
    """What a server of gRPC serves the service with. Bytes go in and out: ``Method`` reads and writes them."""
    served: dict[str, Any] = {
        method.name: grpc.unary_unary_rpc_method_handler(method.handler(services)) for method in METHODS
    }
    return grpc.method_handlers_generic_handler(NAME, served)
