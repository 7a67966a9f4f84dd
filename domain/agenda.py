"""What comes next, and when: the only thing a workflow needs to know of the aggregate it carries through time.

An aggregate says what is due; its workflow waits until then and has it carried out. So a workflow holds no
rule, and what is due, met or missed is tested without any clock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

Command = TypeVar("Command")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Generic[Command]):
    """``command`` is carried out at ``at`` unless what was decided before has made it needless.

    ``name`` tells an operator what it is ("registration closes") and, with ``at``, tells two apart: the
    same deadline moved is another one. ``subject`` is what it is about where there are several (a team, a
    match).
    """

    name: str
    at: datetime
    command: Command
    subject: str = ""
