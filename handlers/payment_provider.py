"""Who moves the money: what the write side needs of Stripe, and what may come of asking it.

Every call that changes something takes a ``key``. Repeated with the same key and the same parameters it gives
the first answer again for 20 hours at least; after that it would act anew, so whoever repeats it later looks
first (``intent`` by the stored id, ``find_intent``, ``refunds``, ``find_transfer``).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from contracts.payments import (
    BalanceTransaction,
    ConnectedAccount,
    Dispute,
    Intent,
    Metadata,
    Page,
    Payout,
    ProviderEvent,
    Refund,
    Reversal,
    Transfer,
)

FIRST_PAGE = Page()


class ProviderUnavailable(Exception):
    """No answer, or "not now" (timeouts, broken connections, 429, 5xx, a key in use at this moment). What was
    asked may have happened or not: look, or repeat it with the same key.

    ``key_spent``: the failure itself is what the provider keeps for this key (a 5xx), so that repeating it
    gives the failure again: look whether it happened, and if not, use another key.
    """

    def __init__(
        self, message: str, *, key_spent: bool = False, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.key_spent = key_spent
        self.retry_after_seconds = retry_after_seconds


class ProviderRefused(Exception):
    """What was asked did not happen and will not ("card_declined", "charge_already_refunded",
    "payment_intent_unexpected_state", "account_invalid", "balance_insufficient", "resource_missing")."""

    def __init__(self, code: str, message: str, *, decline_code: str | None = None) -> None:
        super().__init__(f"{message} [{code}]")
        self.code = code
        self.decline_code = decline_code


class ProviderConflict(Exception):
    """The key was used before with other parameters: a mistake of ours, never to be repeated."""


class PaymentProvider(Protocol):
    """Every method may raise ProviderUnavailable and ProviderRefused, those with a key ProviderConflict.

    ``amount`` in minor units of ``currency``. Looking something up by an id that is not there raises
    ProviderRefused ("resource_missing"); a search that finds nothing gives None.
    """

    # --- money from a card -----------------------------------------------------------------------------------

    async def create_intent(
        self, key: str, amount: int, currency: str, metadata: Metadata, description: str
    ) -> Intent:
        """With automatic payment methods; the payer's browser confirms it by its client secret."""
        ...

    async def intent(self, intent_id: str) -> Intent:
        """As it is now, with its latest charge and that charge's balance transaction."""
        ...

    async def find_intent(self, payment_id: str) -> Intent | None:
        """By the metadata "payment": the one not cancelled, else the newest. What was made in the last minute
        may not be found."""
        ...

    async def cancel_intent(self, intent_id: str, key: str) -> Intent:
        """Refused ("payment_intent_unexpected_state") if it has succeeded; cancelled already, it is given back
        as it is."""
        ...

    async def refund(self, intent_id: str, key: str, amount: int, metadata: Metadata) -> Refund: ...

    async def refunds(self, intent_id: str) -> Sequence[Refund]:
        """All of them, also those made by hand in the dashboard, the oldest first."""
        ...

    async def disputes(self, intent_id: str) -> Sequence[Dispute]:
        """All about it, the oldest first."""
        ...

    # --- money to payees -------------------------------------------------------------------------------------

    async def create_account(
        self, key: str, country: str, email: str, metadata: Metadata
    ) -> ConnectedAccount:
        """Asks for the capability "transfers"."""
        ...

    async def account(self, account_id: str) -> ConnectedAccount: ...

    async def onboarding_link(self, account_id: str, refresh_url: str, return_url: str) -> str:
        """Where the payee tells Stripe about itself; good once, for minutes."""
        ...

    async def transfer(
        self, key: str, amount: int, currency: str, account_id: str, group: str, metadata: Metadata
    ) -> Transfer: ...

    async def transfer_of(self, transfer_id: str) -> Transfer:
        """As it is now."""
        ...

    async def find_transfer(self, group: str, metadata: Metadata) -> Transfer | None:
        """That of the group whose metadata holds all of ``metadata``."""
        ...

    async def reverse(self, transfer_id: str, key: str, amount: int, metadata: Metadata) -> Reversal: ...

    async def reversals(self, transfer_id: str) -> Sequence[Reversal]: ...

    async def pay_out(
        self, key: str, amount: int, currency: str, account_id: str | None, metadata: Metadata
    ) -> Payout: ...

    async def payout(self, payout_id: str, account_id: str | None = None) -> Payout: ...

    async def payouts(
        self, since: datetime, account_id: str | None = None, page: Page = FIRST_PAGE
    ) -> Sequence[Payout]: ...

    # --- what happened ---------------------------------------------------------------------------------------

    async def events(self, since: datetime, page: Page = FIRST_PAGE) -> Sequence[ProviderEvent]:
        """Newest first, as far back as 30 days."""
        ...

    async def balance_transactions(
        self, since: datetime, page: Page = FIRST_PAGE
    ) -> Sequence[BalanceTransaction]:
        """Newest first."""
        ...

    async def balance(self) -> dict[str, int]:
        """What our balance holds by currency, available and pending together."""
        ...
