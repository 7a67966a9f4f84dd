"""Which events leave the house, and how they are written."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.codec import EVENT_TYPES_OF
from contracts.webhook_events import CHOICES, SENT_KINDS, TYPES, Sent, body_of, leaves, names_of, type_of


@pytest.mark.parametrize("kind", ["identity", "webhook", "ledger"])
def test_what_is_about_people_and_keys_stays(kind: str) -> None:
    assert not any(leaves(kind, name) for name in EVENT_TYPES_OF.get(kind, ("Anything",)))


def test_no_event_with_the_hash_of_a_secret_or_a_mail_address_leaves() -> None:
    kinds = [(kind, name) for kind in SENT_KINDS for name in EVENT_TYPES_OF[kind] if leaves(kind, name)]
    telling = [
        (kind, name)
        for kind, name in kinds
        for field in EVENT_TYPES_OF[kind][name].__dataclass_fields__
        if any(word in field for word in ("hash", "secret", "email", "password"))
    ]
    assert telling == []


def test_that_there_is_something_to_tell_leaves_and_who_was_told_stays() -> None:
    told = [name for name in EVENT_TYPES_OF["notification"] if leaves("notification", name)]
    assert told == ["NoticeRaised"]


def test_that_somebody_was_forgotten_is_told() -> None:
    assert leaves("match", "PersonErased")


def test_types_are_dotted_and_in_the_characters_of_the_specification() -> None:
    assert type_of("match", "BallRecorded") == "match.ball_recorded"
    assert all(set(each) <= set("abcdefghijklmnopqrstuvwxyz0123456789_.") for each in TYPES)


def test_a_filter_may_say_every_type_and_all_of_a_kind() -> None:
    assert {"match.ball_recorded", "match.wicket_fallen", "payment.*"} <= CHOICES
    assert "identity.*" not in CHOICES


def test_a_ball_with_a_wicket_goes_by_two_names() -> None:
    bowled = b'{"delivery": {"wickets": [{"kind": "bowled", "player": "a"}]}}'
    assert names_of("match", "BallRecorded", bowled) == ("match.ball_recorded", "match.wicket_fallen")
    assert names_of("match", "BallRecorded", b'{"delivery": {}}') == ("match.ball_recorded",)


def test_the_body_is_that_of_the_specification_with_the_events_own_json() -> None:
    event = Sent(
        event_id=UUID(int=1),
        stream_kind="match",
        stream_id=UUID(int=2),
        version=41,
        type="TossMade",
        schema_version=1,
        recorded_at=datetime(2026, 4, 7, 10, tzinfo=UTC),
        data='{"winner": "rcb"}',
    )
    assert json.loads(body_of(event)) == {
        "type": "match.toss_made",
        "timestamp": "2026-04-07T10:00:00Z",
        "id": str(UUID(int=1)),
        "subject": str(UUID(int=2)),
        "version": 41,
        "schema_version": 1,
        "data": {"winner": "rcb"},
    }
