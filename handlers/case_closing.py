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
from handlers.ledger import Booked, Ledger
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


async def close_case(cases: Cases, ledger: Ledger, tenant_id: UUID, closing: Closing) -> KeptCase | None:
    """The case as it stands then; None if there is none. Repeated it books nothing again.

    Raises CommandRefused, LedgerConflict (it was explained otherwise before), StoreUnavailable.
    """
    refuse_unless_closed_by_people(closing.kind)
    explained_by = closing.transaction
    if closing.kind is CaseKind.UNEXPLAINED:
        explained_by = await _explain(ledger, tenant_id, closing)
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


async def _booked(ledger: Ledger, tenant_id: UUID, key: str) -> Booked | None:
    found = await ledger.transactions(tenant_id, key=key, limit=1)
    return found[0] if found else None
