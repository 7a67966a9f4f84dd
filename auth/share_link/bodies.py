"""What is asked and answered about share links."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from auth.account.bodies import Name, Token
from auth.api_key.bodies import Moment
from handlers.identity import ShareLink


class CreateShareLinkBody(msgspec.Struct, forbid_unknown_fields=True):
    """For which match and for whom; it ends with the match, and at the latest at `expires_at` (in seven days unless
    said)."""

    match_id: UUID
    name: Name
    expires_at: Moment | None = None


class ShareLinkBody(msgspec.Struct):
    """A link, without what opens. `opened_at`: since when somebody scores by it."""

    id: UUID
    match_id: UUID
    name: str
    created_by: str | None
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    revoked_at: datetime | None
    version: int


class NewShareLinkBody(msgspec.Struct):
    """A link with what opens it, which is shown this once: `url` to send, `qr_svg` to show, `secret` alone."""

    link: ShareLinkBody
    secret: str
    url: str
    qr_svg: str


class OpenShareLinkBody(msgspec.Struct, forbid_unknown_fields=True):
    """The secret (`pvl_…`), or the whole address with it."""

    link: Token


class ShareLinkPageBody(msgspec.Struct):
    """A page of links."""

    share_links: list[ShareLinkBody]
    next: str | None


STRUCTS: list[type[Any]] = [
    *(CreateShareLinkBody, ShareLinkBody, NewShareLinkBody, OpenShareLinkBody, ShareLinkPageBody),
]


def link_said(link: ShareLink) -> ShareLinkBody:
    """A link as it is shown."""
    return ShareLinkBody(
        id=link.id,
        match_id=link.match_id,
        name=link.name,
        created_by=link.created_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
        opened_at=link.opened_at,
        revoked_at=link.revoked_at,
        version=link.version,
    )
