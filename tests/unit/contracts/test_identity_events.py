"""Events of identity: read as they were written, and without what nobody should read."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest

from contracts.cloudevents import event_type
from contracts.identity_events import IDENTITY, IdentityEvent, decode, encode, identity_stream
from contracts.topics import HOME_TOPICS, IDENTITY_EVENTS

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SAMPLES: dict[str, Any] = {
    "grants": ("scorer", "umpire@match:m1"),
    "kind": "user",
    "reset": True,
    "user_id": UUID(int=1),
    "session_id": UUID(int=2),
    "tenant_id": UUID(int=7),
    "invitation_id": UUID(int=6),
    "match_id": UUID(int=3),
    "link_id": UUID(int=4),
}
TYPES = get_args(IdentityEvent)


def sample(kind: Any) -> Any:
    """An event with something in each field."""

    def value(name: str) -> Any:
        if name == "key_id":
            return "kid" if kind.__name__.startswith("SigningKey") else UUID(int=5)
        times = name in ("at", "expires_at", "previous_until", "signs_from")
        return NOW if times else SAMPLES.get(name, name)

    return kind(**{field.name: value(field.name) for field in fields(kind)})


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_an_event_is_read_as_it_was_written(kind: Any) -> None:
    event = sample(kind)
    assert decode(kind.__name__, encode(event)) == event


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_no_event_has_a_place_for_a_secret_or_an_address(kind: Any) -> None:
    names = {field.name for field in fields(kind)}
    assert names.isdisjoint({"email", "password", "secret", "hash", "token", "address", "user_agent", "ip"})
    assert "at" in names


def test_an_event_of_a_later_release_is_left_alone() -> None:
    assert decode("SomethingNew", b"{}") is None


def test_a_field_of_a_later_release_is_left_alone() -> None:
    assert decode("TenantResumed", b'{"at": "2026-06-01T12:00:00Z", "more": 1}').at == NOW


def test_they_go_to_the_topic_of_identity() -> None:
    assert HOME_TOPICS[IDENTITY] is IDENTITY_EVENTS
    assert event_type("MemberGrantsChanged") == "MEMBER_GRANTS_CHANGED"


def test_a_stream_is_one_things_of_one_league() -> None:
    one, two, id_ = uuid4(), uuid4(), uuid4()
    assert identity_stream(one, "session", id_) == identity_stream(one, "session", id_)
    assert (
        len({identity_stream(*each, id_) for each in ((one, "session"), (two, "session"), (one, "api-key"))})
        == 3
    )
