"""One workflow for each shard keeps the relay running, for ever."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities.relay import RelayActivities
    from contracts.relay import RelayShard

HEARTBEAT_TIMEOUT = timedelta(seconds=10)
"""A worker that was killed is missed after this long, and another takes its shard over."""
GRACE = timedelta(minutes=10)
RETRIES = RetryPolicy(
    initial_interval=timedelta(seconds=0.5), backoff_coefficient=2, maximum_interval=timedelta(seconds=10)
)
"""Without end: Postgres or Kafka may be away for hours."""


@workflow.defn
class EventRelayWorkflow:
    """Runs the relay activity, and again in a fresh history each time it comes to its end.

    The activity ends by itself after ``seconds_per_run`` and when its worker goes down, so a rolling deploy
    hands a shard over without waiting for a heartbeat to be missed.
    """

    @workflow.run
    async def run(self, shard: RelayShard) -> None:
        workflow.set_current_details(
            f"**Shard {shard.shard} of {shard.shards}**: event store → Kafka\n\n"
            "The pending activity's heartbeat tells how far it has come; its last failure, why it stopped. "
            "The cursor itself is the row of `relay_cursor` in Postgres."
        )
        await workflow.execute_activity_method(
            RelayActivities.relay_events,
            shard,
            start_to_close_timeout=timedelta(seconds=shard.seconds_per_run) + GRACE,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RETRIES,
            summary=f"relay shard {shard.shard}",
        )
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(shard)
