"""`pavilion reconcile`: compare Stripe with the books now."""

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stack.errors import StackError
from stack.settings import load_settings

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.reconciliation import ReconciliationReport

LOOKS_SECONDS = 0.5
DIFFERENT = 3
STYLES = {"✓": "green", "●": "yellow", "✗": "red", " ": ""}


def reconcile(
    settle: Annotated[
        float, typer.Option(min=0, help="Seconds that whoever differs has to look at Stripe again.")
    ] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare Stripe with the books now: take in what was done in its dashboard, open a case for the rest.

    Exit code 3 says that something does not match.
    """
    from rich.console import Console

    report = asyncio.run(_reconciled(settle))
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(report), default=str))
    else:
        show(report, Console(highlight=False))
    if report.differing:
        raise typer.Exit(DIFFERENT)


def show(report: "ReconciliationReport", console: "Console") -> None:
    """A report as people read it: a line for each thing that was found."""
    from rich.text import Text

    console.print(
        f"[dim]Stripe beside the books since {report.since:%-d %b %Y %H:%M} UTC: "
        f"{report.events:,} events, {report.balance_lines:,} lines of the balance[/]",
        soft_wrap=True,
    )
    for mark, words in written(report):
        console.print(Text.assemble((f"{mark} ", STYLES[mark]), words), soft_wrap=True)


def written(report: "ReconciliationReport") -> Iterator[tuple[str, str]]:
    """What a report says, a mark and a line each: ✓ is well, ● was done meanwhile, ✗ somebody has to look at."""
    compared = counted(report.compared, "payment or payout", "payments and payouts")
    if not report.differing:
        yield "✓", f"{compared} compared: Stripe and the books say the same"
    if report.told:
        yield "●", f"{counted(report.told, 'differed', 'differed')} at first, and looked at Stripe again"
    if report.paid_to_bank:
        yield "●", f"{counted(report.paid_to_bank, 'payment', 'payments')} to the bank booked"
    if report.cases_closed:
        yield "●", f"{counted(report.cases_closed, 'case', 'cases')} closed"
    if report.differing:
        yield "✗", f"{compared} compared: {counted(report.differing, 'thing does', 'things do')} not match"
        news = report.cases_opened
        opened = f"{counted(news, 'case is', 'cases are')} new" if news else "none is new"
        yield "✗", f"{opened}; GET /v1/ledger/cases?status=open lists all"
    if report.debts:
        yield "✗", f"{counted(report.debts, 'debt', 'debts')} that no prize is left to keep back from"
    for case in report.opened:
        yield " ", f"{case.kind}: {case.subject}: {case.detail}"


def counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


async def _reconciled(settle: float) -> "ReconciliationReport":
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
