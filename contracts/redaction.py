"""Secrets taken out of what people read: logs, errors, what workflows say of their failures.

They should never get there. This is for the day when a library puts one into a message.
"""

import logging
import re
from typing import Any

REDACTED = "[redacted]"

_SECRETS = re.compile(
    r"(?<![0-9A-Za-z])"
    r"((?:sk|rk)_(?:live|test)_"  # Stripe's secret and restricted keys
    r"|whsec_"  # what webhooks are signed with, coming and going
    # Client secrets, by which a payment is confirmed: pi_…_secret_…, seti_…_secret_…
    r"|(?:pi|seti|cs|ek|src)_[0-9A-Za-z_]*?_secret_)"
    r"[0-9A-Za-z+/=_*-]+"
)
_SIGNS = ("sk_", "rk_", "whsec_", "_secret_")
"""One of these is in every secret; looking for them is quicker than the expression."""


def redact(text: str) -> str:
    """The text with what follows the prefix of each secret left out: ``sk_test_[redacted]``."""
    if any(sign in text for sign in _SIGNS):
        return _SECRETS.sub(rf"\1{REDACTED}", text)
    return text


def redact_line(_logger: Any, _method: str, line: str | bytes | dict[str, Any]) -> Any:
    """The last of structlog's processors: the finished line, so that nothing in it is forgotten."""
    return redact(line) if isinstance(line, str) else line


class RedactingFormatter(logging.Formatter):
    """Of the standard library's logging, which libraries use: message, arguments and trace."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
