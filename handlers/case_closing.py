"""Closing a case of reconciliation: what it was about is booked first, then the case says who closed it and why."""

from dataclasses import dataclass
from uuid import UUID

from domain.match.errors import CommandRefused
from domain.money.accounts import Account
from domain.money.explaining import (
    belongs_to,
    booked_as,
    explanation_key,
    refuse_unless_closed_by_people,
    suspense_key,
)
from domain.money.reconciliation import CaseKind
from domain.payout.debts import account_in, debt_key, settled_by
from handlers.debts import OpenDebts
from handlers.ledger import Booked, Ledger, LedgerConflict
from handlers.reconciliation import Cases, KeptCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Who closes a case, why, and what explains it: a transaction of the books by its key, or the account that the
    money belongs to."""

    kind: CaseKind
    subject: str
    person: str
    reason: str
    transaction: str | None = None
    account: Account | None = None


async def close_case(
    cases: Cases, ledger: Ledger, debts: OpenDebts, tenant_id: UUID, closing: Closing
) -> KeptCase | None:
    """The case as it stands then; None if there is none. Repeated it books nothing again.

    Raises CommandRefused, LedgerConflict (it was explained otherwise before), StoreUnavailable.
    """
    refuse_unless_closed_by_people(closing.kind)
    explained_by = closing.transaction
    if closing.kind is CaseKind.UNEXPLAINED:
        explained_by = await _explain(ledger, tenant_id, closing)
    elif closing.kind is CaseKind.DEBT:
        explained_by = await _settle(ledger, debts, tenant_id, closing)
    return await cases.settle(
        tenant_id,
        closing.kind.value,
        closing.subject,
        person=closing.person,
        reason=closing.reason,
        explained_by=explained_by,
    )


async def _explain(ledger: Ledger, tenant_id: UUID, closing: Closing) -> str | None:
    """The key of the transaction that explains it."""
    line, account, key = closing.subject, closing.account, closing.transaction
    if (account is None) == (key is None):
        raise CommandRefused(
            "case_not_explained", "say which transaction explains it, or which account it belongs to"
        )
    suspended = await _booked(ledger, tenant_id, suspense_key(line))
    if suspended is None:  # a currency that the books do not know
        return key
    if account is not None:
        await ledger.post(tenant_id, [belongs_to(line, suspended.postings, account)])
        return explanation_key(line)
    by = await _booked(ledger, tenant_id, key or "")
    if by is None or by.key == suspended.key:
        raise CommandRefused("case_not_explained", f"{key} is no transaction that could explain it")
    await ledger.post(tenant_id, [booked_as(line, suspended.postings, by.postings)])
    return key


async def _settle(ledger: Ledger, debts: OpenDebts, tenant_id: UUID, closing: Closing) -> str:
    """The key of the transaction that says what became of a debt."""
    by, of = closing.account, account_in(closing.subject)
    if by is None or closing.transaction is not None:
        raise CommandRefused("case_not_explained", "say on which account it is booked: bank, or bad_debts")
    known = await _booked(ledger, tenant_id, debt_key(closing.subject))
    if known is not None:
        if all(posting.account != by for posting in known.postings):
            raise LedgerConflict(known.key)
        return known.key
    open_now = await debts.of(tenant_id, party=of.party, tournament=of.tournament)
    debt = next((each for each in open_now if each.subject == closing.subject), None)
    if debt is None:
        raise CommandRefused("case_not_explained", "the debt is another by now; reconcile, and look again")
    await ledger.post(tenant_id, [settled_by(debt, by, f"{closing.person}: {closing.reason}"[:400])])
    return debt.key


async def _booked(ledger: Ledger, tenant_id: UUID, key: str) -> Booked | None:
    found = await ledger.transactions(tenant_id, key=key, limit=1)
    return found[0] if found else None
