"""A notice: something that happened, as people are told of it once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Category(StrEnum):
    """What people choose by."""

    WICKETS = "wickets"
    MILESTONES = "milestones"
    RESULTS = "results"
    FIXTURES = "fixtures"
    TOSS = "toss"
    PAYMENTS = "payments"
    ENTRIES = "entries"
    DISPUTES = "disputes"
    WEBHOOKS = "webhooks"


class Channel(StrEnum):
    """By what way somebody is told. What is in the inbox is read in the application."""

    INBOX = "inbox"
    EMAIL = "email"
    PUSH = "push"


class Kind(StrEnum):
    """What happened."""

    WICKET = "wicket"
    FIFTY = "fifty"
    HUNDRED = "hundred"
    FIVE_WICKETS = "five_wickets"
    HAT_TRICK = "hat_trick"
    SUPER_OVER = "super_over"
    RESULT = "result"
    RESULT_REVISED = "result_revised"
    FIXTURE_MOVED = "fixture_moved"
    TOSS_SOON = "toss_soon"
    PAYMENT_RECEIVED = "payment_received"
    REFUND = "refund"
    WAITLIST_OFFER = "waitlist_offer"
    RESULT_DISPUTED = "result_disputed"
    PAYMENT_DISPUTED = "payment_disputed"
    WEBHOOKS_FAILED = "webhooks_failed"
    WEBHOOKS_UNWANTED = "webhooks_unwanted"


@dataclass(frozen=True, slots=True)
class Rule:
    """``lasts``: how long telling it is worth anything; None: for ever, or until what the notice says is to come. ``critical``: told at once, whatever the hour
    and whether or not somebody gets digests."""

    category: Category
    lasts: timedelta | None
    critical: bool = False


MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)
RULES: Mapping[Kind, Rule] = {
    Kind.WICKET: Rule(Category.WICKETS, 10 * MINUTES),
    Kind.FIFTY: Rule(Category.MILESTONES, 30 * MINUTES),
    Kind.HUNDRED: Rule(Category.MILESTONES, 30 * MINUTES),
    Kind.FIVE_WICKETS: Rule(Category.MILESTONES, 30 * MINUTES),
    Kind.HAT_TRICK: Rule(Category.MILESTONES, 30 * MINUTES),
    Kind.SUPER_OVER: Rule(Category.MILESTONES, 15 * MINUTES),
    Kind.RESULT: Rule(Category.RESULTS, 24 * HOURS),
    Kind.RESULT_REVISED: Rule(Category.RESULTS, 72 * HOURS),
    Kind.FIXTURE_MOVED: Rule(Category.FIXTURES, None),
    Kind.TOSS_SOON: Rule(Category.TOSS, None),
    Kind.PAYMENT_RECEIVED: Rule(Category.PAYMENTS, None),
    Kind.REFUND: Rule(Category.PAYMENTS, None),
    Kind.WAITLIST_OFFER: Rule(Category.ENTRIES, None, critical=True),
    Kind.RESULT_DISPUTED: Rule(Category.DISPUTES, None, critical=True),
    Kind.PAYMENT_DISPUTED: Rule(Category.DISPUTES, None, critical=True),
    Kind.WEBHOOKS_FAILED: Rule(Category.WEBHOOKS, None),
    Kind.WEBHOOKS_UNWANTED: Rule(Category.WEBHOOKS, None),
}
NEWEST_HOLDS = (Category.FIXTURES, Category.RESULTS)
"""Of what is told of a match in these, the newest is so; what was told before is so no more."""


def is_past(kind: Kind, expires_at: datetime | None, at: datetime) -> bool:
    """Has what a notice announces come: a match that was moved, a toss, the end of an offer? What has happened is never
    past in this sense; it is worth a line in a digest, be it of yesterday."""
    return RULES[kind].lasts is None and expires_at is not None and expires_at <= at


LEAGUE = "tenant:"
"""What somebody follows who follows everything public of a league."""
FOLLOWED = ("tournament", "team", "match", "player")
"""What else can be followed, each by its id: ``team:rcb``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """``subject`` names it within its league: whatever has the same subject is told once, however often it is found.

    ``about``: what it is about, as it is followed. ``followed`` False: nobody else's business; told only to whom
    ``grants`` (as memberships have them), ``persons`` and ``captain_of`` (tournament, team) name. ``words`` are what
    the texts are made of, times in ISO format. ``due_at``: not before then; ``expires_at`` not after, where ``RULES``
    do not say so. ``while_start``: told only while the match day of that stream still begins at that time, and has
    had no toss.
    """

    kind: Kind
    subject: str
    about: tuple[str, ...] = ()
    followed: bool = True
    grants: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    captain_of: tuple[str, str] | None = None
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    due_at: datetime | None = None
    expires_at: datetime | None = None
    urgent: bool = False
    while_start: str | None = None

    @property
    def category(self) -> Category:
        return RULES[self.kind].category

    @property
    def critical(self) -> bool:
        return self.urgent or RULES[self.kind].critical

    def expiry(self, at: datetime) -> datetime | None:
        """When a notice of what happened at ``at`` is worth nothing any more."""
        lasts = RULES[self.kind].lasts
        if self.expires_at is not None or lasts is None:
            return self.expires_at
        return (self.due_at or at) + lasts
