"""Who belongs to a league, and who was asked to."""

from starlette.requests import Request
from starlette.responses import Response

from api.http import expected_version, json_answer
from api.operations import Operation, principal
from api.paging import PARAMETERS, limit_of, page, read_cursor
from auth.member import bodies as b
from auth.operation import ALL, asking, telling
from auth.requests import actor, body_of, done, grants_in, id_in, paged, roles_of, user_of
from auth.services import services

TAG = "members"
ONE = f"{ALL}/members/{{user_id}}"
INVITATIONS = f"{ALL}/invitations"


async def list_members(request: Request) -> Response:
    """Who belongs to the league and what they may, by mail address."""
    cursor = read_cursor(request, 1)
    rows = await services(request).identity.members.list(
        principal(request).tenant_id, after=cursor[0] if cursor else None, limit=limit_of(request) + 1
    )
    return page(request, "members", [((row.email,), b.member_said(row)) for row in rows])


async def change_member(request: Request) -> Response:
    """Say all that a member may from now on. Tokens that say otherwise stop working at once. Nobody gives or takes
    what they could not grant; the last owner stays one.
    """
    id_ = id_in(request, "user_id", "member_not_found")
    said, expected = await body_of(request, b.ChangeMemberBody), expected_version(request)
    member = await services(request).identity.members.change_grants(
        principal(request).tenant_id,
        id_,
        grants_in(said.roles),
        by=actor(request),
        expected_version=expected,
    )
    return json_answer(b.member_said(member), headers={"etag": f'"{member.version}"'})


async def remove_member(request: Request) -> Response:
    """Have somebody belong to the league no longer, oneself if one likes. Their sessions in it end at once."""
    id_ = id_in(request, "user_id", "member_not_found")
    await services(request).identity.members.remove(principal(request).tenant_id, id_, by=actor(request))
    return done()


async def list_invitations(request: Request) -> Response:
    """The invitations that are open, newest first."""
    rows = await services(request).identity.members.invitations(principal(request).tenant_id)
    return paged(request, "invitations", rows, lambda row: (row.created_at, row.id), b.invitation_said)


async def invite_member(request: Request) -> Response:
    """Invite somebody by mail. Who was invited already gets another mail, and the one before works no longer."""
    who = actor(request, key=True)
    said = await body_of(request, b.InviteBody)
    invited = await services(request).identity.members.invite(
        principal(request).tenant_id, email=said.email, grants=grants_in(said.roles), by=who
    )
    where = f"{INVITATIONS}/{invited.id}"
    return json_answer(b.invitation_said(invited), 201, {"location": where})


async def withdraw_invitation(request: Request) -> Response:
    """The mail of an invitation works no longer."""
    id_ = id_in(request, "invitation_id", "invitation_not_found")
    members = services(request).identity.members
    await members.withdraw_invitation(principal(request).tenant_id, id_, by=actor(request))
    return done()


async def accept_membership(request: Request) -> Response:
    """Become a member by the token of the mail: with a name and a password as somebody new, or with an access token
    as who one is already (then without the two). The token works once.
    """
    said, known = await body_of(request, b.AcceptBody), services(request)
    user_id = None
    if request.headers.get("authorization") is not None:
        request.scope["principal"] = await known.verifier.verify(request.headers["authorization"])
        user_id = user_of(request)
    user = await known.identity.members.accept(
        said.token, user_id=user_id, name=said.name, password=said.password
    )
    return json_answer(b.JoinedBody(user.id, user.tenant_id, user.email, roles_of(user.grants)))


OPERATIONS: tuple[Operation, ...] = (
    telling(
        "list_members", f"{ALL}/members", "Who belongs to the league", list_members, *PARAMETERS,
        tag=TAG, answer=b.MemberPageBody,
    ),
    asking(
        "change_member", "PUT", ONE, "Say what a member may", change_member,
        tag=TAG, body=b.ChangeMemberBody, answer=b.MemberBody, refusals=(404, 409, 412), if_match=True,
        example={"roles": ["organiser", "treasurer"]},
    ),
    asking("remove_member", "DELETE", ONE, "Remove a member", remove_member, tag=TAG, refusals=(404, 409)),
    telling(
        "list_invitations", INVITATIONS, "Open invitations", list_invitations, *PARAMETERS,
        tag=TAG, answer=b.InvitationPageBody,
    ),
    asking(
        "invite_member", "POST", INVITATIONS, "Invite by mail", invite_member,
        tag=TAG, body=b.InviteBody, answer=b.InvitationBody, status=201, refusals=(409,), key=True,
        example={"email": "ravi@example.com", "roles": ["scorer"]},
    ),
    asking(
        "accept_membership", "POST", f"{INVITATIONS}:accept", "Accept an invitation", accept_membership,
        tag=TAG, body=b.AcceptBody, answer=b.JoinedBody, refusals=(409, 410), public=True,
        example={"token": "the token of the mail", "name": "Ravi Shah", "password": "seven willow bats"},
    ),
    asking(
        "withdraw_invitation", "DELETE", f"{INVITATIONS}/{{invitation_id}}", "Withdraw an invitation",
        withdraw_invitation, tag=TAG, refusals=(404,),
    ),
)  # fmt: skip
