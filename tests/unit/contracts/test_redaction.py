"""No secret is read in a log, an error or a failure."""

import io
import logging

import pytest

from contracts.redaction import RedactingFormatter, redact, redact_line

SECRETS = {
    "sk_test_51HxAbC": "sk_test_[redacted]",
    "sk_live_51HxAbC": "sk_live_[redacted]",
    "rk_live_51HxAbC": "rk_live_[redacted]",
    "rk_test_51HxAbC": "rk_test_[redacted]",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "whsec_[redacted]",
    "whsec_dGVzdCtz/ZWNyZXQ=": "whsec_[redacted]",
    "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH": (
        "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_[redacted]"
    ),
    "seti_1Mm8s8_secret_NZ7Tq": "seti_1Mm8s8_secret_[redacted]",
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "Bearer {}", '{{"key":"{}"}}', "no such key: '{}'.", "a={}&b=c"])
def test_what_follows_the_prefix_of_a_secret_is_left_out(secret: str, around: str) -> None:
    assert redact(around.format(secret)) == around.format(SECRETS[secret])


def test_every_secret_of_a_text_is_left_out() -> None:
    assert redact(" ".join(SECRETS)) == " ".join(SECRETS.values())


@pytest.mark.parametrize(
    "text",
    [
        "pi_3MtwBwLkdIwHu7ix28a3tqPa",
        "PAVILION_STRIPE_WEBHOOK_SECRETS",
        "stripe_webhook_secret_missing",
        "task_test_1 of risk_live_2",
        "evt_1 acct_2 re_3",
    ],
)
def test_ids_and_names_stay(text: str) -> None:
    assert redact(text) == text


def test_a_finished_line_of_the_log_is_redacted() -> None:
    assert redact_line(None, "info", '{"event":"sk_test_1"}') == '{"event":"sk_test_[redacted]"}'


def test_libraries_log_no_secret_either() -> None:
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(RedactingFormatter())
    logger = logging.Logger("stripe")
    logger.addHandler(handler)
    try:
        raise RuntimeError("Invalid API Key provided: sk_live_51Hx")
    except RuntimeError:
        logger.exception("request with %s failed", "rk_test_7")
    text = output.getvalue()
    assert "request with rk_test_[redacted] failed" in text
    assert "Invalid API Key provided: sk_live_[redacted]" in text
