"""Results on their way from a session to its tournament."""

from temporalio import activity

from contracts.work import Progress, ResultOf


class ResultActivities:
    @activity.defn
    async def take_result(self, result: ResultOf) -> Progress: ...
