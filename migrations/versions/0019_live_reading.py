"""The ends of many streams at once, for those who are listened to; who may add events as they were recorded once."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TAILS = """
  create function stream_tails(p_tenant uuid, p_streams uuid[], p_after integer[])
  returns setof event language plpgsql as $$
  begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    return query
      select e.* from unnest(p_streams, p_after) as asked (stream_id, after)
      join event e on e.stream_id = asked.stream_id and e.version > asked.after
      order by e.stream_id, e.version;
  end $$
"""

# An operator takes this role (`set role`) to import events into a store; nobody logs in as it. It adds, in every league,
# and like all others it changes and deletes nothing. When an event was recorded is part of it, so this role may say it;
# its place in the store it may not.
IMPORTER = (
    """
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'pavilion_importer') then
        create role pavilion_importer nosuperuser nobypassrls nocreatedb nocreaterole nologin;
      end if;
    end $$
    """,
    "grant usage on schema public to pavilion_importer",
    "grant select on event to pavilion_importer",
    """
    grant insert (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata, recorded_at)
      on event to pavilion_importer
    """,
    "create policy every_tenant_seen on event for select to pavilion_importer using (true)",
    "create policy every_tenant_added on event for insert to pavilion_importer with check (true)",
)


def upgrade() -> None:
    for statement in (TAILS, *IMPORTER):
        op.execute(statement)
