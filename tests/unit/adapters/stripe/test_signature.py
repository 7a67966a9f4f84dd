"""Only what Stripe has signed, and lately, is taken."""

import time
from collections.abc import Callable

import pytest
from stripe import WebhookSignature

from adapters.stripe.signature import SignatureCheck, WebhookSecretInvalid
from handlers.webhooks import SignatureExpired, SignatureInvalid

BODY = '{"id":"evt_1","note":"é"}'.encode()
CHECK = SignatureCheck("whsec_ours,whsec_connect")


def signed(body: bytes = BODY, by: str = "whsec_ours", seconds_ago: int = 0) -> str:
    return WebhookSignature.generate_signature_header(body.decode(), by, int(time.time()) - seconds_ago)


def of_another_time() -> str:
    at, rest = signed(seconds_ago=10).removeprefix("t=").split(",", 1)
    return f"t={int(at) + 1},{rest}"


def refusal(header: str | None, body: bytes = BODY) -> type[Exception] | None:
    """Why it is not taken; None if it is."""
    try:
        CHECK(body, header)
    except (SignatureInvalid, SignatureExpired) as refused:
        return type(refused)
    return None


@pytest.mark.parametrize("secret", ["whsec_ours", "whsec_connect"])
def test_any_of_the_secrets_will_do(secret: str) -> None:
    assert refusal(signed(by=secret)) is None


def test_one_of_two_signatures_is_enough_while_a_secret_is_replaced() -> None:
    old, new = signed(by="whsec_old"), signed()
    assert refusal(old) is SignatureInvalid
    assert refusal(f"{old},{new.split(',')[1]}") is None


FALSE: dict[str, Callable[[], str | None]] = {
    "none": lambda: None,
    "empty": lambda: "",
    "no signature": lambda: "t=1",
    "no header": lambda: "nonsense",
    "blank": lambda: f"t={int(time.time())},v1=",
    "no time": lambda: f"t=x,v1={'0' * 64}",
    "another secret's": lambda: signed(by="whsec_other"),
    "another body's": lambda: signed(b"{}"),
    "of an older scheme": lambda: signed().replace("v1=", "v0="),
    "of another time": of_another_time,
}
"""Made when they are sent: a signature lasts for five minutes."""


@pytest.mark.parametrize("header", FALSE.values(), ids=FALSE)
def test_anything_else_is_refused(header: Callable[[], str | None]) -> None:
    assert refusal(header()) is SignatureInvalid


def test_a_body_that_is_no_text_is_refused() -> None:
    assert refusal(signed(), b"\xff") is SignatureInvalid


def test_it_may_be_some_minutes_old() -> None:
    assert refusal(signed(seconds_ago=200)) is None


def test_older_is_refused() -> None:
    assert refusal(signed(seconds_ago=301)) is SignatureExpired


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
