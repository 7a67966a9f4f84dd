"""Sessions: logging in, refreshing, logging out, and whether a token is still good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.identity import Grant, Principal
from domain.identity.errors import IdentityRefused
from domain.identity.refresh import Presented, Verdict, expiry, judge
from handlers.identity.family import end_family, end_session, end_sessions, next_refresh, tokens_of
from handlers.identity.granting import check_may_change
from handlers.identity.kit import Case, suspended
from handlers.identity.login import Attempt, log_in
from handlers.identity.model import Actor, Session, SessionTokens
from handlers.identity.ports import Unit
from handlers.identity.rows import HeldRefresh
from handlers.identity.secret import REFRESH, matches

_REFUSALS: dict[Verdict, IdentityRefused] = {
    "raced": IdentityRefused(
        "refresh_raced", "another request has just used this token; use what it was given"
    ),
    "reused": IdentityRefused(
        "refresh_reused",
        "this token was used before, so somebody may have a copy; the session was ended, log in again",
    ),
    "ended": IdentityRefused("session_ended", "the session has ended; log in again"),
    "invalid": IdentityRefused("refresh_invalid", "this refresh token is not valid; log in again"),
    "suspended": suspended(),
}


class Sessions(Case):
    """Sessions of users, and of those who opened a share link."""

    async def create(
        self,
        *,
        email: str,
        password: str,
        totp: str | None = None,
        tenant: UUID | str | None = None,
        address: str,
        user_agent: str | None = None,
    ) -> SessionTokens:
        """Log in. ``tenant`` by id or slug; None: the only one that the person belongs to. ``totp`` may be a
        recovery code. ``address``: whence the request comes, as the gateway saw it.

        Raises IdentityRefused: credentials_wrong; too_many_logins (retry_after); identity_busy (retry_after); and
        after a right password only: account_disabled, totp_missing, totp_wrong, no_membership (also of a tenant that
        there is not), tenant_missing (there are several: ``detail`` has ``tenants``, a list of {id, name, slug}),
        tenant_suspended.
        """
        attempt = Attempt(
            email=email, password=password, totp=totp, tenant=tenant, address=address, user_agent=user_agent
        )
        return await log_in(self._kit, attempt)

    async def refresh(self, refresh_token: str, *, address: str | None = None) -> SessionTokens:
        """Exchange a refresh token for new tokens, with what the session is granted now.

        Raises IdentityRefused: refresh_invalid (unknown, malformed, expired), refresh_raced (409: another request with
        this token was served within ten seconds; use what it was given), refresh_reused (401: the session was ended),
        session_ended, tenant_suspended.
        """
        told = REFRESH.read(refresh_token)
        if told is None:
            raise _refusal("invalid")
        id_, secret = told
        async with self._kit.store.unit() as unit:
            held = await unit.held_refresh(id_)
            if held is None or not matches(secret, held.secret_hash):
                raise _refusal("invalid")
            # Not before the lock: what is issued now has what is granted now.
            now = self._kit.clock()
            verdict = judge(_presented(held), now)
            rotated = await _rotate(unit, held, now, address) if verdict == "rotate" else None
            if verdict == "reused":
                await end_family(unit, held.session, now)
        # What was decided is kept before it is told.
        if rotated is None:
            raise _refusal(verdict)
        return await tokens_of(self._kit, *rotated, now)

    async def revoke(self, tenant_id: UUID, session_id: UUID, *, by: Actor) -> None:
        """End a session; nothing happens if it has ended. Its own user may, and who may remove that member.

        Raises IdentityRefused: user_session_not_found (also another tenant's), not_allowed.
        """
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            row = await unit.session(tenant_id, session_id, lock=True)
            if row is None:
                raise IdentityRefused("user_session_not_found", "there is no such session")
            user_id = row.session.user_id
            if by.subject != str(user_id or session_id):
                owned = await unit.member(tenant_id, user_id) if user_id else None
                check_may_change(by, owned.member.grants if owned else frozenset({Grant("scorer")}))
            if row.ended_at is None:
                await end_session(unit, row, "logged_out", self._kit.clock(), by)

    async def revoke_all(
        self, user_id: UUID, *, but: UUID | None = None, reason: str = "logged_out", by: Actor
    ) -> int:
        """End all sessions of a user in all tenants, but one; how many there were. Whether ``by`` may is the
        caller's to know."""
        async with self._kit.store.unit(user_id=user_id) as unit:
            rows = await unit.sessions_of(user_id)
            return await end_sessions(unit, rows, reason, self._kit.clock(), by, but)

    async def revoke_by_token(self, refresh_token: str) -> None:
        """Log out with the refresh token in hand. Nothing happens, and nothing is told, if it is no good."""
        told = REFRESH.read(refresh_token)
        if told is None:
            return
        id_, secret = told
        async with self._kit.store.unit() as unit:
            held = await unit.held_refresh(id_)
            if held is not None and matches(secret, held.secret_hash) and held.session.ended_at is None:
                session = held.session.session
                by = Actor(subject=str(session.user_id or session.id))
                await end_session(unit, held.session, "logged_out", self._kit.clock(), by)

    async def list(self, tenant_id: UUID, user_id: UUID) -> Sequence[Session]:
        """The live sessions of a user in a tenant, the last used first."""
        now = self._kit.clock()
        async with self._kit.store.unit(tenant_id=tenant_id) as unit:
            rows = await unit.sessions_of(user_id, tenant_id)
        return [row.session for row in rows if row.session.expires_at > now]

    async def validate(self, token: str, tenant_id: UUID | None = None) -> Principal:
        """Whom an access token names, if it is still good now: signature, and session, member, key or link, and
        tenant as they are stored. Its grants are what is granted now. ``tenant_id``: the tenant it must be of.

        Raises IdentityRefused: token_malformed, token_invalid, token_expired, token_revoked, tenant_suspended.
        """
        principal = await self._kit.keys.read(token)
        if tenant_id is not None and tenant_id != principal.tenant_id:
            raise IdentityRefused("token_invalid", "the token is another league's")
        try:
            subject, session_id = UUID(principal.subject), UUID(principal.session_id or "")
        except ValueError:
            raise IdentityRefused("token_invalid", "the token names nobody that there is") from None
        standing = await self._kit.store.standing(
            principal.tenant_id, principal.kind, subject, session_id, self._kit.clock()
        )
        if standing is None:
            raise IdentityRefused("token_revoked", "the token was revoked; log in again")
        if standing.tenant_status == "suspended":
            raise _refusal("suspended")
        return replace(principal, grants=standing.grants)


async def _rotate(
    unit: Unit, held: HeldRefresh, now: datetime, address: str | None
) -> tuple[Session, str, frozenset[Grant]]:
    before = held.session.session
    # What a link opened ends with the link.
    until = before.expires_at if before.kind == "share_link" else expiry(before.created_at, now)
    session = replace(before, last_used_at=now, expires_at=until, address=address or before.address)
    await unit.use_refresh(held.id, now)
    await unit.put_session(replace(held.session, session=session))
    return session, await next_refresh(unit, session, now), held.grants or frozenset()


def _presented(held: HeldRefresh) -> Presented:
    return Presented(
        used_at=held.used_at,
        session_ended=held.session.ended_at is not None,
        session_expires_at=held.session.session.expires_at,
        standing=held.grants is not None,
        suspended=held.tenant_status == "suspended",
    )


def _refusal(verdict: Verdict) -> IdentityRefused:
    """A refusal of its own each time: an exception that is raised twice would keep both traces."""
    return replace(_REFUSALS[verdict])
