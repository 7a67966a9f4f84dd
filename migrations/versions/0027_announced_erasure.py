"""A name is taken out of a stream's events only in the transaction that says so in the stream."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# Only what names persons is rewritten: streams in which the same transaction says so, and in the register of players
# the name and the date of birth alone. Whatever else is asked for is refused as any change of an event is.
REWRITE = """
create or replace function rewrite_events(
  p_tenant uuid, p_stream uuid, p_versions integer[], p_schemas smallint[], p_data jsonb[]
) returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  announced boolean;
  rewritten integer;
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  announced := exists (
    select from event e
      where e.tenant_id = p_tenant and e.stream_id = p_stream and e.type = 'PersonErased'
        and e.txid = pg_current_xact_id()
  );
  update event e set data = w.data, schema_version = w.schema
    from unnest(p_versions, p_schemas, p_data) as w(version, schema, data)
    where e.tenant_id = p_tenant and e.stream_id = p_stream and e.version = w.version
      and case e.stream_kind
            when 'player' then e.data - 'name' - 'born' = w.data - 'name' - 'born'
            else e.stream_kind in ('match', 'session', 'tournament') and announced
          end;
  get diagnostics rewritten = row_count;
  if rewritten <> cardinality(p_versions) then
    raise exception 'events are never changed or deleted' using errcode = 'PV002';
  end if;
  return rewritten;
end $$
"""

# Whoever hears of it finds the name gone: both are committed at once. Without p_id there is nothing to say.
ERASE = """
create function erase_from_stream(
  p_tenant uuid, p_kind text, p_stream uuid, p_expected integer,
  p_id uuid, p_type text, p_schema smallint, p_event jsonb, p_metadata jsonb,
  p_versions integer[], p_schemas smallint[], p_data jsonb[]
) returns integer language plpgsql as $$
begin
  if p_id is not null then
    perform append_event(
      p_tenant, p_kind, p_stream, p_expected, p_id, p_type, p_schema, p_event, p_metadata
    );
  end if;
  return rewrite_events(p_tenant, p_stream, p_versions, p_schemas, p_data);
end $$
"""


def upgrade() -> None:
    for statement in (REWRITE, ERASE):
        op.execute(statement)
