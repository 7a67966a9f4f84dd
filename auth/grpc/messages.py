"""What the use cases answer as messages of gRPC, and what messages say as the use cases take it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp

from api.errors import Problem
from auth.v1 import auth_pb2 as pb
from contracts.identity import Grant, MalformedGrant, Principal
from handlers.identity import ApiKey, Invitation, Member, Session, SessionTokens, Tenant, User


def stamp(at: datetime | None) -> Timestamp | None:
    """A time; None leaves the field unset."""
    if at is None:
        return None
    message = Timestamp()
    message.FromDatetime(at)
    return message


def seconds(at: float) -> Timestamp:
    """A time in seconds of Unix time."""
    message = Timestamp()
    message.FromMicroseconds(round(at * 1_000_000))
    return message


def time_of(message: Timestamp, field: str) -> datetime:
    """Raises Problem for a time that no calendar has."""
    try:
        return message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise Problem("malformed_parameter", f"{field} is no time") from error


def id_of(text: str, field: str) -> UUID:
    """Raises Problem for what is no id."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem("malformed_parameter", f"{field} must be an id") from error


def grants_of(texts: Iterable[str]) -> frozenset[Grant]:
    """Raises Problem for what is no grant."""
    try:
        return frozenset(map(Grant.parse, texts))
    except MalformedGrant as error:
        raise Problem("malformed_parameter", str(error)) from error


def roles(grants: Iterable[Grant]) -> list[str]:
    """Grants as they are written."""
    return sorted(map(str, grants))


def principal(who: Principal) -> pb.Principal:
    return pb.Principal(
        subject=who.subject,
        tenant_id=str(who.tenant_id),
        roles=roles(who.grants),
        kind=who.kind,
        token_id=who.token_id,
        session_id=who.session_id or "",
        issued_at=seconds(who.issued_at),
        expires_at=seconds(who.expires_at),
    )


def user(who: User) -> pb.User:
    return pb.User(
        id=str(who.id),
        email=who.email,
        tenant_id=str(who.tenant_id),
        roles=roles(who.grants),
        name=who.name,
        email_verified=who.verified,
        disabled=who.disabled,
    )


def session(one: Session) -> pb.Session:
    return pb.Session(
        id=str(one.id),
        user_id="" if one.user_id is None else str(one.user_id),
        tenant_id=str(one.tenant_id),
        created_at=stamp(one.created_at),
        last_used_at=stamp(one.last_used_at),
        expires_at=stamp(one.expires_at),
        address=one.address or "",
        user_agent=one.user_agent or "",
    )


def session_tokens(tokens: SessionTokens) -> pb.SessionTokens:
    return pb.SessionTokens(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        access_expires_at=stamp(tokens.access.expires_at),
        refresh_expires_at=stamp(tokens.refresh_expires_at),
        session=session(tokens.session),
        principal=principal(tokens.access.principal),
    )


def api_key(key: ApiKey) -> pb.ApiKey:
    return pb.ApiKey(
        id=str(key.id),
        name=key.name,
        prefix=key.prefix,
        roles=roles(key.grants),
        created_at=stamp(key.created_at),
        expires_at=stamp(key.expires_at),
        last_used_at=stamp(key.last_used_at),
        revoked_at=stamp(key.revoked_at),
        previous_until=stamp(key.previous_until),
    )


def member(one: Member) -> pb.Member:
    return pb.Member(
        user_id=str(one.user_id),
        email=one.email,
        name=one.name,
        roles=roles(one.grants),
        joined_at=stamp(one.joined_at),
    )


def invitation(one: Invitation) -> pb.Invitation:
    return pb.Invitation(
        id=str(one.id), email=one.email, roles=roles(one.grants), expires_at=stamp(one.expires_at)
    )


def tenant(one: Tenant) -> pb.Tenant:
    return pb.Tenant(
        id=str(one.id),
        name=one.name,
        slug=one.slug,
        suspended=one.status == "suspended",
        created_at=stamp(one.created_at),
        suspended_because=one.suspended_because or "",
    )
