"""Roles, the event store and its functions."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = """
do $$
declare
  name text;
begin
  -- The owner holds the tables and cannot log in; the others are what processes log in as.
  foreach name in array array['pavilion_owner', 'pavilion_app', 'pavilion_relay', 'pavilion_projector'] loop
    if not exists (select from pg_roles where rolname = name) then
      execute format('create role %I nosuperuser nobypassrls nocreatedb nocreaterole %s', name,
                     case name when 'pavilion_owner' then 'nologin' else 'login' end);
    end if;
  end loop;
end $$
"""

ROLE_SETTINGS = (
    "grant usage on schema public to pavilion_owner, pavilion_app, pavilion_relay, pavilion_projector",
    # The relay waits for the oldest writing transaction of the cluster, so none may last.
    "alter role pavilion_app set transaction_timeout = '5s'",
    "alter role pavilion_app set idle_in_transaction_session_timeout = '5s'",
    "alter role pavilion_relay set idle_in_transaction_session_timeout = '30s'",
    "alter role pavilion_projector set idle_in_transaction_session_timeout = '30s'",
)

EVENT = """
create table event (
  position       bigint generated always as identity,
  tenant_id      uuid not null,
  stream_kind    text not null,
  stream_id      uuid not null,
  version        integer not null check (version > 0),
  event_id       uuid not null,
  type           text not null,
  schema_version smallint not null,
  data           jsonb not null,
  metadata       jsonb not null,
  txid           xid8 not null default pg_current_xact_id(),
  recorded_at    timestamptz not null default clock_timestamp(),
  -- The order of the relay. By position alone it could pass a row that a transaction still open put before.
  constraint event_pkey primary key (txid, position),
  constraint event_stream_version_key unique (stream_id, version),
  -- The tenant comes second: row-level security asks for the tenant in every query, and an index that began
  -- with it would be taken for a tenant that the statistics do not know yet, and read all of its events.
  constraint event_tenant_event_key unique (event_id, tenant_id)
)
"""

TENANCY = (
    "alter table event enable row level security",
    "alter table event force row level security",
    # An unset app.tenant_id is null, one left over from an earlier transaction is ''; both show nothing.
    """
    create policy tenant on event to pavilion_app
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    """,
    "create policy every_tenant on event for select to pavilion_relay, pavilion_projector using (true)",
)

APPEND_ONLY = (
    """
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'events are never changed or deleted' using errcode = 'PV002';
    end $$
    """,
    "create trigger append_only before update or delete on event for each row execute function refuse_change()",
    "create trigger never_truncated before truncate on event execute function refuse_change()",
)

# One call, one round trip: it names the tenant for the policy, checks that the stream is where the writer
# believes it to be (in the tenant's own rows, so no stream of another tenant can be continued), and inserts.
# A version taken by somebody else meanwhile breaks event_stream_version_key.
CHECK = """
  perform set_config('app.tenant_id', p_tenant::text, true);
  if p_expected > 0 and not exists (select from event where stream_id = p_stream and version = p_expected) then
    raise exception 'stream % is not at version %', p_stream, p_expected using errcode = 'PV001';
  end if;
"""
COLUMNS = "tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata"

APPEND = (
    # One event is the usual case, and without arrays a tenth of the call is saved.
    f"""
    create function append_event(
      p_tenant uuid, p_kind text, p_stream uuid, p_expected integer,
      p_id uuid, p_type text, p_schema smallint, p_data jsonb, p_metadata jsonb
    ) returns bigint language plpgsql as $$
    declare
      written bigint;
    begin
      {CHECK}
      insert into event ({COLUMNS})
      values (p_tenant, p_kind, p_stream, p_expected + 1, p_id, p_type, p_schema, p_data, p_metadata)
      returning position into written;
      return written;
    end $$
    """,
    f"""
    create function append_events(
      p_tenant uuid, p_kind text, p_stream uuid, p_expected integer,
      p_ids uuid[], p_types text[], p_schemas smallint[], p_data jsonb[], p_metadata jsonb[]
    ) returns bigint[] language plpgsql as $$
    declare
      positions bigint[];
    begin
      {CHECK}
      with written as (
        insert into event ({COLUMNS})
        select p_tenant, p_kind, p_stream, p_expected + e.n, e.id, e.type, e.schema, e.data, e.metadata
        from unnest(p_ids, p_types, p_schemas, p_data, p_metadata) with ordinality
          as e(id, type, schema, data, metadata, n)
        order by e.n
        returning position
      )
      select array_agg(position order by position) into positions from written;
      return positions;
    end $$
    """,
)

READ = (
    """
    create function stream_events(p_tenant uuid, p_stream uuid, p_after integer, p_limit integer)
    returns setof event language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        select * from event where stream_id = p_stream and version > p_after order by version limit p_limit;
    end $$
    """,
    """
    create function event_with_id(p_tenant uuid, p_event uuid)
    returns setof event language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from event where tenant_id = p_tenant and event_id = p_event;
    end $$
    """,
)

PRIVILEGES = (
    "revoke all on event from public",
    # Position, txid and recorded_at are Postgres's own: nobody states them.
    """
    grant insert (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
      on event to pavilion_app
    """,
    "grant select on event to pavilion_app, pavilion_relay, pavilion_projector",
    "alter table event owner to pavilion_owner",
)


def upgrade() -> None:
    statements = (ROLES, *ROLE_SETTINGS, EVENT, *TENANCY, *APPEND_ONLY, *APPEND, *READ, *PRIVILEGES)
    for statement in statements:
        op.execute(statement)
