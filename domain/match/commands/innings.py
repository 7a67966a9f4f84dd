"""How an innings begins, how long it is, what interrupts it, and how it ends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInnings:
    """The next innings. ``batting`` may be left out where toss and score settle it."""

    batting: str | None = None
    follow_on: bool = False
    super_over: bool = False
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPowerplay:
    """Fielding restrictions of the innings in progress from ball to ball: ``(over from 0, ball from 1)``."""

    kind: str
    first: tuple[int, int]
    last: tuple[int, int]
    innings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptPlay:
    """Play stops: rain, bad light, an injury. ``interval``: lunch, tea, drinks, stumps are no stoppages."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePlay:
    """Play goes on. ``overs``/``balls``: the new length of the innings if overs were lost."""

    overs: int | None = None
    balls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReduceOvers:
    """The length of an innings (default: the one in progress, else the next) becomes ``overs``.``balls``."""

    overs: int
    balls: int = 0
    innings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseTarget:
    """A new target for the side batting last.

    ``runs`` None: computed by the D/L Standard Edition from the overs lost. Else entered by hand with the
    ``method`` that gave it ("DLS", "VJD", …); of those, ``runs`` None is a target not known yet, without which
    a chase is neither won nor lost. ``overs``/``balls`` shorten the innings too when given.
    """

    runs: int | None = None
    method: str = "D/L Standard Edition"
    overs: int | None = None
    balls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareInnings:
    """The captain of the batting side declares (Law 15.1)."""

    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForfeitInnings:
    """The captain forfeits the side's next innings (Law 15.2)."""

    team: str | None = None
    umpire_decision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndInnings:
    """The innings ends though batters, overs and runs are left.

    ``reason``: "all out" when those left cannot bat (hurt, absent), "weather", "time", "conceded" …
    """

    reason: str
