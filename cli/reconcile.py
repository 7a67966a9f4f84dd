"""`pavilion reconcile`: compare Stripe with the books now."""

import asyncio
import dataclasses
import json
from typing import Annotated, Any

import typer

from stack.errors import StackError
from stack.settings import load_settings

LOOKS_SECONDS = 0.5


def reconcile(
    settle: Annotated[
        float, typer.Option(min=0, help="Seconds that whoever differs has to look at Stripe again.")
    ] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare Stripe with the books now: take in what was done in its dashboard, open a case for the rest.

    Exit code 3 says that something does not match.
    """
    report = asyncio.run(_reconciled(settle))
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), default=str))
    else:
        typer.echo("\n".join(written(report)))
    if report.differing:
        raise typer.Exit(3)


def written(report: Any) -> list[str]:
    """A report (``contracts.reconciliation.ReconciliationReport``) as people read it."""
    lines = [
        f"Read since {report.since:%Y-%m-%d %H:%M} UTC: {report.events:,} events, "
        f"{report.balance_lines:,} lines of the balance.",
        f"Compared {report.compared:,} payments and payouts; {report.told:,} looked at Stripe again.",
        f"Paid to the bank: {report.paid_to_bank:,}.",
        f"Cases opened: {report.cases_opened:,}; closed: {report.cases_closed:,}; "
        f"still not matching: {report.differing:,}.",
    ]
    return lines + [f"  {case.kind}: {case.subject}: {case.detail}" for case in report.opened]


async def _reconciled(settle: float) -> Any:
    from rich.console import Console
    from temporalio.client import WorkflowFailureError
    from temporalio.service import RPCError

    from adapters.temporal.client import connect
    from adapters.temporal.keys import PayloadKeys
    from stack import secrets
    from stack.money import has_stripe, home_of
    from workflows.facade import Workflows

    settings = load_settings()
    if not has_stripe(settings):
        raise StackError("there is no Stripe here", "set PAVILION_STRIPE_KEY, or start the simulator")
    try:
        keys = PayloadKeys.parse(secrets.payload_keys())
        workflows = Workflows(
            await connect(settings.temporal_address, settings.temporal_namespace, keys=keys)
        )
        handle = await workflows.reconcile(home_of(settings), settle_seconds=settle)
        with Console(stderr=True).status("asking Temporal") as status:
            return await _watched(handle, status)
    except (RPCError, RuntimeError) as error:
        raise StackError(f"Temporal can't be reached: {error}", "see `pavilion status`") from error
    except WorkflowFailureError as error:
        raise StackError(f"the run failed: {error.cause}", "see it in Temporal's UI") from error


async def _watched(handle: Any, status: Any) -> Any:
    """The result, with a word on what is being done until it is there."""
    from contracts.reconciliation import PROGRESS

    result = asyncio.ensure_future(handle.result())
    while not result.done():
        await asyncio.wait({result}, timeout=LOOKS_SECONDS)
        if not result.done():
            status.update(await handle.query(PROGRESS))
    return await result
