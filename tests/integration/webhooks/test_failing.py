"""What becomes of what does not arrive, and of an endpoint where nothing does."""

from datetime import timedelta

from domain.webhook.schedule import FAILING_LIFE, SCHEDULE
from tests.integration.webhooks.conftest import House
from tests.integration.webhooks.receiver import Receiver, receiving

MINUTE = timedelta(minutes=1)


async def test_what_fails_is_tried_again_by_the_schedule_and_then_given_up(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [500]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    for number, pause in enumerate(SCHEDULE, 1):
        if pause:
            house.later += pause - timedelta(seconds=3)
            assert not await house.deliver(), "too early"
            house.later += timedelta(seconds=3)
        assert len(await house.deliver()) == 1, f"attempt {number} is due"
    house.later += timedelta(days=2)
    assert not await house.deliver()
    (row,) = await house.log(endpoint)
    assert (row["status"], row["attempts"], row["last_status"]) == ("failed", 8, 500)
    assert len(set(receiver.ids)) == 1


async def test_retry_after_is_heeded_for_all_of_the_endpoint(house: House, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [503, 200], {"Retry-After": "120"}
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    await house.played()
    await house.hear()
    house.later = MINUTE
    assert not await house.deliver()
    house.later = 3 * MINUTE
    await house.drain()
    assert len(receiver.received) == 3


async def test_a_redirect_is_a_failure(house: House, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [302], {"Location": "http://169.254.169.254/"}
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    (outcome,) = await house.deliver()
    assert (outcome.status, outcome.delivery, len(receiver.received)) == (302, "pending", 1)


async def test_who_is_gone_is_disabled_at_once_and_the_audit_says_so(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [410]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    known = await house.get(endpoint)
    assert (known["status"], known["disabled_because"]) == ("disabled", "gone")
    type_, data = (await house.events(endpoint))[-1]
    assert type_ == "WebhookEndpointDisabled"
    assert '"because": "gone"' in data


async def test_who_fails_for_five_days_is_disabled_with_a_notice(house: House, receiver: Receiver) -> None:
    receiver.answers = [500]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    house.later = FAILING_LIFE - MINUTE
    await house.deliver()
    assert (await house.get(endpoint))["status"] == "enabled"
    house.later = FAILING_LIFE + 6 * MINUTE
    await house.deliver()
    known = await house.get(endpoint)
    assert (known["status"], known["disabled_because"]) == ("disabled", "failing")
    assert [type_ for type_, _ in await house.events(endpoint)][-1] == "WebhookEndpointDisabled"


async def test_one_success_in_between_counts_anew(house: House, receiver: Receiver) -> None:
    receiver.answers = [500, 200, 500]
    endpoint = await house.endpoint(receiver.url)
    for _ in range(3):
        await house.played()
        await house.hear()
        await house.deliver(1)
        house.later += FAILING_LIFE / 2 + MINUTE
    assert (await house.get(endpoint))["status"] == "enabled"


async def test_what_comes_while_it_is_disabled_is_missed_and_can_be_replayed(
    house: House, receiver: Receiver
) -> None:
    endpoint = await house.endpoint(receiver.url)
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    await house.admin.post(f"{path}:disable")
    await house.played()
    await house.hear()
    await house.admin.post(f"{path}:enable")
    assert not await house.deliver()
    assert [each["status"] for each in await house.log(endpoint)] == ["missed"]
    answer = await house.admin.post(f"{path}:replay", {"since": "2020-01-01T00:00:00Z"})
    assert answer.json() == {"replayed": 1, "next": None}
    await house.drain()
    assert len(receiver.received) == 1


async def test_who_moves_to_another_address_begins_anew(house: House, receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [503], {"Retry-After": "36000"}
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.deliver()
    async with receiving() as other:
        await house.admin.patch(f"/v1/webhook-endpoints/{endpoint['id']}", {"url": other.url})
        assert (await house.get(endpoint))["failing_since"] is None
        await house.played()
        await house.hear()
        assert [each.delivery for each in await house.deliver()] == ["delivered"]


async def test_what_the_address_before_answers_late_does_not_disable_the_new_one(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [410]
    endpoint = await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    late = await house.send()
    await house.admin.patch(f"/v1/webhook-endpoints/{endpoint['id']}", {"url": f"{receiver.url}/new"})
    await house.deliverer.settle(late)
    assert (await house.get(endpoint))["status"] == "enabled"


async def test_of_a_league_that_is_suspended_nothing_is_sent_until_it_is_let_in_again(
    house: House, receiver: Receiver
) -> None:
    await house.endpoint(receiver.url)
    await house.played()
    await house.hear()
    await house.owner.execute(
        "insert into tenant (tenant_id, slug, name, status, created_at, version) values ($1, 'l', 'L', 'suspended', "
        "now(), 1)",
        house.admin.tenant_id,
    )
    assert not await house.deliver()
    await house.owner.execute("update tenant set status = 'active'")
    assert len(await house.deliver()) == 1
