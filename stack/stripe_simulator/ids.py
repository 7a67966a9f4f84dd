"""Ids as Stripe makes them."""

import secrets

PREFIXES = {
    "payment_intent": "pi",
    "payment_method": "pm",
    "charge": "ch",
    "refund": "re",
    "dispute": "du",
    "balance_transaction": "txn",
    "account": "acct",
    "bank_account": "ba",
    "transfer": "tr",
    "transfer_reversal": "trr",
    "payment": "py",
    "payment_refund": "pyr",
    "payout": "po",
    "event": "evt",
    "request": "req",
}


def new_id(kind: str) -> str:
    """An id as Stripe makes them: a prefix that tells the kind, and 24 letters and digits."""
    return f"{PREFIXES[kind]}_{letters(24)}"


def letters(count: int) -> str:
    """Letters and digits nobody can guess; an even number of them."""
    return secrets.token_hex(count // 2)
