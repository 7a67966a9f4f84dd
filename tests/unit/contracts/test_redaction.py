"""No secret is read in a log, an error or a failure."""

import io
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from contracts.redaction import redact, redact_library_logs, redact_line

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
    f"pvk_{'0123abcd' * 4}_aB-c_d9": "pvk_0123abcd[redacted]",
    f"pvr_{'0123abcd' * 4}.aB-c_d9": "pvr_0123abcd[redacted]",
    f"pvl_{'0123abcd' * 4}.aB-c_d9": "pvl_0123abcd[redacted]",
    f"pvm_{'0123abcd' * 4}.aB-c_d9": "pvm_0123abcd[redacted]",
    f"pvi_{'0123abcd' * 4}.aB-c_d9": "pvi_0123abcd[redacted]",
    "$argon2id$v=19$m=19456,t=2,p=1$uAML05WIaEvY$KGR87sBf5FhP7PKya73/5Kg": "$argon2id$[redacted]",
    "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2ln-_": "eyJ[redacted]",
}


OURS = {
    "eyJhbGciOi.eyJzdWIi.c2ln-_": "eyJ[redacted]",
    "4242424242424242": "[redacted]",
    "4000 0025 0000 3155": "[redacted]",
    "3782-822463-10005": "[redacted]",
}
"""What the Auth Service gives out, and cards."""


@pytest.mark.parametrize("secret", OURS)
@pytest.mark.parametrize("around", ["{}", "Bearer {}", "it was '{}'."])
def test_what_lets_somebody_in_or_pays_is_left_out(secret: str, around: str) -> None:
    assert redact(around.format(secret)) == around.format(OURS[secret])


def test_a_private_key_is_left_out() -> None:
    begin, end = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
    assert redact(f"{begin}\nMIGH+/=\n{end}") == f"{begin}[redacted]{end}"


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
        "pvk_0123abcd is the prefix of an API key",
        "4242424242424241 is no card: its last digit is wrong",
        "0191f0a0-4242-4242-4242-424242424242",
        "1764389123456 1764389123456789",
    ],
)
def test_ids_and_names_stay(text: str) -> None:
    assert redact(text) == text


def test_a_finished_line_of_the_log_is_redacted() -> None:
    assert redact_line(None, "info", '{"event":"sk_test_1"}') == '{"event":"sk_test_[redacted]"}'


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    """A library's logger with a handler and a formatter of its own."""
    logger = logging.getLogger("a library of the tests")
    logger.addHandler(logging.StreamHandler(io.StringIO()))
    logger.handlers[0].setFormatter(logging.Formatter("library: %(message)s"))
    yield logger
    logger.handlers.clear()


def test_libraries_log_no_secret_either(logger: logging.Logger) -> None:
    redact_library_logs()
    redact_library_logs()
    try:
        raise RuntimeError("Invalid API Key provided: sk_live_51Hx")
    except RuntimeError:
        logger.exception("request with %s failed", "rk_test_7")
    text = logger.handlers[0].stream.getvalue()  # type: ignore[attr-defined]
    assert text.startswith("library: request with rk_test_[redacted] failed\nTraceback")
    assert "Invalid API Key provided: sk_live_[redacted]" in text


def test_what_ends_a_process_is_redacted_too() -> None:
    program = (
        "from contracts.redaction import redact_library_logs; redact_library_logs()\n"
        "raise RuntimeError('no such key: sk_live_' + '51Hx')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.rstrip().endswith("RuntimeError: no such key: sk_live_[redacted]")
