"""Payments raced: payers, webhooks, looks at Stripe and deadlines at one moment, and processes killed meanwhile.

`make races` races ten thousand (PAVILION_RACES, PAVILION_RACES_SEED); `make test` does without, and races sixty of
them against the simulator alone (`tests/integration/stripe/test_races.py`).
"""

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from stack.processes import PROJECT_PROCESSES, TASKS
from stack.stack import Stack
from tests.conftest import OWNER, ROOT
from tests.e2e.races.everything import everything
from tests.e2e.races.killing import Killer
from tests.e2e.races.plan import plan, run_id
from tests.e2e.races.progress import Progress, summary
from tests.e2e.races.race import Count, Race
from tests.e2e.races.settle import Settling
from tests.e2e.races.verdict import faults

PAYMENTS = int(os.environ.get("PAVILION_RACES", "10000"))
SEED = int(os.environ.get("PAVILION_RACES_SEED", "20261122"))
AT_ONCE = 6
RESERVE_SECONDS = 20.0
ECHOED = 25
SETTLED_WITHIN_SECONDS = 600.0
SECONDS = 1200 + PAYMENTS
KILLED = ("worker", "webhooks")
PROCESSES = ("api", "stripe", "worker", "webhooks")
FAULTS = {
    "answer_lost": 0.04,
    "request_lost": 0.02,
    "error_500_after": 0.02,
    "unavailable_503": 0.02,
    "rate_limit_429": 0.01,
    "slow": 0.05,
    "slow_seconds": 0.05,
    "webhook_duplicate": 0.2,
    "webhook_reorder": 0.2,
    "webhook_delay": 0.1,
    "webhook_delay_seconds": 3.0,
    "webhook_drop": 0.1,
    "settle_seconds": 3.0,
    "search_seconds": 1.0,
}


@pytest.fixture(scope="module")
def racing() -> Iterator[Stack]:
    """What money needs of Pavilion, and nothing else: whatever is killed and broken here is nobody else's."""
    root = Path(os.environ[ROOT], "races")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PAVILION_ROOT", str(root))
        # Every process asks for the address of Kafka; none of these uses it.
        patch.setenv("PAVILION_KAFKA_BOOTSTRAP", "127.0.0.1:9")
        stack = Stack(
            root,
            ("postgres", "temporal"),
            processes=[each for each in PROJECT_PROCESSES if each.name in PROCESSES],
            tasks=TASKS,
            owner_pid=int(os.environ[OWNER]),
        )
        try:
            stack.up()
            yield stack
        finally:
            stack.down()


@pytest.mark.timeout(SECONDS)
async def test_every_payment_ends_one_way_however_it_is_raced(racing: Stack) -> None:
    cups, count = plan(SEED, PAYMENTS, run_id(uuid4().hex)), Count(PAYMENTS, SEED)
    progress = Progress(count)
    progress.say(f"seed {SEED}")
    killer = Killer(racing, KILLED * max(1, PAYMENTS // 1000), count)

    def moved() -> None:
        progress.moved()
        killer.moved()

    async with everything() as here:
        await here.outside.set_faults(seed=SEED, **FAULTS)
        await Race(here.outside, here.tournaments, cups, count, RESERVE_SECONDS, AT_ONCE, moved).run()
        await killer.done()
        await here.outside.set_faults()
        progress.say("everything comes to rest")
        settling = Settling(here.outside, here.reader, here.payments, SETTLED_WITHIN_SECONDS)
        await settling.rest()
        read = await here.reader.all(cups, here.outside)
        progress.say("old events come again, and Stripe is compared with the books")
        intents = [each.state.intent.id for each in read.played if each.state.intent is not None]
        await settling.echo(random.Random(SEED).sample(intents, min(ECHOED, len(intents))), SEED)
        await settling.rest()
        report = await settling.reconcile()
        await settling.rest()
        read = await here.reader.all(cups, here.outside)
        ended_badly, cases = await here.reader.ended_badly(), await here.reader.open_cases()
        owing, told_of = await here.reader.debts()
        felt = (await here.outside.books())["faults"]

    found = faults(read.played, read.ledger, read.balances)
    more = {"refusals": dict(here.outside.refusals), "unsure": here.outside.unsure, "told": report.told}
    line = summary(count, read.played, **more, felt=felt, balances=read.balances, faults=len(found))
    print(f"\n{line}", file=sys.stderr, flush=True)
    assert found == [], f"seed {SEED}"
    assert read.strangers == set(), f"seed {SEED}"
    assert len(read.played) >= PAYMENTS
    assert {each.outcome for each in read.played} >= {"confirmed", "cancelled", "refunded"}, f"seed {SEED}"
    assert count.killed.keys() == set(KILLED)
    assert felt.keys() == {knob for knob in FAULTS if not knob.endswith("_seconds")}, f"seed {SEED}"
    assert ended_badly == {}, f"seed {SEED}"
    assert (report.differing, cases) == (0, 0), f"seed {SEED}: {report.opened}"
    assert owing == told_of, f"seed {SEED}"
