"""What an organiser decides about a tournament before it begins."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.clock import REAL, Clock
from domain.match.conditions import T20, PlayingConditions
from domain.money.money import Money
from domain.money.prizes import PrizeRules
from domain.money.refund_policy import RefundPolicy
from domain.session.settings import DEFAULTS, SessionSettings
from domain.tournament.fixtures.model import NO_RULES, FixtureRules
from domain.tournament.format.model import Format
from domain.tournament.table_rules import IPL, TableRules


class Phase(StrEnum):
    """Where a tournament is in its life. They follow each other; cancelled can follow any before settled."""

    DRAFT = "draft"
    REGISTRATION_OPEN = "registration open"
    REGISTRATION_CLOSED = "registration closed"
    DRAWN = "drawn"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in progress"
    PLAYOFFS = "playoffs"
    COMPLETED = "completed"
    SETTLED = "settled"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


NOTHING_BACK = RefundPolicy()
"""Who withdraws gets nothing."""
NO_PRIZES = PrizeRules()


class Deadline(StrEnum):
    """The times an organiser sets, and can move until they have passed."""

    REGISTRATION_OPENS = "registration opens"
    REGISTRATION_CLOSES = "registration closes"
    ROSTER_LOCK = "roster lock"
    CHECK_IN_CLOSES = "check-in closes"


Deadlines = dict[Deadline, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRules:
    """``capacity``: teams that take part; further ones wait in order and are offered a place that becomes free
    for ``offer_hours``. ``reminder_hours`` before each deadline those concerned are reminded.

    ``entry_fee``: what a place costs, None: nothing. A place is kept unpaid for ``reserve_minutes``.
    ``refund_policy``: what a team that withdraws before the draw gets back.
    """

    capacity: int = 8
    minimum_teams: int = 2
    waitlist: bool = True
    offer_hours: float = 48.0
    check_in_required: bool = False
    reminder_hours: tuple[float, ...] = (24.0,)
    entry_fee: Money | None = None
    reserve_minutes: float = 60.0
    refund_policy: RefundPolicy = NOTHING_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class SquadRules:
    """``youngest``/``oldest``: age in completed years on ``age_on``; None: no bound.

    ``transfers``: players a team may take from another after registration closes, until the rosters lock.
    """

    minimum_players: int = 11
    maximum_players: int = 25
    youngest: int | None = None
    oldest: int | None = None
    age_on: date | None = None
    transfers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentSettings:
    """Everything that is decided once; it can be changed in draft only."""

    format: Format
    conditions: PlayingConditions = T20
    table_rules: TableRules = IPL
    registration: RegistrationRules = RegistrationRules()
    squads: SquadRules = SquadRules()
    fixtures: FixtureRules = NO_RULES
    session: SessionSettings = DEFAULTS
    prizes: PrizeRules = NO_PRIZES
    organiser: str = ""
    """The payee who gets what the entry fees leave in the end; "": it stays with the league."""
    dispute_hours: float = 48.0
    """After the last official result; then the tournament is settled."""
    archive_days: float = 30.0
    public: bool = True
    clock: Clock = REAL
    deadlines: Deadlines = field(default_factory=dict[Deadline, datetime])
