"""Names of persons taken out of the events, and leagues that leave: by one role, which nobody logs in as or becomes."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROLE = (
    """
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'pavilion_eraser') then
        create role pavilion_eraser nosuperuser nobypassrls nocreatedb nocreaterole nologin;
      end if;
    end $$
    """,
    "grant usage on schema public to pavilion_eraser",
)

TENANT = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid"
EVENTS = (
    f"create policy erasing on event to pavilion_eraser using ({TENANT}) with check ({TENANT})",
    "grant select, update (data, schema_version), delete on event to pavilion_eraser",
    """
    create or replace function refuse_change() returns trigger language plpgsql as $$
    begin
      if current_user = 'pavilion_eraser' and tg_level = 'ROW' then
        return coalesce(new, old);
      end if;
      raise exception 'events are never changed or deleted' using errcode = 'PV002';
    end $$
    """,
)

FUNCTIONS = (
    # Read through once in a long while, so it may take longer than what serves a request.
    """
    create function streams_saying(p_tenant uuid, p_texts text[])
    returns table (stream_kind text, stream_id uuid) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      perform set_config('transaction_timeout', '0', true);
      return query
        select e.stream_kind, e.stream_id from event e
          where e.tenant_id = p_tenant
            and exists (select from unnest(p_texts) t where position(lower(t) in lower(e.data::text)) > 0)
          group by e.stream_kind, e.stream_id order by min(e.position);
    end $$
    """,
    """
    create function rewrite_events(
      p_tenant uuid, p_stream uuid, p_versions integer[], p_schemas smallint[], p_data jsonb[]
    ) returns integer language plpgsql security definer set search_path = public, pg_temp as $$
    declare
      rewritten integer;
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      update event e set data = w.data, schema_version = w.schema
        from unnest(p_versions, p_schemas, p_data) as w(version, schema, data)
        where e.tenant_id = p_tenant and e.stream_id = p_stream and e.version = w.version;
      get diagnostics rewritten = row_count;
      return rewritten;
    end $$
    """,
    # In the order of the store: (txid, position) goes on where the last page ended.
    """
    create function tenant_events(p_tenant uuid, p_txid xid8, p_position bigint, p_limit integer)
    returns setof event language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      perform set_config('transaction_timeout', '0', true);
      return query
        select * from event e
          where e.tenant_id = p_tenant and (p_txid is null or (e.txid, e.position) > (p_txid, p_position))
          order by e.txid, e.position limit p_limit;
    end $$
    """,
)


# The application may call it and is nothing more for it: what the role could do besides, no function offers.
REWRITING = "rewrite_events(uuid, uuid, integer[], smallint[], jsonb[])"
CALLERS = (
    "grant create on schema public to pavilion_eraser",  # for a moment: what it owns it must be able to create
    f"alter function {REWRITING} owner to pavilion_eraser",
    "revoke create on schema public from pavilion_eraser",
    f"revoke all on function {REWRITING} from public",
    f"grant execute on function {REWRITING} to pavilion_app",
)


def upgrade() -> None:
    for statement in (*ROLE, *EVENTS, *FUNCTIONS, *CALLERS):
        op.execute(statement)
