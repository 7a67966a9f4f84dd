"""The bare baseline of the ball endpoint: FastAPI, asyncpg, one INSERT of the body. Nothing is checked."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from adapters.postgres.pool import create_pool

INSERT = """
insert into bare_event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
values ($1, 'match', $2, $3, $4, 'BallRecorded', 1, $5, '{}')
"""
TABLE = """
create table bare_event (
  position bigint generated always as identity primary key,
  tenant_id uuid not null, stream_kind text not null, stream_id uuid not null, version integer not null,
  event_id uuid not null, type text not null, schema_version smallint not null,
  data jsonb not null, metadata jsonb not null, recorded_at timestamptz not null default clock_timestamp()
);
grant insert on bare_event to pavilion_app
"""
TENANT = "00000000-0000-7000-8000-000000000001"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.pool = await create_pool(
        os.environ["PAVILION_POSTGRES_DSN"], application_name="bare", max_size=16
    )
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
async def healthz() -> Response:
    return Response("ok")


@app.post("/v1/matches/{match_id}/balls")
async def record(match_id: str, request: Request) -> Response:
    body = await request.body()
    key = request.headers["idempotency-key"]
    await request.app.state.pool.execute(INSERT, TENANT, match_id, 1, key, body.decode())
    return Response(b'{"recorded":true}', media_type="application/json")
