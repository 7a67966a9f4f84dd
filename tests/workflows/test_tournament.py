"""A tournament's life as its workflow carries it: every phase, every timer both ways."""

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.workflows.world import DAY, world

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_whole_tournament(skipping: WorkflowEnvironment) -> None:
    async with world(skipping) as here:
        await here.schedule()
        for node in await here.nodes():
            match = (await here.state()).matches[node]
            print(node, match)
            await here.play_out(node, "a" if "a" in (match.teams or ()) else "b")
            print(here.happened_at(node))
        print(here.happened())
        state = await here.state()
        assert state.champion == "a"
        await here.wait(40 * DAY)
        print(here.happened())
        print((await here.progress()).details)
        assert await here.phase() == "archived"
