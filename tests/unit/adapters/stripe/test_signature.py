"""Only what Stripe has signed, and lately, is taken."""

import time

import pytest
from stripe import WebhookSignature

from adapters.stripe.signature import SignatureCheck, WebhookSecretInvalid
from handlers.webhooks import SignatureExpired, SignatureInvalid

NOW = int(time.time())
BODY = '{"id":"evt_1","note":"é"}'.encode()
CHECK = SignatureCheck("whsec_ours,whsec_connect")


def signed(body: bytes = BODY, by: str = "whsec_ours", at: int = NOW) -> str:
    return WebhookSignature.generate_signature_header(body.decode(), by, at)


@pytest.mark.parametrize("secret", ["whsec_ours", "whsec_connect"])
def test_any_of_the_secrets_will_do(secret: str) -> None:
    CHECK(BODY, signed(by=secret))


def test_one_of_two_signatures_is_enough_while_a_secret_is_replaced() -> None:
    old, new = signed(by="whsec_old"), signed()
    CHECK(BODY, f"{old},{new.split(',')[1]}")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=1",
        "nonsense",
        f"t={NOW},v1=",
        f"t=x,v1={'0' * 64}",
        signed(by="whsec_other"),
        signed(b"{}"),
        signed().replace("v1=", "v0="),
        signed().replace(f"t={NOW}", f"t={NOW + 1}"),
    ],
    ids=[
        *("none", "empty", "no signature", "no header", "blank", "no time", "another secret's"),
        *("another body's", "an older scheme", "another time's"),
    ],
)
def test_anything_else_is_refused(header: str | None) -> None:
    with pytest.raises(SignatureInvalid):
        CHECK(BODY, header)


def test_a_body_that_is_no_text_is_refused() -> None:
    with pytest.raises(SignatureInvalid):
        CHECK(b"\xff", signed())


def test_it_may_be_nearly_five_minutes_old() -> None:
    CHECK(BODY, signed(at=int(time.time()) - 290))


def test_older_is_refused() -> None:
    with pytest.raises(SignatureExpired):
        CHECK(BODY, signed(at=int(time.time()) - 301))


@pytest.mark.parametrize(
    ("secrets", "fault"),
    [
        ("", "webhook signing secret 1 is blank"),
        ("  ", "webhook signing secret 1 is blank"),
        ("whsec_", "webhook signing secret 1 is blank"),
        ("whsec_a,", "webhook signing secret 2 is blank"),
        ("sk_test_a", "webhook signing secret 1 does not begin with whsec_"),
    ],
)
def test_a_secret_that_cannot_be_used_refuses_to_start(secrets: str, fault: str) -> None:
    with pytest.raises(WebhookSecretInvalid) as refused:
        SignatureCheck(secrets)
    assert str(refused.value) == fault
