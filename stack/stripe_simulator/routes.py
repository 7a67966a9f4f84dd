"""Which path is answered by what."""

import re
from collections.abc import Callable, Iterable

from stack.stripe_simulator import accounts, balance, charges, disputes, intents, payouts, refunds, transfers
from stack.stripe_simulator.core import Call
from stack.stripe_simulator.errors import StripeError
from stack.stripe_simulator.store import Object

Answering = Callable[[Call], Object | StripeError]
"""Carries a request out. What it raises undoes what it did; what it returns stays, a declined card too."""

ROUTES: tuple[tuple[str, str, Answering], ...] = (
    ("POST", "/v1/payment_intents", intents.create),
    ("GET", "/v1/payment_intents", intents.listing),
    ("GET", "/v1/payment_intents/search", intents.search),
    ("GET", "/v1/payment_intents/{id}", intents.retrieve),
    ("POST", "/v1/payment_intents/{id}/confirm", intents.confirm),
    ("POST", "/v1/payment_intents/{id}/cancel", intents.cancel),
    ("GET", "/v1/charges", charges.listing),
    ("GET", "/v1/charges/{id}", charges.retrieve),
    ("POST", "/v1/refunds", refunds.create),
    ("GET", "/v1/refunds", refunds.listing),
    ("GET", "/v1/refunds/{id}", refunds.retrieve),
    ("GET", "/v1/disputes", disputes.listing),
    ("GET", "/v1/disputes/{id}", disputes.retrieve),
    ("POST", "/v1/disputes/{id}/close", disputes.close),
    ("POST", "/v1/accounts", accounts.create),
    ("GET", "/v1/accounts", accounts.listing),
    ("GET", "/v1/accounts/{id}", accounts.retrieve),
    ("DELETE", "/v1/accounts/{id}", accounts.delete),
    ("POST", "/v1/accounts/{id}/reject", accounts.reject),
    ("POST", "/v1/account_links", accounts.link),
    ("POST", "/v1/transfers", transfers.create),
    ("GET", "/v1/transfers", transfers.listing),
    ("GET", "/v1/transfers/{id}", transfers.retrieve),
    ("POST", "/v1/transfers/{id}/reversals", transfers.reverse),
    ("GET", "/v1/transfers/{id}/reversals", transfers.reversals),
    ("POST", "/v1/payouts", payouts.create),
    ("GET", "/v1/payouts", payouts.listing),
    ("GET", "/v1/payouts/{id}", payouts.retrieve),
    ("GET", "/v1/balance", balance.balance),
    ("GET", "/v1/balance_transactions", balance.lines),
    ("GET", "/v1/balance_transactions/{id}", balance.line),
    ("GET", "/v1/events", balance.events),
    ("GET", "/v1/events/{id}", balance.event),
)


def _patterns() -> Iterable[tuple[str, re.Pattern[str], Answering]]:
    for method, path, answering in ROUTES:
        yield method, re.compile(path.replace("{id}", r"(?P<id>[A-Za-z0-9_]+)")), answering


PATTERNS = tuple(_patterns())


def route(method: str, path: str) -> tuple[Answering, dict[str, str]]:
    """What answers a request, and the ids in its path. Raises StripeError."""
    for wanted, pattern, answering in PATTERNS:
        if wanted == method and (found := pattern.fullmatch(path)):
            return answering, found.groupdict()
    raise StripeError(404, None, f"Unrecognized request URL ({method}: {path}).", kept=False)
