"""ValidateToken over gRPC: at a pace, and as fast as it goes against a bare echo of the same messages."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from adapters.identity import open_identity
from adapters.postgres.migrate import upgrade
from adapters.postgres.pool import create_pool
from api.issuer import AUDIENCE, ISSUER
from benchmarks.grpc_load import PROTO, GrpcReport, call
from benchmarks.harness import ROOT, Environment, Figure, Pair, Sample, Suite
from benchmarks.servers import AUTH, start_processes, stop_processes
from stack import secrets
from stack.processes import PYTHON

SESSIONS = 200
"""People who are logged in: each is looked up in Postgres every two seconds while they call."""
PER_SECOND = 500
SECONDS = 8
PASSWORD = "a password of nobody at all 42"  # noqa: S105  (of the benchmark's own people)
AUTH_PROTO, ECHO_PROTO = PROTO / "auth/v1/auth.proto", ROOT / "benchmarks/echo.proto"
VALIDATE, ECHO = "auth.AuthService.ValidateToken", "bench.Echo.Echo"
BARE_GRPC = replace(
    AUTH,
    name="bare-grpc",
    command=(PYTHON, "-m", "benchmarks.bare_grpc", "{port}"),
    postgres_role=None,
    health="bench.Echo",
    address=None,
)


@asynccontextmanager
async def prepare(env: Environment) -> AsyncIterator[Pair]:
    """Our service and the echo, each a single process on the event loop of all our processes."""
    dsn = env.addresses.postgres_dsn or ""
    await upgrade(dsn)
    # The benchmark's people are made by this process, so both need the same key.
    os.environ["PAVILION_IDENTITY_KEY"] = secrets.identity_key(env.folder)
    messages = env.folder / "validate.json"
    messages.write_text(json.dumps(await _asked(dsn, os.environ["PAVILION_IDENTITY_KEY"])))
    addresses = start_processes(env, AUTH, BARE_GRPC)
    ours, bare = addresses[AUTH.name], addresses[BARE_GRPC.name]

    async def load(address: str, proto: Path, method: str, per_second: int | None = None) -> GrpcReport:
        report = await call(address, proto, method, messages, seconds=SECONDS, per_second=per_second)
        return report.require_all_ok()

    async def pair() -> dict[str, Sample]:
        paced = await load(ours, AUTH_PROTO, VALIDATE, PER_SECOND)
        paced_bare = await load(bare, ECHO_PROTO, ECHO, PER_SECOND)
        full, plain = await load(ours, AUTH_PROTO, VALIDATE), await load(bare, ECHO_PROTO, ECHO)
        ratio = full.calls_per_second / plain.calls_per_second
        latencies = {"p50_ms": round(paced.p50_ms, 2), "p99_ms": round(paced.p99_ms, 2)}
        return {
            "grpc_validate_p95_ms": Sample(
                paced.p95_ms,
                paced_bare.p95_ms,
                {**latencies, "calls_per_second": round(paced.calls_per_second)},
            ),
            "grpc_vs_bare_echo": Sample(
                ratio, plain.calls_per_second, {"calls_per_second": round(full.calls_per_second)}
            ),
        }

    try:
        yield pair
    finally:
        stop_processes(env, AUTH, BARE_GRPC)


async def _asked(dsn: str, key: str) -> list[dict[str, str]]:
    """A request about each of the people who are logged in."""
    pool = await create_pool(dsn, application_name="bench", role="pavilion_auth", max_size=2)
    try:
        identity = await open_identity(pool, keys=key, issuer=ISSUER, audience=AUDIENCE)
        name = uuid4().hex[:10]
        league = await identity.accounts.provision(
            email=f"{name}@example.test",
            password=PASSWORD,
            name="Bench",
            tenant_id=uuid4(),
            tenant_name="Bench League",
            tenant_slug=f"bench-{name}",
        )
        sessions = [
            await identity.sessions.create(email=league.user.email, password=PASSWORD, address="192.0.2.1")
            for _ in range(SESSIONS)
        ]
        return [{"token": each.access_token, "tenant_id": str(league.tenant.id)} for each in sessions]
    finally:
        await pool.close()


GRPC_VALIDATE = Suite(
    name="grpc_validate",
    servers=("postgres", "kafka"),
    prepare=prepare,
    figures=(
        Figure(
            "grpc_validate_p95_ms",
            "ValidateToken at 500 calls/s over 200 sessions, open loop, p95",
            "ms",
            "< 5",
        ),
        Figure("grpc_vs_bare_echo", "ValidateToken over a bare echo by grpc.aio, calls/s", "ratio", "≥ 0.45"),
    ),
    pairs=3,
)
