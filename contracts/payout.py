"""What PayoutWorkflow, its activities and those who call it agree on: names, inputs and results."""

from dataclasses import dataclass

from contracts.work import NOT_BEGUN, Aggregate, Progress

PAYOUT_MOVED = "payout_moved"
"""Signal: a dispute, the tournament's result or somebody's account at Stripe may be another. Only a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRun:
    """What PayoutWorkflow begins a history with. ``aggregate`` has the tournament's id. ``looks``: how often it
    was looked in vain since something last happened."""

    aggregate: Aggregate
    progress: Progress = NOT_BEGUN
    looks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutStepOf:
    """The step of a payout with this name, if it is still wanted."""

    aggregate: Aggregate
    step: str
