"""The PaymentProvider that is Stripe."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from stripe import AIOHTTPClient, ListObject, RequestOptions, StripeObject

from adapters.stripe import objects
from adapters.stripe.client import patient_http, stripe_client
from adapters.stripe.refusals import ACCOUNT_GONE, translated
from contracts.payments import (
    METADATA_PAYMENT,
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
from handlers.payment_provider import FIRST_PAGE, ProviderRefused

WITH_CHARGE = "latest_charge.balance_transaction"
WHOLE_PAGE = 100


class StripeProvider:
    """Moves money through Stripe's API, and waits for no answer longer than the client does.

    `url`: a simulator's, None for the real one; `key`: None for a simulator. Raises BadStripeSettings.
    """

    def __init__(
        self, url: str | None = None, key: str | None = None, *, http_client: AIOHTTPClient | None = None
    ) -> None:
        self._http = http_client or patient_http()
        self._v1 = stripe_client(url, key, self._http).v1

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()

    # --- money from a card -------------------------------------------------------------------------------------

    async def create_intent(
        self, key: str, amount: int, currency: str, metadata: Metadata, description: str
    ) -> Intent:
        with translated(keyed=True):
            made = await self._v1.payment_intents.create_async(
                {
                    "amount": amount,
                    "currency": currency,
                    "automatic_payment_methods": {"enabled": True},
                    "description": description,
                    "metadata": metadata,
                    "expand": [WITH_CHARGE],
                },
                _once(key),
            )
        return objects.intent(_raw(made))

    async def intent(self, intent_id: str) -> Intent:
        with translated():
            found = await self._v1.payment_intents.retrieve_async(intent_id, {"expand": [WITH_CHARGE]})
        return objects.intent(_raw(found))

    async def find_intent(self, payment_id: str) -> Intent | None:
        query = f'metadata["{METADATA_PAYMENT}"]:"{_quotable(payment_id)}"'
        with translated():
            page = await self._v1.payment_intents.search_async(
                {"query": query, "limit": WHOLE_PAGE, "expand": [f"data.{WITH_CHARGE}"]}
            )
        found = [objects.intent(_raw(one)) for one in page.data]
        return max(found, key=lambda one: (one.status != "canceled", one.created), default=None)

    async def cancel_intent(self, intent_id: str, key: str) -> Intent:
        try:
            with translated(keyed=True):
                cancelled = await self._v1.payment_intents.cancel_async(
                    intent_id, {"expand": [WITH_CHARGE]}, _once(key)
                )
        except ProviderRefused as refusal:
            if refusal.code != "payment_intent_unexpected_state":
                raise
            now = await self.intent(intent_id)
            if now.status != "canceled":
                raise
            return now
        return objects.intent(_raw(cancelled))

    async def refund(self, intent_id: str, key: str, amount: int, metadata: Metadata) -> Refund:
        with translated(keyed=True):
            made = await self._v1.refunds.create_async(
                {"payment_intent": intent_id, "amount": amount, "metadata": metadata}, _once(key)
            )
        return objects.refund(_raw(made))

    async def refunds(self, intent_id: str) -> Sequence[Refund]:
        with translated():
            first = await self._v1.refunds.list_async({"payment_intent": intent_id, "limit": WHOLE_PAGE})
            found = await _all_of(first)
        return [objects.refund(one) for one in reversed(found)]

    async def disputes(self, intent_id: str) -> Sequence[Dispute]:
        with translated():
            first = await self._v1.disputes.list_async({"payment_intent": intent_id, "limit": WHOLE_PAGE})
            found = await _all_of(first)
        return [objects.dispute(one) for one in reversed(found)]

    # --- money to payees ---------------------------------------------------------------------------------------

    async def create_account(
        self, key: str, country: str, email: str, metadata: Metadata
    ) -> ConnectedAccount:
        """Stripe collects what it must know and shows the payee a dashboard; fees and losses are ours."""
        with translated(keyed=True):
            made = await self._v1.accounts.create_async(
                {
                    "country": country,
                    "email": email,
                    "controller": {
                        "fees": {"payer": "application"},
                        "losses": {"payments": "application"},
                        "requirement_collection": "stripe",
                        "stripe_dashboard": {"type": "express"},
                    },
                    "capabilities": {"transfers": {"requested": True}},
                    "metadata": metadata,
                },
                _once(key),
            )
        return objects.account(_raw(made))

    async def account(self, account_id: str) -> ConnectedAccount:
        """As it is now. One that was deleted, or whose owner has left us, is closed."""
        try:
            with translated():
                return objects.account(_raw(await self._v1.accounts.retrieve_async(account_id)))
        except ProviderRefused as refusal:
            if refusal.code != ACCOUNT_GONE:
                raise
            return ConnectedAccount(id=account_id, closed=True)

    async def onboarding_link(self, account_id: str, refresh_url: str, return_url: str) -> str:
        with translated():
            link = await self._v1.account_links.create_async(
                {
                    "account": account_id,
                    "type": "account_onboarding",
                    "refresh_url": refresh_url,
                    "return_url": return_url,
                }
            )
        return link.url

    async def transfer(
        self, key: str, amount: int, currency: str, account_id: str, group: str, metadata: Metadata
    ) -> Transfer:
        with translated(keyed=True):
            made = await self._v1.transfers.create_async(
                {
                    "amount": amount,
                    "currency": currency,
                    "destination": account_id,
                    "transfer_group": group,
                    "metadata": metadata,
                },
                _once(key),
            )
        return objects.transfer(_raw(made))

    async def transfer_of(self, transfer_id: str) -> Transfer:
        with translated():
            return objects.transfer(_raw(await self._v1.transfers.retrieve_async(transfer_id)))

    async def find_transfer(self, group: str, metadata: Metadata) -> Transfer | None:
        with translated():
            first = await self._v1.transfers.list_async({"transfer_group": group, "limit": WHOLE_PAGE})
            found = [objects.transfer(one) for one in await _all_of(first)]
        return next((one for one in found if metadata.items() <= one.metadata.items()), None)

    async def reverse(self, transfer_id: str, key: str, amount: int, metadata: Metadata) -> Reversal:
        with translated(keyed=True):
            made = await self._v1.transfers.reversals.create_async(
                transfer_id, {"amount": amount, "metadata": metadata}, _once(key)
            )
        return objects.reversal(_raw(made))

    async def reversals(self, transfer_id: str) -> Sequence[Reversal]:
        with translated():
            first = await self._v1.transfers.reversals.list_async(transfer_id, {"limit": WHOLE_PAGE})
            found = await _all_of(first)
        return [objects.reversal(one) for one in reversed(found)]

    async def pay_out(
        self, key: str, amount: int, currency: str, account_id: str | None, metadata: Metadata
    ) -> Payout:
        with translated(keyed=True):
            made = await self._v1.payouts.create_async(
                {"amount": amount, "currency": currency, "metadata": metadata},
                {**_once(key), "stripe_account": account_id},
            )
        return objects.payout(_raw(made), account_id)

    async def payout(self, payout_id: str, account_id: str | None = None) -> Payout:
        with translated():
            found = await self._v1.payouts.retrieve_async(payout_id, {}, {"stripe_account": account_id})
        return objects.payout(_raw(found), account_id)

    async def payouts(
        self, since: datetime, account_id: str | None = None, page: Page = FIRST_PAGE
    ) -> Sequence[Payout]:
        with translated():
            found = await self._v1.payouts.list_async(_part(since, page), {"stripe_account": account_id})
        return [objects.payout(_raw(one), account_id) for one in found.data]

    # --- what happened -----------------------------------------------------------------------------------------

    async def events(self, since: datetime, page: Page = FIRST_PAGE) -> Sequence[ProviderEvent]:
        with translated():
            found = await self._v1.events.list_async(_part(since, page))
        return [objects.event(_raw(one)) for one in found.data]

    async def balance_transactions(
        self, since: datetime, page: Page = FIRST_PAGE
    ) -> Sequence[BalanceTransaction]:
        with translated():
            found = await self._v1.balance_transactions.list_async(_part(since, page))
        return [objects.balance_transaction(_raw(one)) for one in found.data]

    async def balance(self) -> dict[str, int]:
        with translated():
            held = _raw(await self._v1.balance.retrieve_async())
        sums: dict[str, int] = {}
        for part in (*held["available"], *held["pending"]):
            sums[part["currency"]] = sums.get(part["currency"], 0) + part["amount"]
        return sums


def _once(key: str) -> RequestOptions:
    return {"idempotency_key": key}


def _part(since: datetime, page: Page) -> Any:
    """The parameters of a list: each has a type of its own in the library, and all have these."""
    after = {"starting_after": page.after} if page.after else {}
    return {"created": {"gte": int(since.timestamp())}, "limit": page.limit, **after}


def _quotable(text: str) -> str:
    """A text within the quotation marks of a search."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _raw(found: StripeObject) -> objects.Raw:
    return found.to_dict()


async def _all_of(first: "ListObject[Any]") -> list[objects.Raw]:
    """Everything in a list, through all its pages, the newest first."""
    return [_raw(one) async for one in first.auto_paging_iter()]
