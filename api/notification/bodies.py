"""What bodies about notifications say."""

from datetime import datetime
from typing import Annotated

import msgspec

from contracts.preferences import ChoiceBody, PreferencesBody, QuietHoursBody
from domain.notification.notice import FOLLOWED

About = Annotated[
    str, msgspec.Meta(pattern=rf"^(tenant:|({'|'.join(FOLLOWED)}):[^\x00-\x1f\x7f/]+)$", max_length=120)
]
Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]+={0,2}$", min_length=16, max_length=120)]
Endpoint = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$", max_length=1000)]


class MarkReadBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Everything that came up to a time: what was on the page when it was looked at, and nothing that came since."""

    until: Annotated[datetime, msgspec.Meta(tz=True)]


class FollowBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``about``: ``team:rcb``, ``player:…``, ``match:…``, ``tournament:…``, or ``tenant:`` for the whole league."""

    about: About


class PushKeys(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What messages are encrypted with (base64url), as the browser gives it."""

    p256dh: Key
    auth: Key


class PushSubscriptionBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What ``PushSubscription.toJSON()`` gives in a browser."""

    endpoint: Endpoint
    keys: PushKeys
    expirationTime: float | None = None


STRUCTS: list[type[msgspec.Struct]] = [
    *(MarkReadBody, FollowBody, PushKeys, PushSubscriptionBody),
    *(PreferencesBody, QuietHoursBody, ChoiceBody),
]
