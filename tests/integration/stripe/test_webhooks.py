"""Webhooks: signed, sent until they are taken, and every way in which they go astray."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec
import pytest
from aiohttp import web

from adapters.stripe import objects
from adapters.stripe.provider import StripeProvider
from adapters.stripe.signature import SignatureCheck
from contracts.payments import ProviderEvent
from stack.stripe_simulator.core import Webhook
from stack.stripe_simulator.payer import Payer
from stack.stripe_simulator.running import Running
from tests.integration.stripe.conftest import Desk, until
from tests.integration.stripe.test_payments import a_paid_intent, an_intent

SECRET = "whsec_of_the_tests"
PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@dataclass
class Receiver:
    """Takes webhooks as our API does; `refusals` are answered with a 500 first."""

    url: str = ""
    refusals: int = 0
    events: list[ProviderEvent] = field(default_factory=list)
    tried: int = 0

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]

    async def take(self, request: web.Request) -> web.Response:
        self.tried += 1
        body = await request.read()
        SignatureCheck(SECRET)(body, request.headers.get("Stripe-Signature"))
        event = objects.event(msgspec.json.decode(body))
        if self.refusals:
            self.refusals -= 1
            raise web.HTTPInternalServerError
        self.events.append(event)
        return web.Response()

    async def has(self, count: int) -> None:
        async def all_there() -> bool:
            return len(self.events) >= count

        await until(all_there)


@pytest.fixture
async def receiver(simulator: Running) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    simulator.stripe.webhook = Webhook(receiver.url, SECRET)
    yield receiver
    await runner.cleanup()


async def test_events_are_sent_signed(provider: StripeProvider, payer: Payer, receiver: Receiver) -> None:
    intent = await a_paid_intent(provider, payer)
    await receiver.has(3)
    assert sorted(receiver.types) == sorted(PAID)
    paid = next(event for event in receiver.events if event.type == "payment_intent.succeeded")
    assert (paid.object_type, paid.object_id, paid.account) == ("payment_intent", intent.id, None)
    assert paid.data["metadata"]["payment"] == "p-1"


async def test_an_event_is_sent_until_it_is_taken(
    provider: StripeProvider, receiver: Receiver, desk: Desk
) -> None:
    await desk.knobs(webhook_retry_seconds=0.01)
    receiver.refusals = 3
    await an_intent(provider)
    await receiver.has(1)
    assert receiver.tried == 4

    async def nothing_pending() -> bool:
        return (await desk.books())["pending_webhooks"] == 0

    await until(nothing_pending)


async def test_a_late_receiver_still_gets_what_it_missed(
    provider: StripeProvider, simulator: Running, receiver: Receiver, desk: Desk
) -> None:
    await desk.knobs(webhook_retry_seconds=0.01)
    simulator.stripe.webhook = Webhook("http://127.0.0.1:1/nobody", SECRET)
    await an_intent(provider)
    assert (await desk.books())["pending_webhooks"] == 1
    simulator.stripe.webhook = Webhook(receiver.url, SECRET)
    await receiver.has(1)


async def test_every_event_can_come_twice(
    provider: StripeProvider, payer: Payer, receiver: Receiver, desk: Desk
) -> None:
    await desk.knobs(webhook_duplicate=1, webhook_delay_seconds=0.05)
    await a_paid_intent(provider, payer)
    await receiver.has(6)
    assert sorted(receiver.types) == sorted(PAID * 2)
    assert len({event.id for event in receiver.events}) == 3


async def test_a_dropped_event_is_only_in_the_list(
    provider: StripeProvider, payer: Payer, receiver: Receiver, desk: Desk
) -> None:
    await desk.knobs(webhook_drop=1)
    intent = await a_paid_intent(provider, payer)
    events = await provider.events(intent.created)
    assert [event.type for event in reversed(events)] == PAID
    assert (await desk.books())["pending_webhooks"] == 0
    assert receiver.events == []


async def test_events_overtake_each_other(
    provider: StripeProvider, payer: Payer, receiver: Receiver, desk: Desk
) -> None:
    await desk.knobs(webhook_reorder=1, seed=1)
    await a_paid_intent(provider, payer)
    await receiver.has(3)
    assert sorted(receiver.types) == sorted(PAID)
    assert receiver.types != PAID


async def test_a_delayed_event_comes_when_its_time_has_come(
    provider: StripeProvider, receiver: Receiver, desk: Desk
) -> None:
    await desk.knobs(webhook_delay=1, webhook_delay_seconds=24 * 3600)
    await an_intent(provider)
    assert (await desk.books())["pending_webhooks"] == 1
    assert receiver.events == []
    await desk.post("clock", seconds=24 * 3600)
    await receiver.has(1)


async def test_everything_can_be_sent_again_five_times_in_a_wild_order(
    provider: StripeProvider, payer: Payer, receiver: Receiver, desk: Desk
) -> None:
    await a_paid_intent(provider, payer)
    await receiver.has(3)
    assert await desk.post("resend", times=5, shuffle=True, seed=3) == {"sent_again": 15}
    await receiver.has(18)
    assert sorted(receiver.types) == sorted(PAID * 6)


async def test_only_the_events_that_are_wanted_are_sent(
    provider: StripeProvider, payer: Payer, simulator: Running, receiver: Receiver, desk: Desk
) -> None:
    simulator.stripe.webhook = Webhook(receiver.url, SECRET, ("payment_intent.succeeded",))
    await a_paid_intent(provider, payer)
    await receiver.has(1)
    assert receiver.types == ["payment_intent.succeeded"]
    assert (await desk.books())["pending_webhooks"] == 0
