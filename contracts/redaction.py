"""Secrets taken out of what people read: logs, errors, what workflows say of their failures.

They should never get there. This is for the day when a library puts one into a message.
"""

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any

REDACTED = "[redacted]"

_SECRETS = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"((?:sk|rk)_(?:live|test)_"  # Stripe's secret and restricted keys
    r"|(?:pi|seti|cs|ek|src)_[0-9A-Za-z_]*?_secret_)"  # client secrets, by which a payment is confirmed
    r"[0-9A-Za-z_*]+"
    r"|(whsec_)[0-9A-Za-z+/=_-]+"  # what webhooks are signed with, coming and going
    r"|(pv[kmilr]_[0-9a-f]{8})[0-9a-f]{24}[._][0-9A-Za-z_-]+"  # API keys, refresh tokens, links; who they are stays
    r"|(\$argon2[a-z]*\$)[0-9A-Za-z$=,+/-]+"  # hashes of passwords
    r"|(eyJ)[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]*)"  # access tokens
    r"|(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]+"
)
_SIGNS = (
    *("sk_", "rk_", "whsec_", "_secret_", "pvk_", "pvm_", "pvi_", "pvl_", "pvr_", "$argon2", "eyJ"),
    "PRIVATE KEY",
)
"""One of these is in every secret; looking for them is quicker than the expression."""
_CARD = re.compile(r"(?<![0-9A-Za-z.-])[3-6](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z.-])")


def redact(text: str) -> str:
    """The text with what follows the prefix of each secret left out, ``sk_test_[redacted]``, and card numbers."""
    if any(sign in text for sign in _SIGNS):
        text = _SECRETS.sub(lambda found: f"{found[found.lastindex or 0]}{REDACTED}", text)
    return _CARD.sub(lambda found: REDACTED if _adds_up(found[0]) else found[0], text)


def _adds_up(text: str) -> bool:
    """Whether the last digit is the one that a card number has (ISO/IEC 7812, after Luhn)."""
    digits = [int(each) for each in reversed(text) if each.isdigit()]
    return sum(digits[::2]) % 10 == -sum(sum(divmod(2 * each, 10)) for each in digits[1::2]) % 10


def redact_line(_logger: Any, _method: str, line: Any) -> Any:
    """The last of structlog's processors: the finished line, so that nothing in it is forgotten."""
    return redact(line) if isinstance(line, str) else line


class RedactingFormatter(logging.Formatter):
    """Writes what another formatter does, without the secrets: message, arguments and trace."""

    def __init__(self, inner: logging.Formatter | None = None) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter(logging.BASIC_FORMAT)

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record))


def redact_library_logs() -> None:
    """Redact what goes through the standard library's logging, as libraries use it, and what ends the process."""
    if not logging.root.handlers:
        logging.basicConfig(level=logging.WARNING)
    known = (logging.root, *logging.Logger.manager.loggerDict.values())
    for handler in (
        each for logger in known if isinstance(logger, logging.Logger) for each in logger.handlers
    ):
        if not isinstance(handler.formatter, RedactingFormatter):
            handler.setFormatter(RedactingFormatter(handler.formatter))
    sys.excepthook = _redacted_end


def _redacted_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(redact("".join(traceback.format_exception(kind, error, trace))))
