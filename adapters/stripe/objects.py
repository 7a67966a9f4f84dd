"""Stripe's objects, cut down to what is used."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from contracts.payments import (
    BalanceTransaction,
    Charge,
    ConnectedAccount,
    Dispute,
    Intent,
    Payout,
    ProviderEvent,
    Refund,
    Reversal,
    Transfer,
)

Raw = Mapping[str, Any]
"""An object as Stripe's JSON has it."""


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _id(value: Any) -> str | None:
    """The id of another object, which may stand there whole."""
    return value["id"] if isinstance(value, Mapping) else value


def _metadata(raw: Raw) -> dict[str, str]:
    return dict(raw.get("metadata") or {})


def intent(raw: Raw) -> Intent:
    """A payment intent; its latest charge only if it stands there whole and took money."""
    failed = raw.get("last_payment_error") or {}
    latest = raw.get("latest_charge")
    return Intent(
        id=raw["id"],
        status=raw["status"],
        amount=raw["amount"],
        currency=raw["currency"],
        created=_at(raw["created"]),
        amount_received=raw.get("amount_received") or 0,
        client_secret=raw.get("client_secret"),
        latest_charge=charge(latest) if isinstance(latest, Mapping) and latest["paid"] else None,
        last_error_code=failed.get("code"),
        decline_code=failed.get("decline_code"),
        metadata=_metadata(raw),
    )


def charge(raw: Raw) -> Charge:
    """A charge, with Stripe's fee if its balance transaction stands there whole, in the currency of the charge."""
    booked = raw.get("balance_transaction")
    settled = booked["currency"] if isinstance(booked, Mapping) else raw["currency"]
    elsewhere = settled != raw["currency"]
    return Charge(
        id=raw["id"],
        amount=raw["amount"],
        amount_refunded=raw["amount_refunded"],
        fee=booked["fee"] if isinstance(booked, Mapping) and not elsewhere else None,
        settled_in=settled if elsewhere else None,
        balance_transaction=_id(booked),
        disputed=raw["disputed"],
    )


def refund(raw: Raw) -> Refund:
    """A refund of an intent's charge."""
    return Refund(
        id=raw["id"],
        intent=_id(raw.get("payment_intent")) or "",
        amount=raw["amount"],
        currency=raw["currency"],
        status=raw["status"],
        created=_at(raw["created"]),
        failure_reason=raw.get("failure_reason"),
        balance_transaction=_id(raw.get("balance_transaction")),
        metadata=_metadata(raw),
    )


def dispute(raw: Raw) -> Dispute:
    """A dispute, with all that Stripe took for it."""
    return Dispute(
        id=raw["id"],
        charge=_id(raw["charge"]) or "",
        intent=_id(raw.get("payment_intent")),
        amount=raw["amount"],
        currency=raw["currency"],
        status=raw["status"],
        reason=raw["reason"],
        created=_at(raw["created"]),
        fee=sum(line["fee"] for line in raw["balance_transactions"]),
        metadata=_metadata(raw),
    )


def account(raw: Raw) -> ConnectedAccount:
    """A connected account; closed, if Stripe says it was rejected."""
    requirements = raw.get("requirements") or {}
    return ConnectedAccount(
        id=raw["id"],
        capabilities=dict(raw.get("capabilities") or {}),
        payouts_enabled=raw.get("payouts_enabled", False),
        details_submitted=raw.get("details_submitted", False),
        requirements_due=tuple(requirements.get("currently_due") or ()),
        closed=(requirements.get("disabled_reason") or "").startswith("rejected."),
        metadata=_metadata(raw),
    )


def transfer(raw: Raw) -> Transfer:
    """A transfer to an account."""
    return Transfer(
        id=raw["id"],
        amount=raw["amount"],
        currency=raw["currency"],
        account=_id(raw.get("destination")) or "",
        created=_at(raw["created"]),
        amount_reversed=raw["amount_reversed"],
        group=raw.get("transfer_group"),
        balance_transaction=_id(raw.get("balance_transaction")),
        metadata=_metadata(raw),
    )


def reversal(raw: Raw) -> Reversal:
    """A transfer, or part of it, taken back."""
    return Reversal(
        id=raw["id"],
        transfer=_id(raw["transfer"]) or "",
        amount=raw["amount"],
        currency=raw["currency"],
        created=_at(raw["created"]),
        metadata=_metadata(raw),
    )


def payout(raw: Raw, account_id: str | None) -> Payout:
    """A payout from an account's balance, or from ours."""
    return Payout(
        id=raw["id"],
        amount=raw["amount"],
        currency=raw["currency"],
        status=raw["status"],
        created=_at(raw["created"]),
        account=account_id,
        failure_code=raw.get("failure_code"),
        metadata=_metadata(raw),
    )


def event(raw: Raw) -> ProviderEvent:
    """An event, from the list or from a webhook."""
    about = raw["data"]["object"]
    return ProviderEvent(
        id=raw["id"],
        type=raw["type"],
        created=_at(raw["created"]),
        object_id=about.get("id", ""),
        object_type=about.get("object", ""),
        data=dict(about),
        account=raw.get("account"),
    )


def balance_transaction(raw: Raw) -> BalanceTransaction:
    """A line of our balance."""
    return BalanceTransaction(
        id=raw["id"],
        type=raw["type"],
        amount=raw["amount"],
        fee=raw["fee"],
        net=raw["net"],
        currency=raw["currency"],
        created=_at(raw["created"]),
        source=_id(raw.get("source")),
        description=raw.get("description") or "",
    )
