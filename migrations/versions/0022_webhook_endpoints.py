"""Outgoing webhooks: endpoints of leagues, what is to be delivered to them, and each attempt.

A delivery names its event and does not hold it: what is sent is read from the store when it is sent, so that a name
that was taken out of the events is sent to nobody any more. The application writes endpoints and reads the log; the
process that delivers sees all leagues and writes deliveries, attempts, and how an endpoint is.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"

ROLE = (
    """
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'pavilion_hooks') then
        create role pavilion_hooks nosuperuser nobypassrls nocreatedb nocreaterole login;
      end if;
    end $$
    """,
    "grant usage on schema public to pavilion_hooks",
    "alter role pavilion_hooks set transaction_timeout = '10s'",
    "alter role pavilion_hooks set idle_in_transaction_session_timeout = '10s'",
    # What every consumer has: its position, whether it is to pause, its dead letters.
    "grant select, insert, update on consumer_position to pavilion_hooks",
    "grant select on consumer_pause to pavilion_hooks",
    "grant select, insert, update on dead_letter to pavilion_hooks",
    # What is sent is read from the store, of every league; what it says itself is of endpoints alone.
    "create policy every_tenant_sent on event for select to pavilion_hooks using (true)",
    f"""
    create policy webhook on event for insert to pavilion_hooks
      with check (tenant_id = {TENANT} and stream_kind = 'webhook')
    """,
    "grant select on event to pavilion_hooks",
    """
    grant insert (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
      on event to pavilion_hooks
    """,
)

TABLES = {
    "webhook_endpoint": """
      tenant_id        uuid not null,
      id               uuid not null unique,
      version          integer not null check (version > 0),
      url              text not null,
      description      text not null,
      event_types      text[] not null,
      tournaments      uuid[] not null,
      matches          uuid[] not null,
      ordered          boolean not null,
      status           text not null check (status in ('enabled', 'disabled', 'deleted')),
      disabled_because text,
      secret           bytea,
      previous_secret  bytea,
      previous_until   timestamptz,
      failing_since    timestamptz,
      quiet_until      timestamptz,
      created_at       timestamptz not null,
      updated_at       timestamptz not null,
      primary key (tenant_id, id),
      check ((status = 'deleted') = (secret is null)),
      check ((status = 'enabled') = (disabled_because is null))
    """,
    # tries: of this round of the schedule; attempts: in all, the number of the last. What is leased is under way.
    "webhook_delivery": """
      tenant_id      uuid not null,
      id             uuid primary key default uuidv7(),
      endpoint_id    uuid not null,
      event_id       uuid not null,
      event_type     text not null,
      stream_id      uuid not null,
      stream_version integer not null,
      status         text not null check (status in ('pending', 'delivered', 'failed', 'missed')),
      tries          integer not null default 0,
      attempts       integer not null default 0,
      due_at         timestamptz not null,
      leased_until   timestamptz,
      last_status    integer,
      last_error     text,
      created_at     timestamptz not null,
      settled_at     timestamptz,
      unique (endpoint_id, event_id),
      foreign key (tenant_id, endpoint_id) references webhook_endpoint on delete cascade
    """,
    "webhook_attempt": """
      tenant_id    uuid not null,
      delivery_id  uuid not null references webhook_delivery on delete cascade,
      number       integer not null,
      at           timestamptz not null,
      milliseconds integer not null,
      status       integer,
      error        text,
      answer       text,
      primary key (delivery_id, number),
      check ((status is null) = (error is not null))
    """,
}

INDEXES = (
    "create index webhook_endpoint_open on webhook_endpoint (id) where status = 'enabled'",
    "create index webhook_delivery_due on webhook_delivery (endpoint_id, due_at) where status = 'pending'",
    "create index webhook_delivery_order on webhook_delivery (endpoint_id, stream_id, stream_version)"
    " where status = 'pending'",
    "create index webhook_delivery_leased on webhook_delivery (endpoint_id, leased_until)"
    " where leased_until is not null",
    "create index webhook_delivery_newest on webhook_delivery (endpoint_id, id desc)",
    "create index webhook_delivery_old on webhook_delivery (created_at)",
)

GRANTS = (
    "grant select, insert, update on webhook_endpoint to pavilion_app",
    "grant select, insert, update on webhook_delivery to pavilion_app",
    "grant select on webhook_attempt to pavilion_app",
    "grant select, delete on webhook_endpoint to pavilion_hooks",
    # For update of a claim locks the row, which takes a right to update it.
    "grant update (version, status, disabled_because, failing_since, quiet_until, updated_at, url, description,"
    " event_types, tournaments, matches, ordered, secret, previous_secret, previous_until)"
    " on webhook_endpoint to pavilion_hooks",
    "grant select, insert, update, delete on webhook_delivery to pavilion_hooks",
    "grant select, insert, delete on webhook_attempt to pavilion_hooks",
)

# The version of a row is that of its stream. What is null stays as it is. A new secret puts the one before aside.
WRITE = """
create function webhook_endpoint_write(
  p_tenant uuid, p_id uuid, p_expected integer, p_event uuid, p_type text, p_data jsonb, p_metadata jsonb,
  p_url text default null, p_description text default null, p_types text[] default null,
  p_tournaments uuid[] default null, p_matches uuid[] default null, p_ordered boolean default null,
  p_status text default null, p_because text default null,
  p_secret bytea default null, p_previous_until timestamptz default null, p_most integer default null
) returns setof webhook_endpoint language plpgsql as $$
declare
  at timestamptz := clock_timestamp();
begin
  perform append_event(p_tenant, 'webhook', p_id, p_expected, p_event, p_type, 1::smallint, p_data, p_metadata);
  if p_expected = 0 then
    perform pg_advisory_xact_lock(hashtextextended('webhook_endpoint/' || p_tenant, 0));
    if (select count(*) from webhook_endpoint e where e.tenant_id = p_tenant and e.status <> 'deleted') >= p_most then
      raise exception 'too many webhook endpoints' using errcode = 'PV006';
    end if;
    return query
      insert into webhook_endpoint (tenant_id, id, version, url, description, event_types, tournaments, matches,
        ordered, status, secret, created_at, updated_at)
      values (p_tenant, p_id, 1, p_url, p_description, p_types, p_tournaments, p_matches, p_ordered, 'enabled',
        p_secret, at, at)
      returning *;
  else
    return query
      update webhook_endpoint e set version = p_expected + 1, updated_at = at,
        url = coalesce(p_url, e.url), description = coalesce(p_description, e.description),
        event_types = coalesce(p_types, e.event_types), tournaments = coalesce(p_tournaments, e.tournaments),
        matches = coalesce(p_matches, e.matches), ordered = coalesce(p_ordered, e.ordered),
        status = coalesce(p_status, e.status),
        disabled_because = case when p_status is null then e.disabled_because else p_because end,
        failing_since = case when p_status = 'enabled' then null else e.failing_since end,
        quiet_until = case when p_status = 'enabled' then null else e.quiet_until end,
        secret = case when p_status = 'deleted' then null else coalesce(p_secret, e.secret) end,
        previous_secret = case when p_status = 'deleted' then null
          when p_secret is null then e.previous_secret else e.secret end,
        previous_until = case when p_status = 'deleted' then null
          when p_secret is null then e.previous_until else p_previous_until end
      where e.tenant_id = p_tenant and e.id = p_id
      returning *;
  end if;
end $$
"""

REST = (
    # The event itself is what is delivered, to this endpoint alone.
    """
    create function webhook_endpoint_test(
      p_tenant uuid, p_id uuid, p_expected integer, p_event uuid, p_type text, p_data jsonb, p_metadata jsonb,
      p_event_type text
    ) returns setof webhook_delivery language plpgsql as $$
    begin
      perform webhook_endpoint_write(p_tenant, p_id, p_expected, p_event, p_type, p_data, p_metadata);
      return query
        insert into webhook_delivery (tenant_id, endpoint_id, event_id, event_type, stream_id, stream_version, status,
          due_at, created_at)
        values (p_tenant, p_id, p_event, p_event_type, p_id, p_expected + 1, 'pending', clock_timestamp(),
          clock_timestamp())
        returning *;
    end $$
    """,
    # What is under way already stays as it is. The event says how many there were, and the last of them.
    """
    create function webhook_deliveries_replay(
      p_tenant uuid, p_id uuid, p_expected integer, p_event uuid, p_type text, p_data jsonb, p_metadata jsonb,
      p_delivery uuid, p_since timestamptz, p_until timestamptz, p_statuses text[], p_after uuid, p_limit integer
    ) returns table (replayed bigint, last_delivery uuid) language plpgsql as $$
    declare
      n bigint;
      final uuid;
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      with chosen as (
        select d.id from webhook_delivery d
        where d.tenant_id = p_tenant and d.endpoint_id = p_id and d.status = any (p_statuses)
          and (p_delivery is null or d.id = p_delivery)
          and (p_since is null or d.created_at >= p_since) and (p_until is null or d.created_at < p_until)
          and (p_after is null or d.id > p_after)
        order by d.id limit p_limit for update
      ), again as (
        update webhook_delivery d set status = 'pending', tries = 0, due_at = clock_timestamp(),
          leased_until = null, settled_at = null
        from chosen where d.id = chosen.id returning d.id
      )
      select count(*), (array_agg(id order by id desc))[1] into n, final from again;
      perform webhook_endpoint_write(p_tenant, p_id, p_expected, p_event, p_type,
        p_data || jsonb_build_object('count', n, 'last', final), p_metadata);
      return query select n, final;
    end $$
    """,
    """
    create function webhook_endpoints_after(p_tenant uuid, p_id uuid, p_after uuid, p_limit integer)
    returns setof webhook_endpoint language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from webhook_endpoint e
        where e.tenant_id = p_tenant and e.status <> 'deleted' and (p_id is null or e.id = p_id)
          and (p_after is null or e.id > p_after)
        order by e.id limit p_limit;
    end $$
    """,
    """
    create function webhook_deliveries_before(
      p_tenant uuid, p_endpoint uuid, p_id uuid, p_status text, p_event_type text, p_before uuid, p_limit integer
    ) returns setof webhook_delivery language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from webhook_delivery d
        where d.tenant_id = p_tenant and d.endpoint_id = p_endpoint and (p_id is null or d.id = p_id)
          and (p_status is null or d.status = p_status) and (p_event_type is null or d.event_type = p_event_type)
          and (p_before is null or d.id < p_before)
        order by d.id desc limit p_limit;
    end $$
    """,
    """
    create function webhook_attempts(p_tenant uuid, p_delivery uuid, p_limit integer)
    returns setof webhook_attempt language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from webhook_attempt a
        where a.tenant_id = p_tenant and a.delivery_id = p_delivery order by a.number desc limit p_limit;
    end $$
    """,
)


def upgrade() -> None:
    for statement in ROLE:
        op.execute(statement)
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
        op.execute(f"alter table {name} enable row level security")
        op.execute(f"alter table {name} force row level security")
        condition = f"tenant_id = {TENANT}"
        op.execute(
            f"create policy tenant on {name} to pavilion_app using ({condition}) with check ({condition})"
        )
        op.execute(f"create policy delivers on {name} to pavilion_hooks using (true) with check (true)")
    for statement in (*INDEXES, *GRANTS, WRITE, *REST):
        op.execute(statement)
    for name in TABLES:
        op.execute(f"alter table {name} owner to pavilion_owner")
