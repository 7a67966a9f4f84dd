"""Links that open the scoring of one match, for one person, until it ends."""

from starlette.requests import Request
from starlette.responses import Response

from api import openapi as o
from api.http import identifier, json_answer
from api.operations import Operation, principal
from api.paging import PARAMETERS
from auth.operation import ALL, asking, telling
from auth.qr import svg
from auth.requests import actor, address, body_of, id_in, paged, user_agent, with_secret
from auth.services import AuthServices, services
from auth.session.bodies import TokensBody, tokens_said
from auth.share_link import bodies as b

TAG = "share links"
LINKS = f"{ALL}/share-links"
PAGE = "score"
NO_PAGES = "pavilion://"
"""The scheme that the scorer's application takes links by, where there are no pages for it."""


async def create_share_link(request: Request) -> Response:
    """A link that lets one person score one match until it ends, without an account. The first who opens it has it;
    send its `url`, or show `qr_svg`. The secret is in this answer and nowhere else; it stands in the part of the address
    that no browser sends to a server.
    """
    who = actor(request, key=True)
    said, known = await body_of(request, b.CreateShareLinkBody), services(request)
    made = await known.identity.share_links.create(
        principal(request).tenant_id, said.match_id, name=said.name, expires_at=said.expires_at, by=who
    )
    url = address_of(known, made.secret)
    answer = b.NewShareLinkBody(b.link_said(made.link), made.secret, url, svg(url))
    return with_secret(answer, 201, f"{LINKS}/{made.link.id}")


async def open_share_link(request: Request) -> Response:
    """Open a link: the tokens of its session, which may score its match and nothing else. Somebody who comes second is
    told `share_link_taken`; whoever has it goes on with the refresh token.
    """
    said, known = await body_of(request, b.OpenShareLinkBody), services(request)
    tokens = await known.identity.share_links.open(
        said.link.rpartition("#")[2], address=address(request), user_agent=user_agent(request)
    )
    return with_secret(tokens_said(tokens, known.clock()), 201)


async def list_share_links(request: Request) -> Response:
    """The links that are not over, newest first; of one match if `match_id` says so."""
    links = services(request).identity.share_links
    rows = await links.list(principal(request).tenant_id, match_id=identifier(request, "match_id"))
    return paged(request, "share_links", rows, lambda row: (row.created_at, row.id), b.link_said)


async def revoke_share_link(request: Request) -> Response:
    """End a link: who opened it scores no longer. Nothing happens if it has ended."""
    id_ = id_in(request, "link_id", "share_link_not_found")
    links = services(request).identity.share_links
    return json_answer(b.link_said(await links.revoke(principal(request).tenant_id, id_, by=actor(request))))


def address_of(known: AuthServices, secret: str) -> str:
    """What is sent to whom a link is for."""
    base = NO_PAGES if known.app_url is None else f"{known.app_url.rstrip('/')}/"
    return f"{base}{PAGE}#{secret}"


OPERATIONS: tuple[Operation, ...] = (
    telling(
        "list_share_links", LINKS, "Share links", list_share_links,
        o.query("match_id", {"type": "string", "format": "uuid"}, "Of this match."), *PARAMETERS,
        tag=TAG, answer=b.ShareLinkPageBody,
    ),
    asking(
        "create_share_link", "POST", LINKS, "Let somebody score a match", create_share_link,
        tag=TAG, body=b.CreateShareLinkBody, answer=b.NewShareLinkBody, status=201, refusals=(409,), key=True,
        example={"match_id": "00000000-0000-0000-0000-000000000000", "name": "Ravi, east ground"},
    ),
    asking(
        "open_share_link", "POST", f"{LINKS}:open", "Open a link", open_share_link,
        tag=TAG, body=b.OpenShareLinkBody, answer=TokensBody, status=201, refusals=(409,), public=True,
        example={"link": "pavilion://score#pvl_0191f0a0-0000-7000-8000-000000000000.secret"},
    ),
    asking(
        "revoke_share_link", "DELETE", f"{LINKS}/{{link_id}}", "End a link", revoke_share_link,
        tag=TAG, answer=b.ShareLinkBody, refusals=(404,),
    ),
)  # fmt: skip
