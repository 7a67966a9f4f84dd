"""Records the histories that CI replays: python -m tests.workflows.record [tournaments] [entries] [payouts] [boxes] [notices]

Done anew when a workflow is meant to take another path (and is gated by a patch, or pinned, where old ones run).
What is written depends on no machine: who did it and where a stack trace lay is left out.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from contracts.work import PAYOUT
from domain.clock import Clock
from domain.match import commands as m
from domain.money.refund_policy import RefundPolicy, RefundStep
from domain.payout.commands import RetryOrders
from domain.session import commands as sc
from domain.tournament.lifecycle import commands as c
from domain.tournament.lifecycle.settings import Deadline
from stack.servers.temporal import Temporal
from tests.workflows import box
from tests.workflows.keeping import keeping
from tests.workflows.paying import Paying, payments
from tests.workflows.prizes import Prizes, prize_money
from tests.workflows.settled import approved, fund, settled, until, won_by_b_after_all
from tests.workflows.telling import told
from tests.workflows.world import DAY, HOUR, World, line_up, placements, whole_match, wire, world
from workflows import search_attributes
from workflows.refusal import WorkflowRefused

HISTORIES = Path(__file__).parent / "histories"
SPEED = HOUR / timedelta(seconds=0.25)


async def life(here: World) -> None:
    """A tournament from draft to archive, with moved deadlines, refusals, and what match days have in them."""
    now = await here.now()
    clock = Clock(started_at=now, shows=now, speed=SPEED)
    await here.create(
        {Deadline.REGISTRATION_OPENS: 12 * HOUR, Deadline.ROSTER_LOCK: 40 * HOUR},
        clock=clock,
        dispute_hours=12.0,
        archive_days=0.5,
        opens_hours_before=6.0,
    )
    await here.do(c.MoveDeadline(deadline=Deadline.REGISTRATION_OPENS, at=now + 16 * HOUR))
    await _until(here, "RegistrationOpened")
    await here.enter()
    with suppress(WorkflowRefused):
        await here.do(c.SubmitEntry(team="a", name="Team a"))
    await here.do(c.CloseRegistration(), c.DrawTournament(seeds=("a", "b", "c")))
    nodes = await here.nodes()
    first = clock.here(await here.now()) + 8 * HOUR
    await here.do(c.SetFixtures(placements=placements(nodes, first)))
    for number, node in enumerate(nodes):
        await _until_open(here, node)
        if number == 0:
            await _a_day_with_everything(here, node)
        teams = (await here.state()).matches[node].teams or ("", "")
        recorded = whole_match(*teams, teams[0])[2 if number == 0 else 0 :]
        version = await here.ground(node, *recorded, subject="sue")
        await here.tell(node, version)
    await here.handle().result()


async def _a_day_with_everything(here: World, node: str) -> None:
    """An official named late, a scorer, line-ups twice told of."""
    await here.do(c.AssignOfficial(node=node, person="ref", name="R. Ferry", role="referee"))
    await here.at_match(node, sc.TakeLease(scorer="sue"))
    teams = (await here.state()).matches[node].teams or ("", "")
    version = await here.ground(node, *map(line_up, teams))
    await here.tell(node, version)
    await here.tell(node, 1)


async def cancelled(here: World) -> None:
    """A tournament cancelled while a match is played."""
    now = await here.now()
    await here.draw(clock=Clock(started_at=now, shows=now, speed=SPEED))
    nodes = await here.nodes()
    first = now + 26 * HOUR
    await here.do(c.SetFixtures(placements=placements(nodes, first)))
    await _until_open(here, nodes[0])
    teams = (await here.state()).matches[nodes[0]].teams or ("", "")
    start = [*whole_match(*teams, teams[0])[:5], m.InterruptPlay(reason="rain")]
    await here.tell(nodes[0], await here.ground(nodes[0], *start))
    await here.do(c.CancelTournament(reason="no ground"))
    await here.handle().result()


async def _until(here: World, event: str) -> None:
    async with asyncio.timeout(60):
        while event not in here.happened():
            await asyncio.sleep(0.05)


async def paid_and_withdrawn(here: Paying) -> None:
    """A payment that is declined, paid, confirmed, and given back by half when the team withdraws."""
    steps = (RefundStep(until=await here.later(DAY), percent=50),)
    await here.open("a", capacity=2, refund_policy=RefundPolicy(steps=steps))
    secret = await here.secret_at_once("a")
    await here.payer.pay(secret, "pm_card_visa_chargeDeclined")
    await here.hint("a")
    await here.payer.pay(secret)
    await here.hint("a")
    await here.until("confirmed", "a")
    await here.world.do(c.WithdrawEntry(team="a"))
    await here.ended("a")


async def unpaid(here: Paying) -> None:
    """Nobody pays before the tournament is cancelled."""
    await here.open("ab", capacity=2)
    await here.secret_at_once("b")
    await here.world.do(c.CancelTournament(reason="flooded grounds"))
    await here.ended("a", "b")


async def paid_out(here: Prizes) -> None:
    """A payout that is approved, and gets stuck because A's account is closed, until there is another."""
    tournament = here.world.tournament
    await settled(here.world.store, tournament.tenant_id, tournament.id)
    await fund(here)
    closed = await here.payee("a")
    await here.payee("b")
    await here.paying.simulate(f"accounts/{closed}/close")
    await approved(here)
    await until(here, "stuck")
    await here.payee("a")
    await here.world.workflows.execute(here.payout, wire(PAYOUT, RetryOrders(person="ann")))
    await here.world.handle(here.payout).result()


async def paid_out_anew(here: Prizes) -> None:
    """Then a court gives the final to B: money is taken back and sent."""
    tournament = here.world.tournament
    await won_by_b_after_all(here.world.store, tournament.tenant_id, tournament.id)
    await approved(here)
    await here.world.handle(here.payout).result()


async def _until_open(here: World, node: str) -> None:
    async with asyncio.timeout(60):
        while not here.store.types(here.match_id(node)):
            await asyncio.sleep(0.05)


async def write(name: str, handle: WorkflowHandle[Any, Any]) -> None:
    """One history as a file."""
    history = await handle.fetch_history()
    found = {"id": history.workflow_id, **_scrubbed(json.loads(history.to_json()))}
    text = json.dumps(found, indent=1)
    (HISTORIES / f"{name}.json").write_text(text + "\n")
    print(f"{name}: {len(history.events)} events, {len(text) // 1024} kB")


def _scrubbed(part: Any) -> Any:
    if isinstance(part, list):
        return [_scrubbed(each) for each in part]
    if isinstance(part, dict):
        return {
            name: _scrubbed(each) for name, each in part.items() if name not in ("stackTrace", "identity")
        }
    return part


async def tournaments(environment: WorkflowEnvironment) -> None:
    async with world(environment) as here:
        await life(here)
        await write("tournament", here.handle())
        await write("match", here.handle(here.session((await here.nodes())[0])))
    async with world(environment) as here:
        await cancelled(here)
        await write("tournament_cancelled", here.handle())
        await write("match_cancelled", here.handle(here.session((await here.nodes())[0])))


async def entries(environment: WorkflowEnvironment) -> None:
    with TemporaryDirectory() as folder:
        async with payments(environment, Path(folder) / "one") as paying:
            await paid_and_withdrawn(paying)
            await write("entry_refunded", await paying.handle("a"))
        async with payments(environment, Path(folder) / "two") as paying:
            await unpaid(paying)
            await write("entry_cancelled", await paying.handle("b"))
            await write("tournament_with_fee", paying.world.handle())


async def payouts(environment: WorkflowEnvironment) -> None:
    with TemporaryDirectory() as folder:
        async with prize_money(environment, Path(folder)) as here:
            await paid_out(here)
            await write("payout", here.world.handle(here.payout))
            await paid_out_anew(here)
            await write("payout_revised", here.world.handle(here.payout))


async def boxes(environment: WorkflowEnvironment) -> None:
    async with keeping(environment) as kept:
        await kept.make(await kept.now() + DAY)
        for number in range(40):
            await kept.execute(box.Note(text=str(number)))
        await write("box_continued", kept.handle)


async def notices(environment: WorkflowEnvironment) -> None:
    notice, notification = await told(environment)
    await write("notice", notice)
    await write("notification", notification)


ALL = {each.__name__: each for each in (tournaments, entries, payouts, boxes, notices)}


async def main(names: Sequence[str]) -> None:
    HISTORIES.mkdir(exist_ok=True)
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=Temporal().obtain(print)["temporal"],
        dev_server_extra_args=["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=400"],
        data_converter=pydantic_data_converter,
        identity="recorder",
    ) as environment:
        await search_attributes.register(environment.client)
        for name in names or ALL:
            await ALL[name](environment)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
