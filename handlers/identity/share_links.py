"""Share links: scoring of one match, for one person, until it ends. Its text is ``pvl_<id>.<secret>``."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from contracts.identity import SCORER, Grant, Scope
from contracts.identity_events import ShareLinkCreated, ShareLinkOpened, ShareLinkRevoked
from domain.identity.accounts import proper_name
from domain.identity.errors import IdentityRefused
from domain.identity.links import MOST_SHARE_LINKS, share_link_expiry
from handlers.errors import KeyReused
from handlers.identity import throttle
from handlers.identity.api_keys import shown_already
from handlers.identity.family import device, end_session, open_session, tokens_of
from handlers.identity.granting import MAY_GRANT, check_may_grant
from handlers.identity.kit import Case, check_open
from handlers.identity.model import OPERATOR, Actor, SessionTokens, ShareLink, ShareLinkSecret
from handlers.identity.ports import Taken, Unit
from handlers.identity.rows import ShareLinkRow
from handlers.identity.secret import SHARE_LINK, matches, new_secret


class ShareLinks(Case):
    """The links of a tenant's matches."""

    async def create(
        self, tenant_id: UUID, match_id: UUID, *, name: str, expires_at: datetime | None = None, by: Actor
    ) -> ShareLinkSecret:
        """A link that opens scoring of the match. Whether there is such a match, and whether it is of the tournament or
        teams that ``by`` is granted something in, is for the caller to have looked up (``Principal.within``).

        ``expires_at``: at the latest then, seven days from now unless said. Raises IdentityRefused: name_malformed,
        not_allowed, expiry_in_past, expiry_too_late, too_many_share_links, tenant_suspended, secret_shown_already;
        KeyReused.
        """
        called, now = proper_name(name), self._kit.clock()
        _check_may_open(by, match_id)
        until = share_link_expiry(expires_at, now)
        said = by.idempotency_key
        id_ = uuid5(tenant_id, f"share-link/{match_id}/{said}") if said else uuid4()
        secret = new_secret(SHARE_LINK, id_)
        link = ShareLink(
            id=id_,
            tenant_id=tenant_id,
            match_id=match_id,
            name=called,
            created_by=by.subject,
            created_at=now,
            expires_at=until,
            opened_at=None,
            revoked_at=None,
            version=1,
        )
        try:
            async with self._kit.store.unit(tenant_id=tenant_id) as unit:
                await _check_new(unit, link)
                await unit.put_share_link(ShareLinkRow(link=link, secret_hash=secret.hash))
                event = ShareLinkCreated(link_id=id_, match_id=match_id, expires_at=until, at=now)
                await unit.record(tenant_id, "share-link", id_, 1, event, by)
        except Taken as error:
            raise shown_already() from error
        return ShareLinkSecret(link=link, secret=secret.text)

    async def open(self, secret: str, *, address: str, user_agent: str | None = None) -> SessionTokens:
        """The first who opens a link gets its session, with the grant ``scorer@match:ID``.

        Raises IdentityRefused: share_link_invalid (unknown, wrong, expired, revoked), share_link_taken (409: somebody
        has it), tenant_suspended, too_many_attempts.
        """
        await throttle.count_asking(self._kit, "share_link", address)
        told = SHARE_LINK.read(secret)
        if told is None:
            raise _invalid()
        async with self._kit.store.unit(credential_id=told[0]) as unit:
            seen = await unit.share_link(told[0])
            if seen is None or not matches(told[1], seen.secret_hash):
                raise _invalid()
            await unit.enter(seen.link.tenant_id)
            link = _open(await unit.share_link(told[0], lock=True), self._kit.clock())
            check_open(await unit.tenant(link.tenant_id))
            now, by = self._kit.clock(), Actor(subject=str(link.id))
            opened = replace(link, opened_at=now, version=link.version + 1)
            await unit.put_share_link(replace(seen, link=opened))
            event = ShareLinkOpened(link_id=link.id, match_id=link.match_id, at=now)
            await unit.record(link.tenant_id, "share-link", link.id, opened.version, event, by)
            session, refresh_token = await open_session(
                unit,
                tenant_id=link.tenant_id,
                session_id=link.id,
                kind="share_link",
                user_id=None,
                now=now,
                until=link.expires_at,
                address=address,
                user_agent=device(user_agent),
                by=by,
            )
        granted = frozenset({grant_of(link.match_id)})
        return await tokens_of(self._kit, session, refresh_token, granted, now)

    async def list(self, tenant_id: UUID, *, match_id: UUID | None = None) -> Sequence[ShareLink]:
        """The links that are not over, newest first; ``match_id``: of this match only."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            return [row.link for row in await unit.share_links(tenant_id, match_id, self._kit.clock())]

    async def revoke(self, tenant_id: UUID, link_id: UUID, *, by: Actor) -> ShareLink:
        """End a link and its session. Nothing happens if it has ended. Who made it may, and who could make one for any
        match. Raises IdentityRefused: share_link_not_found, not_allowed."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            row = await unit.share_link(link_id, lock=True)
            if row is None:
                raise IdentityRefused("share_link_not_found", "there is no such link")
            if by.operator or by.subject != row.link.created_by:
                check_may_grant(by, [grant_of(row.link.match_id)])
            if row.link.revoked_at is not None:
                return row.link
            return await _end(unit, row, "revoked", self._kit.clock(), by)

    async def end_of_match(self, tenant_id: UUID, match_id: UUID) -> int:
        """Called when a match has ended: its links end; how many there were."""
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            now = self._kit.clock()
            rows = await unit.share_links(tenant_id, match_id, now)
            for row in rows:
                await _end(unit, row, "match_over", now, OPERATOR)
            return len(rows)


def grant_of(match_id: UUID) -> Grant:
    """What a link of a match grants."""
    return Grant(SCORER, Scope("match", str(match_id)))


def _check_may_open(by: Actor, match_id: UUID) -> None:
    """Raises IdentityRefused unless they may have somebody score this match."""
    here = grant_of(match_id)
    if not by.operator and not any(
        SCORER in MAY_GRANT.get(held.role, frozenset())
        and (held.scope is None or held.scope.kind != "match" or held.scope == here.scope)
        for held in by.grants
    ):
        raise IdentityRefused("not_allowed", "this is for owners, admins and organisers")


async def _end(unit: Unit, row: ShareLinkRow, reason: str, now: datetime, by: Actor) -> ShareLink:
    link = replace(row.link, revoked_at=now, version=row.link.version + 1)
    await unit.put_share_link(replace(row, link=link))
    event = ShareLinkRevoked(link_id=link.id, match_id=link.match_id, reason=reason, at=now)
    await unit.record(link.tenant_id, "share-link", link.id, link.version, event, by)
    session = await unit.session(link.tenant_id, link.id, lock=True)
    if session is not None and session.ended_at is None:
        await end_session(unit, session, reason, now, by)
    return link


async def _check_new(unit: Unit, link: ShareLink) -> None:
    check_open(await unit.tenant(link.tenant_id, lock=True))
    first = await unit.share_link(link.id)
    if first is not None:
        if first.link.name != link.name:
            raise KeyReused
        raise shown_already()
    if len(await unit.share_links(link.tenant_id, link.match_id, link.created_at)) >= MOST_SHARE_LINKS:
        raise IdentityRefused(
            "too_many_share_links", f"a match has {MOST_SHARE_LINKS} links at the most; end some"
        )


def _open(row: ShareLinkRow | None, now: datetime) -> ShareLink:
    """The link, if it can still be opened."""
    if row is None or row.link.revoked_at is not None or row.link.expires_at <= now:
        raise _invalid()
    if row.link.opened_at is not None:
        raise IdentityRefused(
            "share_link_taken", "somebody else has opened this link; ask for one of your own"
        )
    return row.link


def _invalid() -> IdentityRefused:
    return IdentityRefused("share_link_invalid", "this link opens nothing, or no longer")
