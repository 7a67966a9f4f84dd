"""Whatever is posted to the ledger, in whatever order and however often: it is what a few lines of Python say."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from adapters.postgres.ledger import PostgresLedger
from adapters.postgres.pool import create_pool
from domain.money import bookkeeping as book
from domain.money.accounts import account_of
from domain.money.ledger import LedgerTransaction, reversal
from domain.money.money import Money
from handlers.ledger import LedgerConflict, ReversalRefused

Answer = TypeVar("Answer")
CUP = UUID(int=10)
amounts = st.builds(
    Money, st.integers(1, 10**6).map(lambda n: n * 100), st.sampled_from(["inr", "jpy", "isk"])
)
facts = st.sampled_from(
    [
        book.fee_received,
        book.refund_owed,
        book.refund_made,
        book.dispute_opened,
        book.organiser_paid,
    ]
)


class Books(RuleBasedStateMachine):
    """The ledger beside a model of it: what was booked, by key."""

    ledger: PostgresLedger
    runner: asyncio.Runner
    posted = Bundle("posted")

    def __init__(self) -> None:
        super().__init__()
        self.tenant = uuid4()
        self.model: dict[str, LedgerTransaction] = {}

    def wait(self, answer: Coroutine[Any, Any, Answer]) -> Answer:
        return self.runner.run(answer)

    @rule(target=posted, key=st.integers(1, 6), fact=facts, amount=amounts)
    def post(self, key: int, fact: Any, amount: Money) -> LedgerTransaction:
        """A fact under a key, which may be known: with the same content, or with another."""
        transaction: LedgerTransaction = fact(f"fact/{key}", CUP, amount)
        self.check(transaction)
        return transaction

    @rule(transaction=posted)
    def post_again(self, transaction: LedgerTransaction) -> None:
        self.check(transaction)

    @rule(target=posted, transaction=posted, key=st.integers(1, 3))
    def take_back(self, transaction: LedgerTransaction, key: int) -> LedgerTransaction:
        if transaction.reverses is not None:
            return transaction
        undone = reversal(transaction, key=f"undone/{key}", description="")
        self.check(undone)
        return undone

    def check(self, transaction: LedgerTransaction) -> None:
        """The ledger does what the model says it must."""
        known = self.model.get(transaction.key)
        if known is not None and known.digest != transaction.digest:
            with pytest.raises(LedgerConflict):
                self.wait(self.ledger.post(self.tenant, [transaction]))
        elif known is None and not self.may_reverse(transaction):
            with pytest.raises(ReversalRefused):
                self.wait(self.ledger.post(self.tenant, [transaction]))
        else:
            booked = self.wait(self.ledger.post(self.tenant, [transaction, transaction]))
            assert booked == (frozenset() if known else {transaction.key})
            self.model[transaction.key] = transaction

    def may_reverse(self, transaction: LedgerTransaction) -> bool:
        if transaction.reverses is None:
            return True
        taken = {each.reverses for each in self.model.values()}
        origin = self.model.get(transaction.reverses)
        if origin is None or transaction.reverses in taken:
            return False
        return reversal(origin, key=transaction.key, description="").digest == transaction.digest

    @invariant()
    def the_balances_are_the_models(self) -> None:
        expected: Counter[tuple[str, str]] = Counter()
        for transaction in self.model.values():
            for posting in transaction.postings:
                expected[posting.account.code, posting.currency] += posting.amount
        rows = self.wait(self.ledger.balances(self.tenant, limit=100))
        found = {(row.account.code, row.balance.currency): row.balance.amount for row in rows}
        assert found == dict(expected)
        sums = self.wait(self.ledger.sums(self.tenant))
        assert all(each.debits == each.credits for each in sums)

    @invariant()
    def a_statement_ends_with_the_balance(self) -> None:
        lines = self.wait(self.ledger.statement(self.tenant, account_of("stripe_balance"), limit=1000))
        running: Counter[str] = Counter()
        for line in lines:
            running[line.amount.currency] += line.amount.amount
            assert line.balance.amount == running[line.amount.currency]


def test_the_ledger_does_what_the_model_does(postgres_dsn: str) -> None:
    with asyncio.Runner() as runner:
        pool = runner.run(create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=1))
        machine = type("Machine", (Books,), {"ledger": PostgresLedger(pool), "runner": runner})
        many = settings(
            max_examples=25,
            stateful_step_count=20,
            suppress_health_check=[HealthCheck.too_slow],
            deadline=None,
        )
        try:
            run_state_machine_as_test(machine, settings=many)
        finally:
            runner.run(pool.close())
