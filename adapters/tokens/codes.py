"""Time-based one-time codes (RFC 6238)."""

from collections.abc import Mapping
from datetime import datetime

import pyotp
from pyotp.totp import TOTP

ISSUER_NAME = "Pavilion"
SECONDS_PER_STEP = 30
STEPS_AROUND = 1
"""A code is accepted this many steps early or late: clocks of telephones differ."""


class TotpCodes:
    """A :class:`handlers.identity.ports.OneTimeCodes`."""

    def new_secret(self) -> str:
        return pyotp.random_base32()

    def uri(self, secret: str, email: str) -> str:
        return TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER_NAME)

    def codes(self, secret: str, now: datetime) -> Mapping[int, str]:
        totp = TOTP(secret, interval=SECONDS_PER_STEP)
        present = int(now.timestamp()) // SECONDS_PER_STEP
        around = range(present - STEPS_AROUND, present + STEPS_AROUND + 1)
        return {step: totp.generate_otp(step) for step in around}
