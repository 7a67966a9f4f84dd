"""What EntryWorkflow, its activities and those who call it agree on: names, inputs and results."""

from dataclasses import dataclass, field, fields
from uuid import UUID

from contracts.work import NOT_BEGUN, Aggregate, Progress

BEGIN = "begin"
"""Update: the payer is about to pay; answers a :class:`BegunPayment`."""
PAYMENT_MOVED = "payment_moved"
"""Signal: something happened at Stripe. Only a hint; what Stripe has is what counts."""
ENTRY_MOVED = "entry_moved"
"""Signal: the tournament has decided something about the entry, at this version of its own. Only a hint, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOf:
    """The entry that is paid for; ``number`` tells apart two entries of one team."""

    tournament_id: UUID
    team: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRun:
    """What EntryWorkflow begins a history with. ``entry`` None: only of a payment that is there already.
    ``looks``: how often Stripe was asked in vain since something last happened."""

    aggregate: Aggregate
    entry: EntryOf | None = None
    progress: Progress = NOT_BEGUN
    looks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunPayment:
    """What the payer's browser needs. ``client_secret`` is not printed, stored or logged; None: nothing can be
    paid (any more), and ``phase`` says why."""

    payment_id: UUID
    phase: str
    amount: int
    currency: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOf:
    """A payment, and the entry it is for where that is known."""

    aggregate: Aggregate
    entry: EntryOf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOf:
    """The step of a payment with this name, if it is still wanted."""

    aggregate: Aggregate
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Progress):
    """Where a payment stands that was opened; ``begun``: if its intent was created at once. A progress by its fields,
    as histories of before have it."""

    begun: BegunPayment | None = None

    @property
    def progress(self) -> Progress:
        """Without what the payer is told."""
        return Progress(**{each.name: getattr(self, each.name) for each in fields(Progress)})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """Where the payment stands after it; ``begun``: of the step that created the intent; ``released``: the
    tournament whose place was released, which must hear that others were offered it."""

    progress: Progress
    begun: BegunPayment | None = None
    released: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsAfter:
    """Of a tournament: what payments are to be told of that happened after the place ``told``."""

    aggregate: Aggregate
    told: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentToTell:
    """A payment that is to hear of its entry. ``name``: of the team, for the Temporal UI. ``version``: the
    tournament's, when something was last decided about the entry; 0 where that is not said."""

    payment_id: UUID
    entry: EntryOf
    name: str
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsToTell:
    """Some payments, in order, and how far the tournament is told when they are."""

    payments: tuple[PaymentToTell, ...]
    told: tuple[int, int]
