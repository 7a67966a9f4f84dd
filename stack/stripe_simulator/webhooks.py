"""Sends events, signed, again and again until they are taken; and does what is due by itself."""

import asyncio
import hashlib
import hmac
import time
from contextlib import suppress

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout

from stack.stripe_simulator import disputes, payouts, refunds
from stack.stripe_simulator.core import Stripe
from stack.stripe_simulator.errors import StripeError

CONCURRENT = 16
ANSWER_SECONDS = 20
LONGEST_WAIT_SECONDS = 3600
GIVE_UP_SECONDS = 3 * 24 * 3600


def signature(secret: str, body: bytes, at: int) -> str:
    """The header Stripe-Signature: a time, and what only those who know the secret can make of it and the body."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def carry_out_plans(stripe: Stripe, until: float) -> int:
    """Let everything move on that was to by then: refunds, payouts, disputes of test cards. How many did.

    What was moved by hand before, or can't any more (a dispute of what was refunded), stays as it is.
    """
    moved = 0
    with stripe.store.transaction():
        for action, object_id in stripe.store.take_plans(until):
            with suppress(StripeError), stripe.store.attempt():
                _move_on(stripe, action, object_id)
                moved += 1
    return moved


def _move_on(stripe: Stripe, action: str, object_id: str) -> None:
    match action.split():
        case ["refund", "succeeds"]:
            refunds.succeed(stripe, object_id)
        case ["refund", "fails"]:
            refunds.fail(stripe, object_id)
        case ["payout", "arrives"]:
            payouts.arrive(stripe, object_id)
        case ["dispute", reason]:
            disputes.open_dispute(stripe, object_id, reason)


class Sender:
    """Runs beside the API. `hint` wakes it; without one it wakes for what is due."""

    def __init__(self, stripe: Stripe) -> None:
        self._stripe = stripe
        self._woken = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}

    def hint(self) -> None:
        """There may be something to send."""
        self._woken.set()

    async def run(self) -> None:
        """Send until it is cancelled; what is not sent by then is sent after the next start."""
        async with ClientSession(timeout=ClientTimeout(total=ANSWER_SECONDS)) as session:
            try:
                while True:
                    self._woken.clear()
                    carry_out_plans(self._stripe, self._stripe.store.now())
                    self._begin(session)
                    await self._sleep()
            finally:
                for task in self._sending.values():
                    task.cancel()
                await asyncio.gather(*self._sending.values(), return_exceptions=True)

    async def _sleep(self) -> None:
        due = self._stripe.store.next_due()
        wait = None if due is None else max(due - self._stripe.store.now(), 0.001)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), wait)

    def _begin(self, session: ClientSession) -> None:
        webhook, free = self._stripe.webhook, CONCURRENT - len(self._sending)
        if webhook is None or free <= 0:
            return
        due = self._stripe.store.due_deliveries(CONCURRENT + len(self._sending))
        for number, event_id, attempts in [d for d in due if d[0] not in self._sending][:free]:
            self._sending[number] = asyncio.create_task(self._send(session, number, event_id, attempts))

    async def _send(self, session: ClientSession, number: int, event_id: str, attempts: int) -> None:
        taken = await self._post(session, event_id)
        store, event = self._stripe.store, self._stripe.store.get(event_id)
        too_old = event is None or store.now() - event["created"] > GIVE_UP_SECONDS
        if taken or too_old:
            store.delivered(number)
        else:
            wait = self._stripe.dice.knobs.webhook_retry_seconds * 2 ** min(attempts, 20)
            store.postpone(number, min(wait, LONGEST_WAIT_SECONDS))
        del self._sending[number]
        self.hint()

    async def _post(self, session: ClientSession, event_id: str) -> bool:
        webhook, event = self._stripe.webhook, self._stripe.store.get(event_id)
        if webhook is None or event is None:
            return False
        body = msgspec.json.encode(event)
        headers = {
            "Stripe-Signature": signature(webhook.secret, body, int(time.time())),
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            async with session.post(webhook.url, data=body, headers=headers) as answer:
                return 200 <= answer.status < 300
        except (ClientError, TimeoutError, OSError):
            return False
