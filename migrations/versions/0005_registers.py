"""The registers of a league: teams, players and venues, written together with the events that say so."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REGISTER = (
    """
    create table register (
      tenant_id   uuid not null,
      kind        text not null check (kind in ('team', 'player', 'venue')),
      id          text not null,
      version     integer not null check (version > 0),
      name        text not null,
      entry       jsonb not null,
      created_at  timestamptz not null,
      updated_at  timestamptz not null,
      archived_at timestamptz,
      primary key (tenant_id, kind, id)
    )
    """,
    'create index register_by_name on register (tenant_id, kind, lower(name) collate "C", id collate "C")',
    "alter table register enable row level security",
    "alter table register force row level security",
    """
    create policy tenant on register to pavilion_app
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    """,
    "grant select, insert, update on register to pavilion_app",
    "alter table register owner to pavilion_owner",
)

# The version of a row is that of its stream, so the unique version of an event keeps two writers apart; the
# times are the event's, so a repeated request can be answered from it.
WRITE = """
create function register_write(
  p_tenant uuid, p_kind text, p_ids text[], p_names text[], p_entries jsonb[], p_archived boolean[],
  p_streams uuid[], p_expected integer[], p_events uuid[], p_types text[], p_metadata jsonb[]
) returns setof register language plpgsql as $$
begin
  perform append_group(
    array_fill(p_tenant, array[cardinality(p_ids)]), array_fill(p_kind, array[cardinality(p_ids)]),
    p_streams, p_expected, p_events, p_types, array_fill(1::smallint, array[cardinality(p_ids)]),
    p_entries, p_metadata
  );
  return query
    insert into register as r (tenant_id, kind, id, version, name, entry, created_at, updated_at, archived_at)
    select p_tenant, p_kind, w.id, w.expected + 1, w.name, w.entry, e.recorded_at, e.recorded_at,
      case when w.archived then e.recorded_at end
    from unnest(p_ids, p_names, p_entries, p_archived, p_expected, p_events)
      as w(id, name, entry, archived, expected, event_id)
    join event e on e.event_id = w.event_id and e.tenant_id = p_tenant
    on conflict (tenant_id, kind, id) do update set version = excluded.version, name = excluded.name,
      entry = excluded.entry, updated_at = excluded.updated_at, archived_at = excluded.archived_at
    returning r.*;
end $$
"""

READ = (
    """
    create function register_rows(p_tenant uuid, p_kind text, p_ids text[])
    returns setof register language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from register r
        where r.tenant_id = p_tenant and r.kind = p_kind and r.id = any (p_ids);
    end $$
    """,
    """
    create function register_page(
      p_tenant uuid, p_kind text, p_search text, p_archived boolean, p_name text, p_id text, p_limit integer
    ) returns setof register language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from register r
        where r.tenant_id = p_tenant and r.kind = p_kind
          and (p_archived or r.archived_at is null)
          and (p_search is null or position(lower(p_search) in lower(r.name)) > 0
            or position(lower(p_search) in lower(r.id)) > 0)
          and (p_name is null
            or (lower(r.name) collate "C", r.id collate "C") > (lower(p_name) collate "C", p_id collate "C"))
        order by lower(r.name) collate "C", r.id collate "C" limit p_limit;
    end $$
    """,
    """
    create function events_with_ids(p_tenant uuid, p_events uuid[])
    returns setof event language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from event where tenant_id = p_tenant and event_id = any (p_events);
    end $$
    """,
)


def upgrade() -> None:
    for statement in (*REGISTER, WRITE, *READ):
        op.execute(statement)
