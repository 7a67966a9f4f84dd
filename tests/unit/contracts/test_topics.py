"""Which event goes where."""

import json
from collections.abc import Callable

import pytest

from contracts.codec import MATCH, encode
from contracts.topics import CONSUMERS, CORRECTIONS, HOME_TOPICS, TOPICS, dead_letters, takes_wicket
from domain.match.delivery import Delivery, DismissalKind, Wicket
from domain.match.events import CORRECTION_TYPES, BallRecorded, BatterDismissed, MatchEvent, TossMade


def as_postgres_prints(event: MatchEvent) -> bytes:
    return json.dumps(json.loads(encode(event)), ensure_ascii=False).encode()


PRINTERS = [encode, as_postgres_prints]


def ball(*kinds: DismissalKind, commentary: str | None = None) -> BallRecorded:
    wickets = tuple(Wicket(player="p", kind=kind) for kind in kinds)
    delivery = Delivery(striker="p", non_striker="q", bowler="r", wickets=wickets, commentary=commentary)
    return BallRecorded(innings=1, over=0, position=1, delivery=delivery)


@pytest.mark.parametrize("printed", PRINTERS)
@pytest.mark.parametrize(
    ("event", "falls"),
    [
        (ball(), False),
        (ball(DismissalKind.BOWLED), True),
        (ball(DismissalKind.RETIRED_HURT), False),
        (ball(DismissalKind.RETIRED_HURT, DismissalKind.RUN_OUT), True),
        (ball(DismissalKind.CAUGHT, commentary='they said "wickets": [] and laughed'), True),
        (ball(commentary='a "wickets": [{"kind": "bowled"}] on the screen'), False),
        (BatterDismissed(innings=1, player="p", kind=DismissalKind.TIMED_OUT), True),
        (BatterDismissed(innings=1, player="p", kind=DismissalKind.RETIRED_NOT_OUT), False),
        (TossMade(winner="home", decision="bat"), False),
    ],
)
def test_the_fall_of_a_wicket_is_told(
    event: MatchEvent, falls: bool, printed: Callable[[MatchEvent], bytes]
) -> None:
    assert takes_wicket(type(event).__name__, printed(event)) is falls


def test_every_correction_of_the_domain_reaches_those_who_follow_wickets() -> None:
    assert {kind.__name__ for kind in CORRECTION_TYPES} == CORRECTIONS


def test_topics_are_named_once_and_each_consumer_has_its_dead_letters() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(names) == len(set(names))
    assert {dead_letters(consumer).name for consumer in CONSUMERS} <= set(names)
    assert set(HOME_TOPICS.values()) <= set(TOPICS)


def test_a_match_has_twelve_partitions_and_a_week() -> None:
    topic = HOME_TOPICS[MATCH]
    assert (topic.name, topic.partitions) == ("ssl.scoring.ball-events", 12)
    assert topic.config["retention.ms"] == "604800000"
