"""What the workflows of money have in common: an aggregate whose state wants steps taken elsewhere.

Which steps are wanted, and in which order, follows from the aggregate alone. The workflow takes them one at a
time, puts one off that cannot be taken now so that it holds up no other, and looks by itself for news when
nobody has told it anything for long.
"""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import ClassVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from contracts.work import Aggregate, Progress, WireDue
    from workflows.steward import Steward

STEP_WITHIN = timedelta(minutes=3)
"""How long a step is tried before it is put off."""
PUT_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
AGAIN = "try again"


class Saga(Steward, ABC):
    """Keeps one aggregate and takes its steps."""

    LOOK: ClassVar[str]
    """What it does when nobody has told it anything for long."""
    LOOKS: ClassVar[tuple[timedelta, ...]]
    """How long nobody may say anything before it looks: after each look in vain longer, the last for ever."""

    def __init__(self, aggregate: Aggregate, progress: Progress, looks: int) -> None:
        super().__init__(aggregate, progress)
        self._moved = False
        self._looks = looks
        self._quiet_since = workflow.now()
        self._put_off: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}

    # --- what the subclass adds ----------------------------------------------------------------------------

    @abstractmethod
    async def take_step(self, step: str) -> Progress:
        """Have an activity take it. An ActivityError puts it off."""

    # --- the path ------------------------------------------------------------------------------------------

    async def ready(self) -> None:
        await workflow.wait_condition(lambda: self.progress_now.version > 0 or self.progress_now.finished)

    async def fall_due(self, dues: tuple[WireDue, ...]) -> None:
        for due in dues:
            if due.name == AGAIN:
                self._put_off.pop(due.subject, None)
            else:
                self._moved = True

    def take(self, progress: Progress) -> None:
        if progress.version > self.progress_now.version:
            self._looks, self._quiet_since = 0, workflow.now()
        super().take(progress)

    def next_dues(self) -> tuple[WireDue, ...]:
        found = [
            WireDue(name=AGAIN, subject=step, at=at, due_at=at)
            for step, at in self._put_off.items()
            if step in self.progress_now.steps
        ]
        if self.progress_now.watched:
            at = self._quiet_since + self.LOOKS[min(self._looks, len(self.LOOKS) - 1)]
            found.append(WireDue(name=self.LOOK, subject="", at=at, due_at=at))
        return tuple(sorted(found, key=lambda due: (due.at, due.name, due.subject)))

    def begin_look(self) -> None:
        """From now on it is quiet again."""
        self._moved = False
        self._looks, self._quiet_since = self._looks + 1, workflow.now()

    def wanted(self) -> str | None:
        """The most urgent step that is not put off."""
        return next((step for step in self.progress_now.steps if step not in self._put_off), None)

    async def try_step(self, step: str) -> None:
        """Take a step, or put it off: it is tried again later, and holds up no other until then. So is one that was
        taken in vain, or it would be taken again and again."""
        before = self.progress_now.version
        try:
            progress = await self.take_step(step)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return self._put_it_off(step)
        self.take(progress)
        if step in self.progress_now.steps and self.progress_now.version == before:
            return self._put_it_off(step)
        self._failures.pop(step, None)

    def _put_it_off(self, step: str) -> None:
        failures = self._failures[step] = self._failures.get(step, 0) + 1
        self._put_off[step] = workflow.now() + PUT_OFF[min(failures, len(PUT_OFF)) - 1]
