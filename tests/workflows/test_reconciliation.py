"""Reconciliation with Stripe's simulator: what is done behind our back is taken in, or a case."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from contracts.payments import METADATA_PAYMENT, METADATA_TENANT
from contracts.reconciliation import ReconciliationReport
from domain.money import bookkeeping as book
from domain.money.accounts import AccountKind
from domain.money.money import Money
from domain.money.reconciliation import Case, CaseKind
from handlers.reconciliation import CasePlace, KeptCase
from tests.workflows.paying import FEE, Paying, payments
from tests.workflows.prizes import prize_money
from workers.payment import payment_worker
from workers.reconciliation import reconciliation_ports
from workflows.facade import Workflows
from workflows.start import Queues

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class MemoryCases:
    """The cases in memory, which keeps what the real ones promise."""

    kept: dict[tuple[UUID, str, str], KeptCase] = field(default_factory=dict[tuple[UUID, str, str], KeptCase])
    reached: dict[UUID, datetime] = field(default_factory=dict[UUID, datetime])
    owing: set[UUID] = field(default_factory=set[UUID])
    """Leagues in whose books there is an account of debts."""

    async def leagues(self) -> list[UUID]:
        return [*self.owing, *{tenant for (tenant, *_), case in self.kept.items() if case.closed_at is None}]

    async def open(self, tenant_id: UUID, cases: Sequence[Case]) -> frozenset[tuple[str, str]]:
        new = set[tuple[str, str]]()
        for case in cases:
            key = (tenant_id, case.kind.value, case.subject)
            if key not in self.kept or self.kept[key].closed_at is not None:
                at = datetime.now(UTC)
                self.kept[key] = KeptCase(kind=key[1], subject=case.subject, detail=case.detail, opened_at=at)
                new.add(key[1:])
        return frozenset(new)

    async def close(self, tenant_id: UUID, subjects: Sequence[str]) -> frozenset[str]:
        found = {key: case for key, case in self.kept.items() if key[0] == tenant_id and key[2] in subjects}
        still = {key: case for key, case in found.items() if case.closed_at is None}
        for (_, kind, subject), case in still.items():
            self.kept[tenant_id, kind, subject] = KeptCase(
                kind=kind,
                subject=subject,
                detail=case.detail,
                opened_at=case.opened_at,
                closed_at=datetime.now(UTC),
            )
        return frozenset(subject for _, _, subject in still)

    async def settle(
        self, tenant_id: UUID, kind: str, subject: str, *, person: str, reason: str, explained_by: str | None
    ) -> KeptCase | None:
        known = self.kept.get((tenant_id, kind, subject))
        if known is None or known.closed_at is not None:
            return known
        closed = replace(
            known, closed_at=datetime.now(UTC), closed_by=person, reason=reason, explained_by=explained_by
        )
        self.kept[tenant_id, kind, subject] = closed
        return closed

    async def cases(
        self, tenant_id: UUID, *, is_open: bool | None = None, before: CasePlace | None = None, limit: int
    ) -> list[KeptCase]:
        rows = [case for key, case in self.kept.items() if key[0] == tenant_id]
        rows = [case for case in rows if is_open is None or (case.closed_at is None) is is_open]
        rows.sort(key=lambda case: (case.opened_at, case.subject, case.kind), reverse=True)
        return [c for c in rows if before is None or (c.opened_at, c.subject, c.kind) < before][:limit]

    async def read_to(self, tenant_id: UUID, to: datetime | None = None) -> datetime | None:
        if to is not None:
            self.reached[tenant_id] = max(to, self.reached.get(tenant_id, to))
        return self.reached.get(tenant_id)


@dataclass
class Reconciling:
    """A league that takes fees, and is the one whose account at Stripe it is."""

    paying: Paying
    cases: MemoryCases
    workflows: Workflows

    @property
    def home(self) -> UUID:
        return self.paying.world.tournament.tenant_id

    async def run(self) -> ReconciliationReport:
        return await (await self.workflows.reconcile(self.home)).result()

    async def open_cases(self) -> list[tuple[str, str]]:
        rows = await self.cases.cases(self.home, is_open=True, limit=100)
        return [(row.kind, row.subject) for row in rows]

    async def strangers_charge(self, **metadata: str) -> None:
        """Somebody takes money in the dashboard."""
        provider = self.paying.provider
        made = await provider.create_intent(f"dashboard/{uuid4()}", 99_000, "inr", metadata, "by hand")
        assert made.client_secret is not None
        assert (await self.paying.payer.pay(made.client_secret)).status == "succeeded"

    async def refund_in_the_dashboard(self, team: str, amount: int) -> None:
        intent = (await self.paying.state(team)).intent
        assert intent is not None
        await self.paying.provider.refund(intent.id, f"dashboard/{uuid4()}", amount, {})


@asynccontextmanager
async def reconciling(environment: WorkflowEnvironment, folder: Path) -> AsyncIterator[Reconciling]:
    async with payments(environment, folder, working=False) as paying:
        queue, cases = paying.world.payment_queue, MemoryCases()
        workflows = Workflows(environment.client, queues=Queues(payment=queue))
        store = paying.world.streams.store
        ports = reconciliation_ports(store, paying.provider, paying.ledger, cases, workflows)  # pyright: ignore[reportArgumentType]
        async with paying.worker(reconciliation=ports):
            yield Reconciling(paying, cases, workflows)


async def paid(here: Reconciling, *teams: str) -> None:
    """These teams have paid, and have their places."""
    await here.paying.open(teams)
    for team in teams:
        await here.paying.pay(team)
    await here.paying.until("confirmed", *teams)


async def test_what_stripe_books_in_another_currency_is_confirmed_and_a_case(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        here.paying.faults(settles_in="usd")
        await paid(here, "a")
        ledger = here.paying.ledger
        assert ledger.balance(AccountKind.STRIPE_BALANCE) == 0
        assert ledger.balance(AccountKind.SUSPENSE) == FEE.amount
        await here.run()
        payment = await here.paying.payment("a")
        assert ("other currency", f"payment/{payment.id}") in await here.open_cases()
        (line,) = (subject for kind, subject in await here.open_cases() if kind == "unexplained")
        # The books have what Stripe has: dollars, of which nobody has said yet what they are.
        (posting, _) = ledger.booked[f"stripe/{line}"].postings
        assert (posting.currency, posting.amount) == ("usd", (await here.paying.provider.balance())["usd"])


async def test_where_nothing_was_done_behind_our_back_it_is_quiet(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a", "b")
        report = await here.run()
        assert (report.compared, report.balance_lines) == (2, 2)
        assert (report.told, report.differing, report.cases_opened) == (0, 0, 0)
        assert await here.open_cases() == []


async def test_a_refund_made_in_the_dashboard_is_taken_in(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a", "b")
        await here.refund_in_the_dashboard("a", 100_000)
        report = await here.run()
        assert (report.told, report.differing, report.cases_opened) == (1, 0, 0)
        state = await here.paying.state("a")
        assert state.given_back.amount == 100_000
        assert here.paying.ledger.kinds()["refund made outside"] == 1
        here.paying.check_books()
        again = await here.run()
        assert (again.told, again.differing, again.cases_opened) == (0, 0, 0)


async def test_a_charge_nobody_knows_opens_a_case_once_and_stands_in_the_books(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        await here.strangers_charge()
        report = await here.run()
        (case,) = report.opened
        assert (report.cases_opened, case.tenant_id, case.kind) == (1, here.home, "unexplained")
        assert here.paying.ledger.balance(AccountKind.SUSPENSE) < 0
        here.paying.check_books()

        again = await here.run()
        assert (again.differing, again.cases_opened) == (1, 0)
        assert await here.open_cases() == [(case.kind, case.subject)]
        assert here.paying.ledger.kinds()["unexplained"] == 1


async def test_a_charge_that_names_a_payment_there_is_not_is_a_case(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        payment = uuid4()
        named = {METADATA_TENANT: str(here.home), METADATA_PAYMENT: str(payment)}
        await here.strangers_charge(**named)
        (case,) = (await here.run()).opened
        assert case.kind == "unexplained"
        assert str(payment) in case.detail


async def test_a_second_intent_of_a_payment_is_a_case_until_it_is_cancelled(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        payment = (await here.paying.payment("a")).id
        named = {METADATA_TENANT: str(here.home), METADATA_PAYMENT: str(payment)}
        second = await here.paying.provider.create_intent("second", FEE.amount, "inr", named, "again")
        assert (await here.run()).cases_opened == 1
        assert await here.open_cases() == [("several intents", f"payment/{payment}")]

        await here.paying.provider.cancel_intent(second.id, "cancel second")
        report = await here.run()
        assert (report.differing, report.cases_closed) == (0, 1)
        assert await here.open_cases() == []


async def test_books_that_say_too_little_are_a_case_of_the_payment(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        payment = (await here.paying.payment("a")).id
        ledger = here.paying.ledger
        missing = {key: each for key, each in ledger.booked.items() if key.startswith(f"{payment}/")}
        for key in missing:
            del ledger.booked[key]
        report = await here.run()
        assert (report.told, report.cases_opened) == (1, 1)
        assert await here.open_cases() == [("books differ", f"payment/{payment}")]

        ledger.booked |= missing
        assert (await here.run()).cases_closed == 1


async def test_money_that_is_moved_while_it_is_judged_is_no_case(
    skipping: WorkflowEnvironment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        payment, ledger = (await here.paying.payment("a")).id, here.paying.ledger
        on_its_way = {key: each for key, each in ledger.booked.items() if key.startswith(f"{payment}/")}
        looks, read_to = 0, here.cases.read_to

        async def meanwhile(tenant_id: UUID, to: datetime | None = None) -> datetime | None:
            """Each comparison begins with it; to the second, the payment is at Stripe and not booked yet."""
            nonlocal looks
            looks += to is None
            if looks == 2:
                for key in on_its_way:
                    ledger.booked.pop(key, None)
            return await read_to(tenant_id, to)

        monkeypatch.setattr(here.cases, "read_to", meanwhile)
        report = await here.run()
        assert (report.told, report.differing, report.cases_opened) == (0, 0, 0)
        assert (await here.run()).told == 1
        assert await here.open_cases() == [("books differ", f"payment/{payment}")]


async def test_a_debt_that_nothing_is_kept_back_for_is_a_case_until_it_is_paid(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        state, cup = await here.paying.state("a"), here.paying.world.tournament.id
        assert state.intent is not None
        dispute = await here.paying.simulate("disputes", payment_intent=state.intent.id)
        await here.paying.simulate(f"disputes/{dispute['id']}/lose")
        report = await here.run()
        subject = f"receivable/{cup}/a/inr/1"
        assert (report.differing, report.debts, report.cases_opened) == (0, 1, 1)
        assert await here.open_cases() == [("debt", subject)]
        assert "a owes 2,500.00 INR" in report.opened[0].detail

        debt = book.debt_paid_to_bank(f"debt/{subject}", cup, "a", FEE)
        await here.paying.ledger.post(here.home, [debt])
        again = await here.run()
        assert (again.debts, again.cases_closed, await here.open_cases()) == (0, 1, [])


async def test_a_league_of_which_stripe_says_nothing_is_looked_at_while_something_is_open_there(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """What Stripe did was read long ago, in the run of another league: a debt is told all the same, and a case of a
    payment is compared."""
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        cup, elsewhere, league = here.paying.world.tournament.id, uuid4(), here.home
        await here.cases.read_to(elsewhere, datetime.now(UTC) + timedelta(days=1))
        payment = f"payment/{(await here.paying.payment('a')).id}"
        await here.cases.open(
            league, [Case(tenant=league, kind=CaseKind.BOOKS_DIFFER, subject=payment, detail="")]
        )
        await here.paying.ledger.post(
            league, [book.prize_reclaimed(f"{cup}/1", cup, "a", Money(100_000, "inr"))]
        )
        here.cases.owing.add(league)
        await (await here.workflows.reconcile(elsewhere)).result()
        assert await here.open_cases() == [("debt", f"receivable/{cup}/a/inr/1")]


async def test_what_was_read_is_not_read_again_but_for_an_hour(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with reconciling(skipping, tmp_path) as here:
        await paid(here, "a")
        await here.run()
        reached = await here.cases.read_to(here.home)
        assert reached is not None
        assert (await here.run()).since == reached - timedelta(hours=1)


async def test_a_transfer_taken_back_in_the_dashboard_is_taken_in(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with prize_money(skipping, tmp_path) as prizes:
        paying, cases, queue = prizes.paying, MemoryCases(), f"reconciliation-{uuid4()}"
        ports = reconciliation_ports(
            prizes.world.streams.store,
            paying.provider,
            paying.ledger,  # pyright: ignore[reportArgumentType]
            cases,
            prizes.world.workflows,
        )
        apart = Workflows(skipping.client, queues=Queues(payment=queue))
        async with payment_worker(skipping.client, paying.ports, queue, reconciliation=ports):
            here = Reconciling(paying, cases, apart)
            await prizes.settle()
            for team in "ab":
                await prizes.payee(team)
            await prizes.wait_for_settlement()
            await prizes.approve()
            quiet = await here.run()
            assert (quiet.compared, quiet.differing, quiet.told) == (3, 0, 0)

            order = next(iter((await prizes.state()).orders.values()))
            taken_back = await paying.provider.reverse(order.transfer, "dashboard", 10_000, {})
            assert taken_back.amount == 10_000
            report = await here.run()
            assert (report.told, report.differing, report.cases_opened) == (1, 0, 0)
            assert (await prizes.state()).paid_to(order.payee).amount == order.amount.amount - 10_000
            paying.check_books()
            again = await here.run()
            assert (again.told, again.differing, await here.open_cases()) == (0, 0, [])
