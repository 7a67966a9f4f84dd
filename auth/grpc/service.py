"""The methods of auth.AuthService, and who may call them."""

from typing import Any

import grpc
from google.protobuf.message_factory import GetMessageClass

from auth.grpc import api_keys, members, sessions, tenants, tokens
from auth.grpc.calls import Method, Serve, Services
from auth.v1 import auth_pb2 as pb
from contracts.identity import ADMIN, OWNER, ROLES

SERVICE = pb.DESCRIPTOR.services_by_name["AuthService"]
NAME = SERVICE.full_name

_ANY = frozenset(ROLES)
_ADMINISTER = frozenset({OWNER, ADMIN})
_OWN = frozenset({OWNER})

# Who may: None is anybody, whether or not they have a token. The use cases refuse besides what nobody may do who
# has not been granted as much (invite an owner, say).
_SERVED: dict[str, tuple[Serve, frozenset[str] | None]] = {
    "ValidateToken": (tokens.validate_token, None),
    "GetJwks": (tokens.get_jwks, None),
    "CreateSession": (sessions.create_session, None),
    "RefreshSession": (sessions.refresh_session, None),
    "GetUser": (sessions.get_user, _ANY),
    "RevokeSession": (sessions.revoke_session, _ANY),
    "ListSessions": (sessions.list_sessions, _ANY),
    "CreateApiKey": (api_keys.create_api_key, _ADMINISTER),
    "ListApiKeys": (api_keys.list_api_keys, _ADMINISTER),
    "RotateApiKey": (api_keys.rotate_api_key, _ADMINISTER),
    "RevokeApiKey": (api_keys.revoke_api_key, _ADMINISTER),
    "ListMembers": (members.list_members, _ADMINISTER),
    "InviteMember": (members.invite_member, _ADMINISTER),
    "ChangeMember": (members.change_member, _ADMINISTER),
    "RemoveMember": (members.remove_member, _ANY),
    "CreateTenant": (tenants.create_tenant, _ANY),
    "SuspendTenant": (tenants.suspend_tenant, _OWN),
    "ResumeTenant": (tenants.resume_tenant, _OWN),
}

_RECALLED = {"ValidateToken": tokens.validated}

METHODS = tuple(
    Method(
        name=each.name,
        request=GetMessageClass(each.input_type),
        serve=serve,
        allowed=allowed,
        recall=_RECALLED.get(each.name),
    )
    for each in SERVICE.methods
    for serve, allowed in (_SERVED[each.name],)
)


def handlers(services: Services) -> grpc.GenericRpcHandler:
    """What a server of gRPC serves the service with. Bytes go in and out: ``Method`` reads and writes them."""
    served: dict[str, Any] = {
        method.name: grpc.unary_unary_rpc_method_handler(method.handler(services)) for method in METHODS
    }
    return grpc.method_handlers_generic_handler(NAME, served)
