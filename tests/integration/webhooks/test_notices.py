"""The webhook among the ways to be told of something: a notice leaves when it is raised, for the league's own systems."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.codec import NOTIFICATION_EVENTS
from domain.notification.events import NoticeRaised, NotificationEvent, NotificationSent
from domain.notification.notice import RULES, Channel, Kind
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Receiver

AT = datetime(2026, 4, 7, 15, tzinfo=UTC)
_STORED = """
insert into event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
values ($1, 'notification', $2, 1, $3, $4, 1, $5, '{}')
"""


def a_fifty(match: UUID, tournament: UUID) -> NoticeRaised:
    return NoticeRaised(
        kind=Kind.FIFTY,
        category=RULES[Kind.FIFTY].category,
        subject=f"match/{match}/fifty/1/kohli",
        about=("tenant:", f"tournament:{tournament}", "team:rcb", f"match:{match}", "player:kohli"),
        followed=True,
        critical=False,
        at=AT,
    )


async def stored(house: House, event: NotificationEvent) -> None:
    data = NOTIFICATION_EVENTS.encode(event).decode()
    name = type(event).__name__
    await house.owner.execute(_STORED, house.admin.tenant_id, uuid4(), uuid4(), name, data)


async def told(house: House, receiver: Receiver) -> list[str]:
    """The subjects of the notices that arrive."""
    await house.hear()
    await house.drain()
    said = [json.loads(each.body) for each in receiver.received]
    assert {each["type"] for each in said} <= {"notification.notice_raised"}
    return [each["data"]["subject"] for each in said]


async def test_a_fifty_is_told_once_and_nothing_of_who_heard_of_it(house: House, receiver: Receiver) -> None:
    await house.endpoint(receiver.url, event_types=["notification.*"])
    fifty = a_fifty(uuid4(), uuid4())
    await stored(house, fifty)
    sent = NotificationSent(notification=str(uuid4()), person=str(uuid4()), channels=(Channel.EMAIL,), at=AT)
    await stored(house, sent)
    assert await told(house, receiver) == [fifty.subject]


async def test_notices_of_a_tournament_or_a_match_can_be_asked_for_alone(
    house: House, receiver: Receiver
) -> None:
    cup, final = uuid4(), uuid4()
    await house.endpoint(
        receiver.url, tournaments=[str(cup)], matches=[str(final)], event_types=["notification.notice_raised"]
    )
    in_cup, in_final, elsewhere = (
        a_fifty(match, tournament)
        for match, tournament in ((uuid4(), cup), (final, uuid4()), (uuid4(), uuid4()))
    )
    for each in (in_cup, in_final, elsewhere):
        await stored(house, each)
    assert sorted(await told(house, receiver)) == sorted([in_cup.subject, in_final.subject])
