"""The bare baseline of tournaments and sessions: the smallest workflow that is told something and then waits."""

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
        self.words = await workflow.execute_activity(
            nothing, words, start_to_close_timeout=timedelta(seconds=15)
        )
        return self.words

    @workflow.query
    def said(self) -> str:
        return self.words
