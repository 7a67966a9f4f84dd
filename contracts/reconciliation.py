"""What the workflow of reconciliation is given, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SCHEDULE = "reconciliation"
"""The Temporal Schedule that has it run."""
PROGRESS = "progress"
"""Query: a few words on what is being done."""


def reconciliation_workflow_id(home: UUID) -> str:
    """There is one account at Stripe, so there is one; runs by the schedule have their time after it."""
    return f"{home}/reconciliation/run"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRun:
    """``home``: the league whose account at Stripe it is. ``settle_seconds``: how long those who were told to
    look at Stripe have for it before it is judged."""

    home: UUID
    settle_seconds: float = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``judge`` False: whoever differs from Stripe is told to look at it; True: what still differs is a case, of
    those ``suspects`` that were told (None: of all)."""

    home: UUID
    judge: bool
    suspects: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCase:
    tenant_id: UUID
    kind: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationReport:
    """What a comparison came to. ``told``: payments and payouts that differed and were told to look at Stripe, the
    first of them by name in ``suspects``. ``opened``: cases that were not open before (the first hundred; ``cases_opened`` counts all). ``differing``:
    whatever still does not match, old cases with it. ``debts``: what is owed to leagues and no prize is left to keep back
    for; that is no difference."""

    since: datetime
    events: int = 0
    balance_lines: int = 0
    compared: int = 0
    told: int = 0
    paid_to_bank: int = 0
    differing: int = 0
    cases_opened: int = 0
    cases_closed: int = 0
    debts: int = 0
    opened: tuple[ReportedCase, ...] = ()
    suspects: tuple[str, ...] = ()
