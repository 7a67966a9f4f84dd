"""The topics of Kafka and which event goes where. Topics are created from this table and from nowhere else."""

from dataclasses import dataclass

import msgspec

PRODUCTION_REPLICATION = 3
EMBEDDED_REPLICATION = 1
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic. The partition count of a topic never changes: it would tear a key's order apart."""

    name: str
    partitions: int
    retention_hours: int = 7 * 24

    @property
    def config(self) -> dict[str, str]:
        """Settings of the topic as the broker spells them."""
        return {
            "retention.ms": str(self.retention_hours * HOUR_MS),
            "cleanup.policy": "delete",
            "compression.type": "producer",
        }


BALL_EVENTS = Topic(name="ssl.scoring.ball-events", partitions=12)
WICKET_EVENTS = Topic(name="ssl.scoring.wicket-events", partitions=12)
TOURNAMENT_EVENTS = Topic(name="ssl.tournament.events", partitions=6)
PAYMENT_EVENTS = Topic(name="ssl.payments.events", partitions=6)
IDENTITY_EVENTS = Topic(name="ssl.identity.events", partitions=6)
NOTIFICATIONS = Topic(name="ssl.notifications", partitions=6)
ANALYTICS_EVENTS = Topic(name="ssl.analytics.events", partitions=12)

CONSUMERS = (
    *("projector", "analytics", "notifier", "sessions", "tournaments", "payments", "payouts", "hooks"),
)
"""Consumer groups, each with a dead-letter topic of its own."""


def dead_letters(consumer: str) -> Topic:
    """Where ``consumer`` puts what it can't handle; kept four weeks, since a person must look at it."""
    return Topic(name=f"ssl.{consumer}.dlq", partitions=1, retention_hours=28 * 24)


TOPICS: tuple[Topic, ...] = (
    BALL_EVENTS,
    WICKET_EVENTS,
    TOURNAMENT_EVENTS,
    PAYMENT_EVENTS,
    IDENTITY_EVENTS,
    NOTIFICATIONS,
    ANALYTICS_EVENTS,
    *(dead_letters(consumer) for consumer in CONSUMERS),
)

HOME_TOPICS: dict[str, Topic] = {
    "match": BALL_EVENTS,
    "tournament": TOURNAMENT_EVENTS,
    "session": TOURNAMENT_EVENTS,
    "team": TOURNAMENT_EVENTS,
    "player": TOURNAMENT_EVENTS,
    "venue": TOURNAMENT_EVENTS,
    "entry": TOURNAMENT_EVENTS,
    "payment": PAYMENT_EVENTS,
    "payout": PAYMENT_EVENTS,
    "ledger": PAYMENT_EVENTS,
    "identity": IDENTITY_EVENTS,
    "notification": NOTIFICATIONS,
    "analytics": ANALYTICS_EVENTS,
    "webhook": NOTIFICATIONS,
}
"""Where all events of a stream go, in order, by the stream's kind."""

WICKET_FALLEN = "WICKET_FALLEN"
CORRECTIONS = frozenset({"BallCorrected", "BallRemoved", "BallInserted", "FactWithdrawn"})
"""They may give or take back a wicket, so those who follow wickets get every one, under its own name."""
NOT_OUT = frozenset({"retired hurt", "retired not out"})
"""Ways a batter leaves that are not the fall of a wicket (Law 25.4)."""


class _Dismissal(msgspec.Struct):
    kind: str


class _Delivery(msgspec.Struct):
    wickets: tuple[_Dismissal, ...] = ()


class _Ball(msgspec.Struct):
    delivery: _Delivery


_ball = msgspec.json.Decoder(_Ball)
_dismissal = msgspec.json.Decoder(_Dismissal)


def takes_wicket(type_name: str, data: bytes) -> bool:
    """Does this match event, with its JSON, say that a wicket fell?

    Most balls have none, and Postgres prints its JSON one way only, so these are told apart without
    reading the JSON (a quotation mark inside a commentary is printed with a backslash).
    """
    if type_name == "BallRecorded":
        if b'"wickets": []' in data or b'"wickets"' not in data:
            return False
        return any(wicket.kind not in NOT_OUT for wicket in _ball.decode(data).delivery.wickets)
    if type_name == "BatterDismissed":
        return _dismissal.decode(data).kind not in NOT_OUT
    return False
