"""Reconciliation: Stripe is read since the last time, everything it touched is compared with the books.

Nothing here corrects the books of a payment or payout: those are told to look at Stripe, and take in what they
find there. Only money of no payment and no payout is booked here, under the id of its line of the balance.
"""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.aggregates import now
from activities.provider_failures import asking_provider
from activities.refusals import TRY_AGAIN
from activities.stripe_reading import StripeReading, read_stripe
from contracts.reconciliation import Comparison, ReconciliationReport, ReportedCase
from contracts.work import payout_stream_id
from domain.match.errors import CommandRefused
from domain.money import bookkeeping as book
from domain.money.accounts import AccountKind
from domain.money.explaining import suspense_key
from domain.money.ledger import LedgerTransaction
from domain.money.money import Money
from domain.money.reconciliation import (
    Account,
    Case,
    CaseKind,
    Findings,
    Owner,
    is_live,
    is_settled,
    reconcile,
    taken_in,
    transfers_of,
)
from domain.payment.terms import IntentSeen
from domain.payout.debts import case_of
from handlers.debts import OpenDebts
from handlers.errors import StreamNotFound
from handlers.ledger import START, Ledger
from handlers.payment import PaymentHandler
from handlers.payment_provider import PaymentProvider
from handlers.payout import PayoutHandler
from handlers.reconciliation import Cases, KeptCase
from projections.payment_facts import whole_look

FIRST_LOOK = timedelta(days=30)
"""How far back a first run reads: Stripe keeps events so long."""
OVERLAP = timedelta(hours=1)
"""How much is read again: an object may show up in Stripe's lists after a younger one."""
READ_AT_ONCE = 500
MOST_REPORTED = 100
MOST_SUSPECTS = 10_000
"""Judged in one run; the others are compared again in the next."""

Tell = Callable[[UUID, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationPorts:
    """What reconciliation touches. ``tell``, by the kind of owner: have it (tenant, id) look at Stripe."""

    provider: PaymentProvider
    payments: PaymentHandler
    payouts: PayoutHandler
    ledger: Ledger
    cases: Cases
    tell: Mapping[str, Tell]


class ReconciliationActivities:
    """What ReconciliationWorkflow does."""

    def __init__(self, ports: ReconciliationPorts) -> None:
        self._ports = ports

    @activity.defn
    async def compare(self, comparison: Comparison) -> ReconciliationReport:
        """Compare all that Stripe has done since the last run; then tell, or judge, as ``comparison`` says."""
        try:
            with asking_provider():
                return await self._compare(comparison)
        except tuple(TRY_AGAIN) as error:
            raise ApplicationError(str(error), type=TRY_AGAIN[type(error)]) from error

    async def _compare(self, comparison: Comparison) -> ReconciliationReport:
        home, cases = comparison.home, self._ports.cases
        since = (await cases.read_to(home) or now() - FIRST_LOOK) - OVERLAP
        reading = await read_stripe(self._ports.provider, since, activity.heartbeat)
        tenants = {home, *(owner.tenant for owner in reading.owners), *await cases.leagues()}
        still_open = await self._still_open(tenants)
        reading.owners |= {owner for tenant, row in still_open if (owner := _owner_in(tenant, row.subject))}
        accounts = await _Accounts(self._ports, reading).all()
        found = reconcile(home, reading.lines, accounts, comparison.suspects)
        report = ReconciliationReport(
            since=since,
            events=reading.events,
            balance_lines=len(reading.lines),
            compared=len(accounts),
            told=len(found.observe),
            paid_to_bank=len(found.bank),
            differing=len(found.cases),
            suspects=tuple(owner.subject for owner in found.observe[:MOST_SUSPECTS]),
        )
        if not comparison.judge:
            await self._tell(found)
            return report
        owed = await self._owed(tenants)
        settled = _settled(still_open, owed)
        found = replace(found, cases=(*found.cases, *owed))
        judged = await self._judge(home, found, replace(report, debts=len(owed)), settled)
        await cases.read_to(home, reading.newest)
        return judged

    async def _tell(self, found: Findings) -> None:
        for owner in found.observe:
            activity.heartbeat(owner.subject)
            await self._ports.tell[owner.kind](owner.tenant, owner.id)

    async def _owed(self, tenants: set[UUID]) -> list[Case]:
        """Debts that nobody is about to pay or to have kept back."""
        debts = OpenDebts(self._ports.ledger, self._ports.payouts)
        return [case_of(tenant, debt) for tenant in tenants for debt in await debts.of(tenant)]

    async def _judge(
        self,
        home: UUID,
        found: Findings,
        report: ReconciliationReport,
        settled: Mapping[UUID, Sequence[str]],
    ) -> ReconciliationReport:
        """``settled``: subjects of cases about debts that are there no more, by league."""
        await self._ports.ledger.post(home, _booked(found))
        by_tenant: dict[UUID, list[Case]] = defaultdict(list)
        for case in found.cases:
            by_tenant[case.tenant].append(case)
        opened: list[ReportedCase] = []
        for tenant, cases in by_tenant.items():
            new = await self._ports.cases.open(tenant, cases)
            opened += [
                ReportedCase(tenant_id=tenant, kind=each.kind, subject=each.subject, detail=each.detail)
                for each in cases
                if (each.kind.value, each.subject) in new
            ]
        agreed: dict[UUID, list[str]] = defaultdict(list, {t: list(gone) for t, gone in settled.items()})
        for owner in found.agreed:
            agreed[owner.tenant].append(owner.subject)
        closed = [await self._ports.cases.close(tenant, subjects) for tenant, subjects in agreed.items()]
        return replace(
            report,
            told=0,
            suspects=(),
            cases_opened=len(opened),
            cases_closed=sum(map(len, closed)),
            opened=tuple(opened[:MOST_REPORTED]),
        )

    async def _still_open(self, tenants: set[UUID]) -> list[tuple[UUID, KeptCase]]:
        """Open cases: whom they are about is compared again, however long ago Stripe touched it."""
        found = list[tuple[UUID, KeptCase]]()
        for tenant in tenants:
            before = None
            while rows := await self._ports.cases.cases(
                tenant, is_open=True, before=before, limit=READ_AT_ONCE
            ):
                found += [(tenant, row) for row in rows]
                before = (rows[-1].opened_at, rows[-1].subject, rows[-1].kind)
        return found


class _Accounts:
    """Payments and payouts as both sides have them."""

    def __init__(self, ports: ReconciliationPorts, reading: StripeReading) -> None:
        self._ports = ports
        self._reading = reading
        self._books: dict[tuple[UUID, UUID], dict[str, Counter[str]]] = {}

    async def all(self) -> list[Account]:
        found = list[Account]()
        for owner in sorted(self._reading.owners, key=lambda each: (each.tenant, each.kind, each.id)):
            activity.heartbeat(owner.subject)
            try:
                found.append(await (self._payment(owner) if owner.kind == "payment" else self._payout(owner)))
            except StreamNotFound:
                continue  # its lines have no owner that is known here
        return found

    async def _payment(self, owner: Owner) -> Account:
        intent, tournament = await self._ports.payments.read(
            owner.tenant, owner.id, lambda state: (state.intent, state.terms.tournament)
        )
        ids = self._reading.intents.get(owner, set()) | ({intent.id} if intent else set())
        booked = await self._booked(owner.tenant, tournament, owner.id)
        seen = [await self._look(each) for each in sorted(ids)]
        sums = Counter[str]()
        for each in seen:
            sums[each.currency] += taken_in(each)
        return Account(
            owner=owner,
            at_stripe=dict(sums),
            booked=booked,
            live_intents=sum(map(is_live, seen)),
            settled=all(map(is_settled, seen)),
            elsewhere=next((each.charge.settled_in for each in seen if each.charge), ""),
        )

    async def _look(self, intent_id: str) -> IntentSeen:
        provider = self._ports.provider
        intent = await provider.intent(intent_id)
        if intent.latest_charge is None:
            return whole_look(intent, (), ())
        return whole_look(intent, await provider.refunds(intent_id), await provider.disputes(intent_id))

    async def _payout(self, owner: Owner) -> Account:
        stream = payout_stream_id(owner.id)
        known = await self._ports.payouts.read(owner.tenant, stream, transfers_of)
        booked, sums = await self._booked(owner.tenant, owner.id, stream), Counter[str]()
        for transfer_id in sorted(known | self._reading.transfers.get(owner, set())):
            transfer = await self._ports.provider.transfer_of(transfer_id)
            sums[transfer.currency] -= transfer.amount - transfer.amount_reversed
        return Account(owner=owner, at_stripe=dict(sums), booked=booked)

    async def _booked(self, tenant: UUID, tournament: UUID, stream: UUID) -> dict[str, int]:
        """What the stream's transactions have changed of the balance at Stripe."""
        if (tenant, tournament) not in self._books:
            self._books[tenant, tournament] = await self._books_of(tenant, tournament)
        return dict(self._books[tenant, tournament].get(str(stream), {}))

    async def _books_of(self, tenant: UUID, tournament: UUID) -> dict[str, Counter[str]]:
        """The changes of the balance at Stripe by stream and currency: a key begins with its stream."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        after = START
        while rows := await self._ports.ledger.transactions(
            tenant, tournament=tournament, after=after, limit=READ_AT_ONCE
        ):
            after = rows[-1].place
            activity.heartbeat(f"books of {tournament}")
            for row in rows:
                for posting in row.postings:
                    if posting.account.kind is AccountKind.STRIPE_BALANCE:
                        found[row.key.partition("/")[0]][posting.currency] += posting.amount
        return found


def _booked(found: Findings) -> Sequence[LedgerTransaction]:
    """Money of no payment and no payout. One in a currency that the books do not know is a case only."""
    booked = list[LedgerTransaction]()
    for line, is_bank in [
        *((each, True) for each in found.bank),
        *((each, False) for each in found.unexplained),
    ]:
        try:
            net = Money(line.net, line.currency)
        except CommandRefused:
            continue
        key, about = suspense_key(line.id), f"{line.type} {line.source}".strip()
        booked.append(
            book.paid_to_bank(key, -net, about=about) if is_bank else book.unexplained(key, net, about=about)
        )
    return booked


def _settled(still_open: Iterable[tuple[UUID, KeptCase]], owed: Iterable[Case]) -> dict[UUID, list[str]]:
    """Subjects of open cases about debts that are paid by now, or are others."""
    now_owed, found = {(case.tenant, case.subject) for case in owed}, defaultdict[UUID, list[str]](list)
    for tenant, row in still_open:
        if row.kind == CaseKind.DEBT and (tenant, row.subject) not in now_owed:
            found[tenant].append(row.subject)
    return found


def _owner_in(tenant: UUID, subject: str) -> Owner | None:
    kind, _, id_ = subject.partition("/")
    if kind == "payment" or kind == "payout":
        return Owner(kind, tenant, UUID(id_))
    return None
