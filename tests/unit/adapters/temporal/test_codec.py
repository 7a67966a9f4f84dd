"""What is about money is encrypted, whatever key is the newest; the rest stays readable."""

import base64

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext

from adapters.temporal.codec import EncryptingCodec, PayloadNotDecrypted
from adapters.temporal.keys import PayloadKeys, PayloadKeysInvalid

OLD, NEW = (base64.b64encode(bytes([each]) * 32).decode() for each in (1, 2))
KEYS = PayloadKeys.parse(f"new:{NEW},old:{OLD}")
SECRET = Payload(metadata={"encoding": b"json/plain"}, data=b'"pi_1_secret_2"')


def of(workflow_id: str) -> WorkflowSerializationContext:
    return WorkflowSerializationContext(namespace="default", workflow_id=workflow_id)


def in_activity(workflow_id: str | None) -> ActivitySerializationContext:
    return ActivitySerializationContext(
        namespace="default",
        activity_id="1",
        activity_type="create",
        activity_task_queue="payment",
        workflow_id=workflow_id,
        workflow_type="EntryWorkflow",
        is_local=False,
    )


@pytest.mark.parametrize(
    "context",
    [of("t1/entry/p1"), of("t1/payout/x"), of("t1/reconciliation/2026"), in_activity("t1/entry/p1")],
    ids=str,
)
async def test_what_is_about_money_is_encrypted_and_comes_back(context: WorkflowSerializationContext) -> None:
    codec = EncryptingCodec(KEYS).with_context(context)
    (sealed,) = await codec.encode([SECRET])
    assert sealed.metadata["encoding"] == b"binary/encrypted"
    assert b"secret" not in sealed.SerializeToString()
    assert await codec.decode([sealed]) == [SECRET]


@pytest.mark.parametrize(
    "context",
    [
        of("t1/tournament/x"),
        of("t1/match/x"),
        of("relay/0"),
        in_activity("t1/tournament/x"),
        in_activity(None),
    ],
    ids=str,
)
async def test_everything_else_stays_readable(context: WorkflowSerializationContext) -> None:
    assert await EncryptingCodec(KEYS).with_context(context).encode([SECRET]) == [SECRET]


async def test_a_payload_is_decrypted_wherever_it_is_read() -> None:
    """A tournament hears the answer of a payment."""
    codec = EncryptingCodec(KEYS)
    sealed = await codec.with_context(of("t1/entry/p1")).encode([SECRET])
    assert await codec.with_context(of("t1/tournament/x")).decode(sealed) == [SECRET]


async def test_the_same_payload_is_never_encrypted_to_the_same_bytes() -> None:
    codec = EncryptingCodec(KEYS, encrypts=True)
    first, second = await codec.encode([SECRET, SECRET])
    assert first.data != second.data


async def test_an_older_key_still_decrypts() -> None:
    sealed = await EncryptingCodec(PayloadKeys.parse(f"old:{OLD}"), encrypts=True).encode([SECRET])
    assert sealed[0].metadata["encryption-key-id"] == b"old"
    assert await EncryptingCodec(KEYS).decode(sealed) == [SECRET]


async def test_a_key_that_is_gone_is_named() -> None:
    sealed = await EncryptingCodec(KEYS, encrypts=True).encode([SECRET])
    with pytest.raises(PayloadNotDecrypted, match="'new' is not configured"):
        await EncryptingCodec(PayloadKeys.parse(f"old:{OLD}")).decode(sealed)


async def test_a_changed_payload_is_refused() -> None:
    (sealed,) = await EncryptingCodec(KEYS, encrypts=True).encode([SECRET])
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(PayloadNotDecrypted, match="does not fit"):
        await EncryptingCodec(KEYS).decode([sealed])


async def test_a_payload_does_not_pass_for_one_of_another_key() -> None:
    (sealed,) = await EncryptingCodec(KEYS, encrypts=True).encode([SECRET])
    sealed.metadata["encryption-key-id"] = b"old"
    with pytest.raises(PayloadNotDecrypted, match="does not fit"):
        await EncryptingCodec(KEYS).decode([sealed])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "payload key 1 is not written id:base64"),
        (NEW, "payload key 1 is not written id:base64"),
        (f"a:{NEW},", "payload key 2 is not written id:base64"),
        (f"a:{NEW},a:{OLD}", "two payload keys have the id 'a'"),
        ("a:not base64", "payload key 'a' is not base64"),
        ("a:c2hvcnQ=", "payload key 'a' has 5 bytes instead of 32"),
    ],
)
def test_keys_that_cannot_be_used_are_refused(text: str, fault: str) -> None:
    with pytest.raises(PayloadKeysInvalid) as refused:
        PayloadKeys.parse(text)
    assert str(refused.value) == fault


def test_keys_do_not_print_themselves() -> None:
    assert "new" in repr(KEYS)
    assert repr(bytes([2]) * 32) not in repr(KEYS)
