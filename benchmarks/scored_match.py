"""A match scored inside a workflow, as one would without an event store."""

from temporalio import workflow


@workflow.defn
class ScoredMatch:
    """Counts runs by Updates; does less than our ball does, so the comparison favours it."""

    def __init__(self) -> None:
        self.runs = 0
        self.done = False

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self.done)
        return self.runs

    @workflow.update
    async def record(self, ball: dict[str, int]) -> dict[str, int]:
        self.runs += ball["bat_runs"]
        return {"runs": self.runs}

    @record.validator
    def check(self, ball: dict[str, int]) -> None:
        if ball["bat_runs"] < 0:
            raise ValueError("runs are never negative")
