"""Whether money can be moved here, and whose account at Stripe it is."""

from uuid import UUID

from api.issuer import DEVELOPMENT_TENANT
from stack import secrets
from stack.settings import Settings


def has_stripe(settings: Settings) -> bool:
    """Whether money can be moved: a league that takes no fees does without."""
    return settings.stripe_url is not None or secrets.stripe_key() is not None


def home_of(settings: Settings) -> UUID:
    """The league whose account at Stripe it is: money that no payment explains is in its books."""
    return settings.stripe_tenant or DEVELOPMENT_TENANT
