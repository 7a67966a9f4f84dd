"""Methods about the members of a league."""

from auth.grpc import messages
from auth.grpc.calls import Call
from auth.v1 import auth_pb2 as pb

LARGEST_PAGE = 100


async def list_members(call: Call, request: pb.ListMembersRequest) -> pb.ListMembersResponse:
    """A page of members, by mail address."""
    size = min(request.page_size, LARGEST_PAGE) if request.page_size > 0 else LARGEST_PAGE
    found = await call.identity.members.list(
        call.principal.tenant_id, after=request.page_token or None, limit=size + 1
    )
    page = found[:size]
    return pb.ListMembersResponse(
        members=map(messages.member, page), next_page_token=page[-1].email if len(found) > size else ""
    )


async def invite_member(call: Call, request: pb.InviteMemberRequest) -> pb.Invitation:
    """Invite somebody by mail."""
    invited = await call.identity.members.invite(
        call.principal.tenant_id,
        email=request.email,
        grants=messages.grants_of(request.roles),
        by=call.actor,
    )
    return messages.invitation(invited)


async def change_member(call: Call, request: pb.ChangeMemberRequest) -> pb.Member:
    """What a member is granted from now on."""
    changed = await call.identity.members.change_grants(
        call.principal.tenant_id,
        messages.id_of(request.user_id, "user_id"),
        messages.grants_of(request.roles),
        by=call.actor,
    )
    return messages.member(changed)


async def remove_member(call: Call, request: pb.RemoveMemberRequest) -> pb.RemoveMemberResponse:
    """No longer a member."""
    user_id = messages.id_of(request.user_id, "user_id")
    await call.identity.members.remove(call.principal.tenant_id, user_id, by=call.actor)
    return pb.RemoveMemberResponse()
