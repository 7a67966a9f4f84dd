"""Deliveries of webhooks in Postgres, for the process that sends them. Every call is one statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from adapters.postgres.webhook_endpoints import endpoint_of, fetch, write
from contracts.events import NewEvent
from contracts.webhook_endpoints import Due, NewDelivery, Outcome, WebhookEndpoint
from contracts.webhook_events import Sent
from handlers.webhook_ports import Written

ENDPOINTS_AT_ONCE = 200
_COLUMNS = ", ".join(WebhookEndpoint.__dataclass_fields__)
# An endpoint is claimed by one process at a time, so its limit holds. Leagues with the fewest under way come first,
# and their endpoints as chance has it: none with a thousand deliveries stands before one with a single. The rows are
# locked as long as this statement runs, and not against the consumer, whose rows refer to them.
# In order, the first of each stream alone is looked at: a thousand behind one that fails are not passed through.
CLAIM = """
with leases as materialized (
  select tenant_id, endpoint_id, count(*) as taken from webhook_delivery where leased_until > $1 group by 1, 2
), open as (
  select e.tenant_id, e.id, e.url, e.ordered, e.failing_since, e.secret,
    array(select s from unnest(e.previous_secret || e.older_secrets, e.previous_until || e.older_untils) as o(s, until)
      where until > $1 and s is not null order by until desc) as previous,
    case when e.failing_since is null then $3 else 1 end
      - coalesce((select taken from leases l where l.endpoint_id = e.id), 0) as free
  from webhook_endpoint e
    left join lateral (select sum(taken) as taken from leases l where l.tenant_id = e.tenant_id) league on true
  where e.status = 'enabled' and coalesce(e.quiet_until <= $1, true) and coalesce(league.taken, 0) < $6
    and exists (
      select from webhook_delivery d where d.endpoint_id = e.id and d.status = 'pending' and d.due_at <= $1
        and coalesce(d.leased_until <= $1, true))
    and not exists (select from tenant t where t.tenant_id = e.tenant_id and t.status = 'suspended')
  order by coalesce(league.taken, 0), random() limit $5 for no key update of e skip locked
), chosen as (
  select due.id, open.url, open.failing_since, open.secret, open.previous
  from open cross join lateral (
    (select d.id from webhook_delivery d
      where not open.ordered and d.endpoint_id = open.id and d.status = 'pending' and d.due_at <= $1
        and coalesce(d.leased_until <= $1, true)
      order by d.due_at, d.id limit greatest(open.free, 0))
    union all
    (with recursive head as (
      (select d.id, d.stream_id, d.due_at, d.leased_until from webhook_delivery d
        where open.ordered and d.endpoint_id = open.id and d.status = 'pending'
        order by d.stream_id, d.stream_version limit 1)
      union all
      select n.* from head h cross join lateral (
        select d.id, d.stream_id, d.due_at, d.leased_until from webhook_delivery d
        where d.endpoint_id = open.id and d.status = 'pending' and d.stream_id > h.stream_id
        order by d.stream_id, d.stream_version limit 1) n
    ) select h.id from head h where h.due_at <= $1 and coalesce(h.leased_until <= $1, true)
      order by h.due_at, h.id limit greatest(open.free, 0))
  ) due limit $2
)
update webhook_delivery d set leased_until = $1 + $4::interval, attempts = d.attempts + 1
from chosen c, event v
where d.id = c.id and d.status = 'pending' and coalesce(d.leased_until <= $1, true)
  and v.event_id = d.event_id and v.tenant_id = d.tenant_id
returning d.tenant_id, d.id, d.endpoint_id, d.attempts, d.tries + 1 as tries, c.url, c.failing_since, c.secret,
  c.previous, v.event_id, v.stream_kind, v.stream_id, v.version, v.type, v.schema_version, v.recorded_at,
  v.data::text as data
"""
# Whose lease was taken over has another number by now, and what was kept already has no lease: they change nothing.
# A try is what came to an end: one whose process was killed is none.
_SETTLE = """
with said as (
  select * from unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::integer[], $5::text[], $6::timestamptz[],
    $7::timestamptz[], $8::integer[], $9::text[], $10::text[], $11::boolean[])
    as s(id, attempt, at, milliseconds, delivery, due_at, quiet_until, status, error, answer, ours)
), settled as (
  update webhook_delivery d set status = s.delivery, due_at = coalesce(s.due_at, d.due_at), leased_until = null,
    tries = d.tries + case when s.ours then 0 else 1 end, last_status = s.status, last_error = s.error, settled_at = case when s.delivery <> 'pending' then s.at end
  from said s where d.id = s.id and d.attempts = s.attempt and d.status = 'pending' and d.leased_until is not null
  returning d.tenant_id, d.endpoint_id, s.*
), logged as (
  insert into webhook_attempt (tenant_id, delivery_id, number, at, milliseconds, status, error, answer)
  select tenant_id, id, attempt, at, milliseconds, status, error, answer from settled where not ours
  on conflict do nothing
), health as (
  select endpoint_id, bool_or(delivery = 'delivered') as works, bool_and(ours) as ours, min(at) filter (where not ours) as at,
    max(quiet_until) as quiet_until
  from settled group by endpoint_id
), noted as (
  update webhook_endpoint e
  set failing_since = case when h.works then null when h.ours then e.failing_since else coalesce(e.failing_since, h.at) end,
    quiet_until = coalesce(h.quiet_until, e.quiet_until)
  from health h
  where e.id = h.endpoint_id
    and (not h.ours and h.works = (e.failing_since is not null) or h.quiet_until is not null)
)
select count(*) from settled
"""
_ENDPOINT = (
    f"select {_COLUMNS} from webhook_endpoint where id = $1 and tenant_id = $2 and status <> 'deleted'"  # noqa: S608
)
# One statement is one transaction, which the relay waits for: some at a time.
_FORGET = """
with old as (
  delete from webhook_delivery where id in (
    select id from webhook_delivery where created_at < $1 order by created_at limit $2)
  returning 1
), endpoints as (
  delete from webhook_endpoint e where e.status = 'deleted' and e.updated_at < $1
    and not exists (select from webhook_delivery d where d.endpoint_id = e.id)
)
select count(*) from old
"""
_FORGET_ANSWERS = (
    "update webhook_attempt set answer = null where tenant_id = any ($1::uuid[]) and answer is not null"
)
_OPEN = f"select {_COLUMNS} from webhook_endpoint where tenant_id = any ($1::uuid[]) and status <> 'deleted'"  # noqa: S608
_ADD = """
insert into webhook_delivery (tenant_id, endpoint_id, event_id, event_type, stream_id, stream_version, status, due_at,
  created_at)
select n.tenant_id, n.endpoint_id, n.event_id, n.event_type, n.stream_id, n.stream_version,
  case e.status when 'enabled' then 'pending' else 'missed' end, clock_timestamp(), clock_timestamp()
from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::integer[]) with ordinality
  as n(tenant_id, endpoint_id, event_id, event_type, stream_id, stream_version, place)
join webhook_endpoint e on e.id = n.endpoint_id and e.status <> 'deleted'
order by n.place
on conflict (endpoint_id, event_id) do nothing
"""


class PostgresDeliveryWork:
    """A :class:`handlers.deliveries.DeliveryWork` for the role ``pavilion_hooks``."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def claim(self, now: datetime, limit: int, each: int, league: int, lease: timedelta) -> list[Due]:
        rows = await fetch(self._pool, CLAIM, now, limit, each, lease, ENDPOINTS_AT_ONCE, league)
        return [_due(row) for row in rows]

    async def settle(self, outcomes: Sequence[Outcome]) -> int:
        (row,) = await fetch(
            self._pool,
            _SETTLE,
            [each.id for each in outcomes],
            [each.attempt for each in outcomes],
            [each.at for each in outcomes],
            [each.milliseconds for each in outcomes],
            [each.delivery for each in outcomes],
            [each.due_at for each in outcomes],
            [each.quiet_until for each in outcomes],
            [each.status for each in outcomes],
            [each.error for each in outcomes],
            [each.answer for each in outcomes],
            [each.ours for each in outcomes],
        )
        return row["count"]

    async def endpoint(self, tenant_id: UUID, id_: UUID) -> WebhookEndpoint | None:
        rows = await fetch(self._pool, _ENDPOINT, id_, tenant_id)
        return endpoint_of(rows[0]) if rows else None

    async def write(
        self, tenant_id: UUID, id_: UUID, expected: int, event: NewEvent, row: Written
    ) -> WebhookEndpoint:
        return await write(self._pool, tenant_id, id_, expected, event, row)

    async def forget(self, before: datetime, limit: int) -> int:
        (row,) = await fetch(self._pool, _FORGET, before, limit)
        return row["count"]


async def endpoints_of(pool: "asyncpg.Pool[Any]", tenants: Sequence[UUID]) -> list[WebhookEndpoint]:
    """The endpoints of some leagues, those too that are disabled."""
    return [endpoint_of(row) for row in await pool.fetch(_OPEN, tenants)]


async def add_deliveries(connection: Any, new: Sequence[NewDelivery]) -> None:
    """Record what is to be delivered; what was recorded before stays as it is."""
    await connection.execute(
        _ADD,
        [each.tenant_id for each in new],
        [each.endpoint_id for each in new],
        [each.event_id for each in new],
        [each.event_type for each in new],
        [each.stream_id for each in new],
        [each.stream_version for each in new],
    )


async def forget_answers(connection: Any, tenants: Sequence[UUID]) -> None:
    """Take away what receivers of some leagues have said: they may have said what they were sent."""
    await connection.execute(_FORGET_ANSWERS, tenants)


def _due(row: asyncpg.Record) -> Due:
    event = Sent(
        event_id=row["event_id"],
        stream_kind=row["stream_kind"],
        stream_id=row["stream_id"],
        version=row["version"],
        type=row["type"],
        schema_version=row["schema_version"],
        recorded_at=row["recorded_at"],
        data=row["data"],
    )
    return Due(
        tenant_id=row["tenant_id"],
        id=row["id"],
        endpoint_id=row["endpoint_id"],
        attempt=row["attempts"],
        tries=row["tries"],
        url=row["url"],
        failing_since=row["failing_since"],
        sealed=(row["secret"], *row["previous"]),
        event=event,
    )
