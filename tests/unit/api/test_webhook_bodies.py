"""Of an event is kept what it is about; of what nobody foresaw, what can be read."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from api.errors import Problem
from api.webhook.bodies import read_event

OURS = {"tenant": "t", "tournament": "c", "payment": "p", "step": "intent"}


def read(object_: Any = None, **event: Any) -> Any:
    known = {"id": "evt_1", "type": "x.y", "created": 1775001600, "livemode": False}
    return read_event(json.dumps({**known, "data": {"object": object_ or {}}, **event}).encode())


def test_what_an_event_is_about_is_kept() -> None:
    intent = {
        "id": "pi_1",
        "object": "payment_intent",
        "client_secret": "pi_1_secret_2",
        "metadata": {**OURS, "x": "y"},
    }
    event = read(intent, type="payment_intent.succeeded", account="acct_1", livemode=True)
    assert (event.id, event.type, event.live, event.account) == (
        "evt_1",
        "payment_intent.succeeded",
        True,
        "acct_1",
    )
    assert event.created_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert (event.object_type, event.object_id, event.intent) == ("payment_intent", "pi_1", "pi_1")
    assert event.metadata == OURS
    assert "secret" not in repr(event)


@pytest.mark.parametrize("named", ["pi_2", {"id": "pi_2", "object": "payment_intent"}])
def test_a_refund_names_its_intent_plain_or_expanded(named: Any) -> None:
    assert read({"id": "re_1", "object": "refund", "payment_intent": named}).intent == "pi_2"


@pytest.mark.parametrize(
    "object_",
    [
        {},
        {"object": "balance"},
        {"id": 7, "object": [], "metadata": "x", "payment_intent": 1},
        {"id": "a\x00b", "metadata": {"tenant": None, "payment": "p\x00"}},
        {"id": "x" * 256},
    ],
    ids=str,
)
def test_an_object_that_nobody_knows_is_no_error(object_: Any) -> None:
    event = read(object_)
    assert (event.id, event.object_id, event.intent, event.metadata) == ("evt_1", None, None, {})


def test_an_event_without_data_is_kept() -> None:
    event = read_event(
        b'{"id":"evt_2","object":"v2.core.event","type":"v2.x","created":"2026-04-01T00:00:00Z"}'
    )
    assert (event.id, event.created_at, event.object_id) == (
        "evt_2",
        datetime(2026, 4, 1, tzinfo=UTC),
        None,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"id":"","type":"x","created":1}',
        b'{"id":"evt_1","created":1}',
        b'{"id":"evt_1","type":"x","created":"now"}',
        b'{"id":"evt_1","type":"x","created":99999999999999999}',
        b'{"id":"evt\\u0000","type":"x","created":1}',
        b'{"id":"evt_1","type":"x","created":1,"data":[]}',
    ],
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(Problem) as refused:
        read_event(body)
    assert (refused.value.code, refused.value.status) == ("malformed_json", 400)
