"""The payment of an entry, from the place that is kept to the tournament's start, with Stripe's simulator."""

from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.workflows.paying import payments

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_who_pays_has_the_place(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    async with payments(skipping, tmp_path) as here:
        await here.open("a")
        assert await here.status("a") == "pending payment"
        await here.pay("a")
        assert await here.status("a") == "confirmed"
        assert await here.happened("a") == [
            "PaymentRequested",
            "IntentCreated",
            "PaymentSucceeded",
            "EntryFollowed",
            "ReceiptIssued",
            "BooksKept",
        ]
        here.check_books()
