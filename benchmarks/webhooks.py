"""Webhooks at the rate of a busy day: each signed, checked, and in the inbox before it is answered."""

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from stripe import WebhookSignature

from adapters.postgres.migrate import upgrade
from benchmarks import bare
from benchmarks.harness import Environment, Figure, Pair, Sample, Suite
from benchmarks.load import Report, attack, request, write_requests
from benchmarks.servers import API, BARE, sql, start_processes, stop_processes
from stack.secrets import stripe_webhook_secrets

PER_SECOND = 200
SECONDS = 10
CARD_BYTES = 3_000
"""Stripe's events are about this large: what is paid with, by whom, and how it was checked."""


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """Our API and the bare one, each a single process of the same server."""
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    await sql(dsn, "drop table if exists bare_event", *bare.TABLE.split(";"))
    urls = start_processes(env, API, BARE)
    secret = stripe_webhook_secrets(env.folder).split(",")[0]

    async def load(url: str) -> Report:
        lines = _requests(url, secret, PER_SECOND * SECONDS)
        file = write_requests(env.folder / "webhooks.json", lines)
        return (await attack(file, per_second=PER_SECOND)).require_all_ok()

    async def pair() -> dict[str, Sample]:
        report = await load(f"{urls['api']}/v1/webhooks/stripe")
        plain = await load(f"{urls[BARE.name]}/v1/matches/{uuid.uuid4()}/balls")
        note = {
            "p50_ms": round(report.p50_ms, 2),
            "p99_ms": round(report.p99_ms, 2),
            "load_cpu": report.load_cpu,
        }
        return {"webhook_p95_ms": Sample(report.p95_ms, plain.p95_ms, note)}

    try:
        yield pair
    finally:
        stop_processes(env, API, BARE)


def _requests(url: str, secret: str, count: int) -> Iterator[str]:
    """Events as Stripe sends them, each with another id."""
    now = int(datetime.now(UTC).timestamp())
    for _ in range(count):
        id_ = uuid.uuid4().hex
        about = {
            "id": f"pi_{id_}",
            "object": "payment_intent",
            "metadata": {"tenant": str(uuid.UUID(int=1)), "payment": str(uuid.UUID(id_))},
            "description": "x" * CARD_BYTES,
        }
        event = {
            "id": f"evt_{id_}",
            "object": "event",
            "type": "payment_intent.succeeded",
            "created": now,
            "livemode": False,
            "data": {"object": about},
        }
        signature = WebhookSignature.generate_signature_header(json.dumps(event), secret, now)
        headers = {
            "Content-Type": "application/json",
            "Stripe-Signature": signature,
            "Idempotency-Key": str(uuid.UUID(id_)),
        }
        yield request("POST", url, headers, event)


WEBHOOKS = Suite(
    name="webhooks",
    servers=("postgres", "temporal"),
    prepare=prepare,
    warm_up=True,
    figures=(
        Figure(
            "webhook_p95_ms",
            f"webhook checked and stored, {PER_SECOND}/s in an open loop, p95",
            "ms",
            "< 20",
        ),
    ),
)
