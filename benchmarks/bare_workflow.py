"""The bare baselines of tournaments, sessions and payments: the smallest workflows that do as many steps."""

from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def nothing(words: str) -> str:
    return words


@workflow.defn
class BareWorkflow:
    """Serves an Update by an activity that does nothing, answers a query, waits for ever."""

    def __init__(self) -> None:
        self.words = ""

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def say(self, words: str) -> str:
        self.words = await _nothing(words)
        return self.words

    @workflow.query
    def said(self) -> str:
        return self.words


@workflow.defn
class BareSaga:
    """Does ``before`` activities, answers whoever has begun it, and when it is signalled does ``after`` more."""

    @workflow.init
    def __init__(self, before: int, after: int) -> None:
        self._begun = False
        self._paid = False

    @workflow.run
    async def run(self, before: int, after: int) -> None:
        for _ in range(before):
            await _nothing("begun")
        self._begun = True
        await workflow.wait_condition(lambda: self._paid)
        for _ in range(after):
            await _nothing("paid")

    @workflow.update
    async def begin(self) -> str:
        await workflow.wait_condition(lambda: self._begun)
        return "begun"

    @workflow.signal
    def paid(self) -> None:
        self._paid = True


async def _nothing(words: str) -> str:
    return await workflow.execute_activity(nothing, words, start_to_close_timeout=timedelta(seconds=15))
