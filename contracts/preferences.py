"""People's wishes about notifications as JSON: in the database and in the API."""

from datetime import time
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import available_timezones

import msgspec

from domain.notification.notice import Category, Channel
from domain.notification.preferences import DIGEST_AT, Choice, Preferences, QuietHours

LANGUAGES = ("en", "hi")
"""Those there are texts in."""

WallTime = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Looked up in hundreds of files, so once; a process that was there before a zone was named learns it later."""
    return frozenset(available_timezones())


class UnknownTimeZone(ValueError):
    """There is no such time zone."""


class QuietHoursBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """On the clock of the time zone; over midnight if the end is earlier."""

    start: WallTime
    end: WallTime


class ChoiceBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``digest``: mails of the category are collected into one a day. Critical ones are sent at once all the same."""

    channels: Annotated[tuple[Channel, ...], msgspec.Meta(max_length=3)]
    digest: bool = False


class PreferencesBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """``categories``: those that are not named are as they are unless somebody says so."""

    language: Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(LANGUAGES)})$")] = "en"
    time_zone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = "UTC"
    quiet_hours: QuietHoursBody | None = None
    digest_at: WallTime = f"{DIGEST_AT:%H:%M}"
    categories: dict[Category, ChoiceBody] = {}


_decoder = msgspec.json.Decoder(PreferencesBody)


def preferences_of(body: PreferencesBody) -> Preferences:
    """Raises UnknownTimeZone."""
    if body.time_zone not in _zones():
        raise UnknownTimeZone(body.time_zone)
    quiet = body.quiet_hours
    return Preferences(
        language=body.language,
        time_zone=body.time_zone,
        quiet=None
        if quiet is None
        else QuietHours(start=time.fromisoformat(quiet.start), end=time.fromisoformat(quiet.end)),
        digest_at=time.fromisoformat(body.digest_at),
        choices={
            category: Choice(channels=frozenset(choice.channels), digest=choice.digest)
            for category, choice in body.categories.items()
        },
    )


def stored_preferences(document: str | None) -> Preferences:
    """What the database has; what holds unless somebody says so, where it has nothing. A zone that was known once and
    is no more is UTC: one person's must not keep a page of others from being told."""
    if document is None:
        return Preferences()
    body = _decoder.decode(document)
    known = body if body.time_zone in _zones() else msgspec.structs.replace(body, time_zone="UTC")
    return preferences_of(known)


def plain_preferences(preferences: Preferences, *, whole: bool) -> dict[str, Any]:
    """As JSON has them; ``whole``: with the categories that nobody has chosen about."""
    quiet = preferences.quiet
    categories = Category if whole else preferences.choices
    return {
        "language": preferences.language,
        "time_zone": preferences.time_zone,
        "quiet_hours": {"start": f"{quiet.start:%H:%M}", "end": f"{quiet.end:%H:%M}"} if quiet else None,
        "digest_at": f"{preferences.digest_at:%H:%M}",
        "categories": {
            each.value: {
                "channels": sorted(preferences.choice(each).channels),
                "digest": preferences.choice(each).digest,
            }
            for each in categories
        },
    }
