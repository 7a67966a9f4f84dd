"""What bodies about payouts and payees say."""

from typing import Annotated
from uuid import UUID

import msgspec

from api.strict import checked

Email = Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
PayeeId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00/]+$")]
Address = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$", max_length=2000)]


class PreparePayoutBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Of which tournament the prize money is to be paid out."""

    tournament_id: UUID


class RegisterPayeeBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who is paid: ``id`` is the team's; ``country`` where it banks (ISO 3166, "IN")."""

    id: PayeeId
    email: Email
    country: Country


class OnboardingLinkBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where the payee's browser goes when it is done, and when the link was too old."""

    return_url: Address
    refresh_url: Address


STRUCTS: list[type[msgspec.Struct]] = [PreparePayoutBody, RegisterPayeeBody, OnboardingLinkBody]

_prepare = msgspec.json.Decoder(PreparePayoutBody)
_register = msgspec.json.Decoder(RegisterPayeeBody)
_link = msgspec.json.Decoder(OnboardingLinkBody)


def read_prepare(raw: bytes) -> PreparePayoutBody:
    """Raises Problem (400, 422)."""
    return checked(_prepare.decode, raw)


def read_register(raw: bytes) -> RegisterPayeeBody:
    """Raises Problem (400, 422)."""
    return checked(_register.decode, raw)


def read_link(raw: bytes) -> OnboardingLinkBody:
    """Raises Problem (400, 422)."""
    return checked(_link.decode, raw)
