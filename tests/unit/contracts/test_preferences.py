"""People's wishes as they are kept."""

import json
from datetime import time
from zoneinfo import available_timezones

import pytest

from contracts import preferences as kept
from contracts.preferences import UnknownTimeZone, preferences_of, stored_preferences


def stored(zone: str) -> str:
    return json.dumps({"time_zone": zone, "digest_at": "07:30"})


def test_a_zone_that_is_known_no_more_is_utc_and_the_rest_stays() -> None:
    found = stored_preferences(stored("Europe/Atlantis"))
    assert (found.time_zone, found.digest_at) == ("UTC", time(7, 30))


def test_nobody_can_choose_one() -> None:
    with pytest.raises(UnknownTimeZone):
        preferences_of(kept.PreferencesBody(time_zone="Europe/Atlantis"))


def test_the_zones_are_not_looked_up_for_each_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are in hundreds of files, and a page has two hundred persons."""
    looked = 0

    def count() -> set[str]:
        nonlocal looked
        looked += 1
        return available_timezones()

    monkeypatch.setattr(kept, "available_timezones", count)
    kept._zones.cache_clear()  # pyright: ignore[reportPrivateUsage]
    for _ in range(200):
        assert stored_preferences(stored("Asia/Kolkata")).time_zone == "Asia/Kolkata"
    assert looked == 1
