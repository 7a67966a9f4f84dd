"""What a link in a mail is good for, and how long."""

from datetime import datetime, timedelta

from domain.identity.errors import IdentityRefused

SIGN_UP_LIFE = timedelta(days=1)
RESET_LIFE = timedelta(hours=1)
INVITATION_LIFE = timedelta(days=7)
MOST_OPEN_INVITATIONS = 500

SHARE_LINK_LIFE = timedelta(days=7)
LONGEST_SHARE_LINK_LIFE = timedelta(days=30)
MOST_SHARE_LINKS = 20
"""Of one match, that are not over."""
MOST_API_KEYS = 100
MOST_TENANTS = 20
"""Of one account that founds them."""
LONGEST_OVERLAP = timedelta(days=30)


def check_link(*, expires_at: datetime, used_at: datetime | None, now: datetime) -> None:
    """Raises IdentityRefused for a link that was used or has expired."""
    if used_at is not None:
        raise IdentityRefused("link_used", "this link was used already")
    if now >= expires_at:
        raise IdentityRefused("link_expired", "this link has expired; have another one sent")


def share_link_expiry(asked: datetime | None, now: datetime) -> datetime:
    """When a share link ends at the latest. Raises IdentityRefused."""
    expires_at = asked or now + SHARE_LINK_LIFE
    if expires_at <= now:
        raise IdentityRefused("expiry_in_past", "the link would have expired already")
    if expires_at > now + LONGEST_SHARE_LINK_LIFE:
        raise IdentityRefused(
            "expiry_too_late", f"a link lasts {LONGEST_SHARE_LINK_LIFE.days} days at the most"
        )
    return expires_at


def check_overlap(overlap: timedelta) -> None:
    """Raises IdentityRefused unless the old secret of a key may open so much longer."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise IdentityRefused(
            "overlap_out_of_range", f"the old secret opens for zero to {LONGEST_OVERLAP.days} days longer"
        )
