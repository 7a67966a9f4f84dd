"""Second factors: which code counts, and that it counts once (RFC 6238, 5.2)."""

import hmac
from collections.abc import Mapping

RECOVERY_CODES = 10


def accepted_step(code: str, codes: Mapping[int, str], last_step: int) -> int | None:
    """The time step whose code this is, if it is later than the one that was accepted last; else None.

    ``codes``: of the steps around now. All are compared, so that the time tells nothing.
    """
    accepted = None
    for step, expected in codes.items():
        if hmac.compare_digest(code.encode(), expected.encode()) and step > last_step:
            accepted = step
    return accepted


def normalised_code(text: str) -> str:
    """A code without the spaces and hyphens that people type."""
    return "".join(text.split()).replace("-", "").upper()
