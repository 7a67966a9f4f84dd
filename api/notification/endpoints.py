"""Endpoints of people's own notifications, and of the log of deliveries. What is said is about the caller alone."""

from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.errors import Problem
from api.http import encode, expected_version, flag, idempotency_key, identifier, json_answer, text, versioned
from api.notification import bodies as b
from api.operations import principal, read_body
from api.paging import limit_of, number_in, page, read_cursor, time_in, uuid_in
from api.services import services
from api.strict import checked
from api.wire import id_in
from contracts.ids import PAVILION, time_ordered_uuid
from contracts.preferences import PreferencesBody, UnknownTimeZone, plain_preferences, preferences_of
from domain.outgoing import Refused, read
from handlers.notification.ports import AttemptRow, InboxRow, Notifications, PushSubscription

Body = TypeVar("Body", bound=msgspec.Struct)


async def list_notifications(request: Request) -> Response:
    """The caller's inbox, newest first, a page at a time, with how many are unread."""
    place = read_cursor(request, 2)
    rows = await _kept(request).inbox(
        *_me(request),
        unread=flag(request, "unread"),
        before=(time_in(place[0]), uuid_in(place[1])) if place else None,
        limit=limit_of(request) + 1,
    )
    unread = await _kept(request).unread(*_me(request))
    shown = [((row.created_at, row.id), _row(row)) for row in rows]
    return page(request, "notifications", shown, unread=unread)


async def mark_notification_read(request: Request) -> Response:
    """Marks one of the caller's notifications as read; marked already, it stays so."""
    idempotency_key(request)
    if not await _kept(request).mark_read(*_me(request), id_in(request, "notification_id")):
        raise Problem("notification_not_found", "there is no such notification of yours")
    return Response(status_code=204)


async def mark_notifications_read(request: Request) -> Response:
    """Marks all of the caller's notifications up to a time as read."""
    idempotency_key(request)
    said = await _body(request, b.MarkReadBody)
    await _kept(request).mark_all_read(*_me(request), said.until)
    return Response(status_code=204)


async def get_notification_preferences(request: Request) -> Response:
    """By which ways the caller hears of what, in which language, and when not."""
    version, preferences = await _kept(request).preferences(*_me(request))
    return versioned(request, version, encode(plain_preferences(preferences, whole=True)))


async def put_notification_preferences(request: Request) -> Response:
    """Replaces the caller's wishes. A category that is not named is as it is unless somebody says so."""
    expected = expected_version(request)
    try:
        preferences = preferences_of(await _body(request, PreferencesBody))
    except UnknownTimeZone as error:
        said = "time_zone must be one of the IANA time zone database, like Asia/Kolkata"
        members = {"param": "time_zone", "pointer": "/time_zone"}
        raise Problem("time_zone_unknown", said, members=members) from error
    version = await _kept(request).prefer(*_me(request), expected, preferences)
    if version is None:
        current, _ = await _kept(request).preferences(*_me(request))
        members = {"current_version": current}
        raise Problem("version_mismatch", f"the preferences are at version {current}", members=members)
    return json_answer(plain_preferences(preferences, whole=True), headers={"etag": f'"{version}"'})


async def list_notification_subscriptions(request: Request) -> Response:
    """What the caller follows, a page at a time."""
    place = read_cursor(request, 1)
    rows = await _kept(request).subscriptions(*_me(request), place[0] if place else "", limit_of(request) + 1)
    shown = [((about,), {"about": about, "since": since}) for about, since in rows]
    return page(request, "subscriptions", shown)


async def follow(request: Request) -> Response:
    """The caller is told of what happens to a team, player, match or tournament, or in the whole league. Followed
    already, it stays so."""
    idempotency_key(request)
    said = await _body(request, b.FollowBody)
    if not await _kept(request).follow(*_me(request), said.about):
        raise Problem("too_many_subscriptions", "you follow as much as one can; follow something less first")
    return json_answer({"about": said.about}, 201)


async def unfollow(request: Request) -> Response:
    """The caller is told of it no more."""
    about = request.path_params["about"]
    if "\x00" in about or not await _kept(request).unfollow(*_me(request), about):
        raise Problem("subscription_not_found", "you do not follow that")
    return Response(status_code=204)


async def list_push_subscriptions(request: Request) -> Response:
    """The browsers that the caller is told in, and the key (`applicationServerKey`) that others subscribe with."""
    place = read_cursor(request, 2)
    known = await _kept(request).push_subscriptions(*_me(request))
    rows = [
        (
            (each.created_at, each.id),
            {"id": each.id, "endpoint": each.endpoint, "created_at": each.created_at},
        )
        for each in known
    ]
    after = (time_in(place[0]), uuid_in(place[1])) if place else None
    left = [row for row in rows if after is None or row[0] > after]
    return page(request, "push_subscriptions", left, key=services(request).push_key)


async def push_subscribe(request: Request) -> Response:
    """Has the caller told in a browser, too: the body is what `PushSubscription.toJSON()` gives there."""
    idempotency_key(request)
    said = await _body(request, b.PushSubscriptionBody)
    known = services(request)
    try:
        read(said.endpoint, known.outgoing)
    except Refused as refused:
        raise Problem(
            "endpoint_refused",
            refused.message,
            members={"param": "endpoint", "pointer": "/endpoint", "because": refused.code},
        ) from refused
    now = datetime.now(UTC)
    new = uuid5(_me(request)[1], f"push/{said.endpoint}/{now.timestamp()}")
    wanted = PushSubscription(
        id=time_ordered_uuid(int(now.timestamp() * 1000), new.int & ((1 << 74) - 1)),
        endpoint=said.endpoint,
        p256dh=said.keys.p256dh,
        auth=said.keys.auth,
    )
    kept = await _kept(request).push_subscribe(*_me(request), wanted)
    if kept is None:
        raise Problem(
            "too_many_subscriptions", "you are told in as many browsers as can be; remove one first"
        )
    return json_answer({"id": kept}, 201)


async def push_unsubscribe(request: Request) -> Response:
    """The caller is told in that browser no more."""
    if not await _kept(request).push_unsubscribe(*_me(request), id_in(request, "subscription_id")):
        raise Problem("subscription_not_found", "there is no such browser of yours")
    return Response(status_code=204)


async def list_notification_deliveries(request: Request) -> Response:
    """Every attempt to reach anybody by mail or push, and what became of it, newest first, a page at a time."""
    place = read_cursor(request, 1)
    rows = await _kept(request).attempts(
        principal(request).tenant_id,
        user_id=identifier(request, "user_id"),
        channel=text(request, "channel"),
        outcome=text(request, "outcome"),
        before=number_in(place[0]) if place else None,
        limit=limit_of(request) + 1,
    )
    return page(request, "deliveries", [((row.number,), _attempt(row)) for row in rows])


def person_of(subject: str) -> UUID:
    """Whose inbox it is. The development issuer's tokens name people without an account, by any words."""
    try:
        return UUID(subject)
    except ValueError:
        return uuid5(PAVILION, f"person/{subject}")


def _me(request: Request) -> tuple[UUID, UUID]:
    """The league and the person who calls. Raises Problem (403) for an API key or a share link."""
    who = principal(request)
    if who.kind != "user":
        raise Problem("not_allowed", "this is for people who are logged in, not for keys and links")
    return who.tenant_id, person_of(who.subject)


def _kept(request: Request) -> Notifications:
    return services(request).notifications


async def _body(request: Request, kind: type[Body]) -> Body:
    return checked(msgspec.json.Decoder(kind).decode, await read_body(request))


def _row(row: InboxRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "category": row.category,
        "critical": row.critical,
        "subject": row.subject,
        "text": row.text,
        "about": row.about,
        "created_at": row.created_at,
        "read_at": row.read_at,
    }


def _attempt(row: AttemptRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "notification_id": row.notification_id,
        "user_id": row.user_id,
        "notice_id": row.notice_id,
        "kind": row.kind,
        "channel": row.channel,
        "at": row.at,
        "outcome": row.outcome,
        "detail": row.detail,
    }
