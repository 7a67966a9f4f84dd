"""Signatures of webhooks, held to the library of those who receive them."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from handlers.webhook_signing import headers_of, new_secret, secret_text

BODY = b'{"type":"match.toss_made"}'


def test_the_library_believes_what_we_sign() -> None:
    secret = new_secret()
    headers = headers_of("1", datetime.now(UTC), BODY, [secret])
    assert Webhook(secret_text(secret)).verify(BODY, headers) == {"type": "match.toss_made"}


@pytest.mark.parametrize(
    "change",
    [{"webhook-id": "2"}, {"webhook-timestamp": str(int(datetime.now(UTC).timestamp()) + 60)}],
)
def test_whatever_of_it_is_changed_is_not_believed(change: dict[str, str]) -> None:
    secret = new_secret()
    headers = headers_of("1", datetime.now(UTC), BODY, [secret]) | change
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(secret)).verify(BODY, headers)


def test_a_recording_is_not_believed() -> None:
    secret = new_secret()
    headers = headers_of("1", datetime.now(UTC) - timedelta(minutes=6), BODY, [secret])
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_text(secret)).verify(BODY, headers)


def test_either_of_two_secrets_will_do() -> None:
    secrets = [new_secret(), new_secret()]
    headers = headers_of("1", datetime.now(UTC), BODY, secrets)
    assert [bool(Webhook(secret_text(each)).verify(BODY, headers)) for each in secrets] == [True, True]


def test_a_secret_has_the_length_of_the_specification_and_is_another_each_time() -> None:
    assert 24 <= len(new_secret()) <= 64
    assert new_secret() != new_secret()


def test_the_example_of_the_specification() -> None:
    """The values of the library's own tests: its secret, id, time and body give this signature."""
    secret = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")._whsecret
    at, body = datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    headers = headers_of("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, [secret])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
