"""The operations on notifications."""

from typing import Any

import msgspec

from api import openapi as o
from api.notification import bodies, endpoints, leaving
from api.operations import Endpoint, Operation
from api.paging import PARAMETERS
from api.reading import reading

TAG = "notifications"
ALL = "/v1/notifications"
PREFERENCES, SUBSCRIPTIONS = f"{ALL}/preferences", f"{ALL}/subscriptions"
PUSH, LEAVE = f"{ALL}/push-subscriptions", f"{ALL}/unsubscribe/{{token}}"
_OBJECT = {"type": "object", "additionalProperties": True}
_PAGE = {"text/html": {"schema": {"type": "string"}}}

STRUCTS: list[type[msgspec.Struct]] = bodies.STRUCTS


def _writing(
    id_: str,
    method: str,
    path: str,
    summary: str,
    endpoint: Endpoint,
    *parameters: dict[str, Any],
    body: dict[str, Any] | None = None,
    status: int = 204,
    refusals: tuple[int, ...] = (),
) -> Operation:
    """``status`` 204: there is nothing to say."""
    success = {"description": summary} if status == 204 else o.json_answer(summary, _OBJECT)
    keys = [o.IDEMPOTENCY_KEY] if method == "POST" else []
    usual = (400, 413, 415, 422) if body else (400,)
    said: dict[str, Any] = {
        "security": [{"bearer": []}],
        "parameters": [*parameters, *keys],
        "responses": o.answers(success, *usual, *refusals, status=status),
    }
    if body is not None:
        said["requestBody"] = body
    return Operation(
        id=id_,
        method=method,
        path=path,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag=TAG,
        status=status,
        openapi=said,
    )


def _leaving(id_: str, method: str, summary: str, endpoint: Endpoint) -> Operation:
    return Operation(
        id=id_,
        method=method,
        path=LEAVE,
        summary=summary,
        description=" ".join((endpoint.__doc__ or "").split()),
        endpoint=endpoint,
        tag=TAG,
        openapi={
            "security": [],
            "parameters": [o.path("token")],
            "responses": o.answers({"description": "A page", "content": _PAGE}, 404),
        },
    )


_EXAMPLE = {
    "language": "hi",
    "time_zone": "Asia/Kolkata",
    "quiet_hours": {"start": "22:00", "end": "07:00"},
    "digest_at": "08:00",
    "categories": {"results": {"channels": ["inbox", "email"], "digest": True}},
}
_BROWSER = {
    "endpoint": "https://push.example.com/send/abc",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
_WHICH = (
    o.query("user_id", {"type": "string", "format": "uuid"}, "To this person."),
    o.query("channel", {"type": "string", "enum": ["email", "push"]}, "By this way."),
    o.query(
        "outcome",
        {"type": "string", "enum": ["sent", "put off", "refused", "expired", "gone", "not wanted"]},
        "With this outcome.",
    ),
)

OPERATIONS: tuple[Operation, ...] = (
    reading(
        "list_notifications", ALL, "One's inbox, newest first", endpoints.list_notifications,
        o.query("unread", {"type": "boolean", "default": False}, "Unread ones only."), *PARAMETERS, tag=TAG,
    ),
    _writing(
        "mark_notification_read", "POST", f"{ALL}/{{notification_id}}:read", "Mark one as read",
        endpoints.mark_notification_read, o.identifier("notification_id"), refusals=(404,),
    ),
    _writing(
        "mark_notifications_read", "POST", f"{ALL}:read", "Mark all as read", endpoints.mark_notifications_read,
        body=o.body(bodies.MarkReadBody.__name__, {"until": "2026-04-01T18:00:00Z"}),
    ),
    reading(
        "get_notification_preferences", PREFERENCES, "How one wants to be told",
        endpoints.get_notification_preferences, tag=TAG,
    ),
    _writing(
        "put_notification_preferences", "PUT", PREFERENCES, "Say how one wants to be told",
        endpoints.put_notification_preferences, o.IF_MATCH,
        body=o.body(bodies.PreferencesBody.__name__, _EXAMPLE), status=200, refusals=(412,),
    ),
    reading(
        "list_notification_subscriptions", SUBSCRIPTIONS, "What one follows",
        endpoints.list_notification_subscriptions, *PARAMETERS, tag=TAG,
    ),
    _writing(
        "follow", "POST", SUBSCRIPTIONS, "Follow a team, player, match, tournament or the league",
        endpoints.follow, body=o.body(bodies.FollowBody.__name__, {"about": "team:rcb"}), status=201,
        refusals=(409,),
    ),
    _writing(
        "unfollow", "DELETE", f"{SUBSCRIPTIONS}/{{about}}", "Follow it no more", endpoints.unfollow,
        o.path("about", {"example": "team:rcb"}), refusals=(404,),
    ),
    reading(
        "list_push_subscriptions", PUSH, "The browsers one is told in", endpoints.list_push_subscriptions,
        *PARAMETERS, tag=TAG,
    ),
    _writing(
        "push_subscribe", "POST", PUSH, "Be told in a browser", endpoints.push_subscribe,
        body=o.body(bodies.PushSubscriptionBody.__name__, _BROWSER), status=201, refusals=(409,),
    ),
    _writing(
        "push_unsubscribe", "DELETE", f"{PUSH}/{{subscription_id}}", "Be told there no more",
        endpoints.push_unsubscribe, o.identifier("subscription_id"), refusals=(404,),
    ),
    reading(
        "list_notification_deliveries", f"{ALL}/deliveries", "The log of deliveries",
        endpoints.list_notification_deliveries, *_WHICH, *PARAMETERS, tag=TAG,
    ),
    _leaving("show_unsubscribe", "GET", "Ask whether mails are to stop", leaving.show_unsubscribe),
    _leaving("unsubscribe", "POST", "Have mails of a kind stop, by the link in one", leaving.unsubscribe),
)  # fmt: skip
