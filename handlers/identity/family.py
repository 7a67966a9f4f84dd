"""A session and its refresh tokens: opening one, passing it on, ending it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from contracts.identity import CallerKind, Grant
from contracts.identity_events import SessionCreated, SessionFamilyRevoked, SessionRevoked
from domain.identity.refresh import ACCESS_LIFE, expiry
from handlers.identity.kit import Kit
from handlers.identity.model import Actor, Session, SessionTokens
from handlers.identity.ports import Unit
from handlers.identity.rows import SessionRow
from handlers.identity.secret import REFRESH, new_secret

LONGEST_USER_AGENT = 300


async def open_session(
    unit: Unit,
    *,
    tenant_id: UUID,
    session_id: UUID,
    kind: CallerKind,
    user_id: UUID | None,
    now: datetime,
    until: datetime | None = None,
    address: str,
    user_agent: str | None,
    by: Actor,
) -> tuple[Session, str]:
    """A new session with its first refresh token; ``until``: it ends then at the latest."""
    expires_at = expiry(now, now)
    session = Session(
        id=session_id,
        tenant_id=tenant_id,
        kind=kind,
        user_id=user_id,
        created_at=now,
        last_used_at=now,
        expires_at=min(expires_at, until) if until else expires_at,
        address=address,
        user_agent=user_agent,
    )
    await unit.put_session(SessionRow(session=session))
    event = SessionCreated(session_id=session_id, kind=kind, user_id=user_id, at=now)
    await unit.record(tenant_id, "session", session_id, 1, event, by)
    return session, await next_refresh(unit, session, now)


async def next_refresh(unit: Unit, session: Session, now: datetime) -> str:
    """Another refresh token of a session, as text."""
    id_ = uuid4()
    secret = new_secret(REFRESH, id_)
    await unit.add_refresh(session, id_, secret.hash, now)
    return secret.text


async def end_session(unit: Unit, row: SessionRow, reason: str, now: datetime, by: Actor) -> None:
    """End a session that is locked. Its tenant needs not be the transaction's if its user is."""
    session, version = row.session, row.version + 1
    await unit.put_session(replace(row, ended_at=now, version=version))
    event = SessionRevoked(
        session_id=session.id, kind=session.kind, user_id=session.user_id, reason=reason, at=now
    )
    await unit.record(session.tenant_id, "session", session.id, version, event, by)


async def end_family(unit: Unit, row: SessionRow, now: datetime) -> None:
    """End a session of which somebody has a copy."""
    session, version = row.session, row.version + 1
    await unit.put_session(replace(row, ended_at=now, version=version))
    event = SessionFamilyRevoked(session_id=session.id, kind=session.kind, user_id=session.user_id, at=now)
    by = Actor(subject=str(session.user_id or session.id))
    await unit.record(session.tenant_id, "session", session.id, version, event, by)


async def end_sessions(
    unit: Unit, rows: Iterable[SessionRow], reason: str, now: datetime, by: Actor, but: UUID | None = None
) -> int:
    """End these sessions, but one; how many there were."""
    ending = [row for row in rows if row.session.id != but]
    for row in ending:
        await end_session(unit, row, reason, now, by)
    return len(ending)


async def tokens_of(
    kit: Kit, session: Session, refresh_token: str, grants: frozenset[Grant], now: datetime
) -> SessionTokens:
    """What somebody is given whose session was opened or refreshed at ``now``."""
    access = await kit.access_token(
        subject=session.user_id or session.id,
        tenant_id=session.tenant_id,
        grants=grants,
        kind=session.kind,
        session_id=session.id,
        now=now,
        life=min(ACCESS_LIFE, session.expires_at - now),
    )
    return SessionTokens(
        access=access, refresh_token=refresh_token, refresh_expires_at=session.expires_at, session=session
    )


def device(user_agent: str | None) -> str | None:
    """What is kept of the name by which a program goes."""
    return user_agent[:LONGEST_USER_AGENT] if user_agent else None
