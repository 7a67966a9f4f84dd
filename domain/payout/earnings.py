"""What a tournament leaves for its organiser and the platform, reckoned from its accounts."""

from collections.abc import Mapping
from dataclasses import replace

from domain.money.accounts import AccountKind
from domain.money.money import Money, percent_of, round_down, total, zero
from domain.payout.terms import PayoutTerms, Share, Shares

EARNED_AND_SPENT = (
    AccountKind.ENTRY_FEES,
    AccountKind.STRIPE_FEES,
    AccountKind.RECEIVABLE,
    AccountKind.DISPUTED,
)
"""Fees, and what is not there of them: Stripe's part, debts, and what banks hold back."""


def with_earnings(
    shares: Shares, terms: PayoutTerms, balances: Mapping[AccountKind, Money], application_percent: int
) -> Shares:
    """The prizes, and what they leave of the entry fees: ``application_percent`` of the fees that
    were kept to the platform, the rest to the organiser. ``balances``: before anything is paid out,
    debits less credits, of the tournament's accounts by kind.

    What banks hold back then stays with the league if they give it back later.
    """
    if not terms.organiser:
        return shares
    nothing = zero(terms.currency)
    kept = -balances.get(AccountKind.ENTRY_FEES, nothing)
    prizes = total((share.amount for share in shares.shares), terms.currency)
    left = max(
        -total((balances.get(kind, nothing) for kind in EARNED_AND_SPENT), terms.currency) - prizes, nothing
    )
    platform = min(percent_of(max(kept, nothing), application_percent), left)
    rest = round_down(left - platform)
    organiser = Share(payee=terms.organiser, name="Organiser", rank=0, amount=rest) if rest else None
    return replace(shares, application_fee=platform or None, organiser=organiser)
