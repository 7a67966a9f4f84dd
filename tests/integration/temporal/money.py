"""A payment and a tournament that waits for it, small: everything Temporal keeps of a workflow comes about."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

ONCE = RetryPolicy(maximum_attempts=1)
SOON = timedelta(seconds=20)
SECRET = "pi_1_secret_2abc"
NAMES = ("Chennai", "Mumbai", "Kolkata", "Punjab", "Rajasthan", "Delhi", "Gujarat", "Lucknow")
"""One for each way into a history, so that a leak says which it was."""


@dataclass(frozen=True, slots=True)
class Fee:
    team: str
    amount: int


@activity.defn
async def create_intent(fee: Fee) -> str:
    """Answers the client secret."""
    return SECRET


@activity.defn
async def be_declined(fee: Fee) -> None:
    """Fails, with a team and secrets in the message, the detail and the cause."""
    try:
        raise ValueError(f"of {NAMES[0]}: sk_test_51Hx")
    except ValueError as error:
        raise ApplicationError(
            f"{fee.team} was declined with {SECRET}", NAMES[1], type="declined", non_retryable=True
        ) from error


@workflow.defn(name="Entry")
class Entry:
    """Asked by update-with-start, signal and query; ends when it is told to."""

    def __init__(self) -> None:
        self._secret = ""
        self._noted: list[str] = []
        self._over = False

    @workflow.run
    async def run(self, fee: Fee) -> str:
        workflow.set_current_details(NAMES[7])
        self._secret = await workflow.execute_activity(
            create_intent, fee, start_to_close_timeout=SOON, summary=NAMES[6]
        )
        try:
            await workflow.execute_activity(be_declined, fee, start_to_close_timeout=SOON, retry_policy=ONCE)
        except ActivityError as error:
            self._noted.append(str(error.cause))
        await workflow.wait_condition(lambda: self._over)
        if fee.amount == 0:
            raise ApplicationError(f"nothing to pay for {fee.team}: {SECRET}", type="no_fee")
        return f"{fee.team} has paid"

    @workflow.update
    async def begin(self, team: str) -> str:
        await workflow.wait_condition(lambda: bool(self._secret))
        return self._secret

    @workflow.signal
    def moved(self, team: str) -> None:
        self._noted.append(team)
        self._over = True

    @workflow.query
    def noted(self) -> list[str]:
        return self._noted


@workflow.defn(name="Cup")
class Cup:
    """Starts payments, tells them and hears what became of them."""

    @workflow.run
    async def run(self, fees: list[Fee]) -> list[str]:
        tenant = workflow.info().workflow_id.split("/")[0]
        children = [
            await workflow.start_child_workflow(
                "Entry", fee, id=f"{tenant}/entry/{fee.team}", result_type=str
            )
            for fee in fees
        ]
        for child in children:
            await child.signal("moved", "told")
        answers = await asyncio.gather(*children, return_exceptions=True)
        return [str(getattr(answer, "cause", answer)) for answer in answers]
