"""When officials are taken: nobody by two tournaments of a league at the same time."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BOOKING = (
    """
    create table official_booking (
      tenant_id     uuid not null,
      tournament_id uuid not null,
      node          text not null,
      person        text not null,
      what          text not null,
      starts_at     timestamptz not null,
      ends_at       timestamptz not null,
      primary key (tenant_id, tournament_id, node, person),
      check (starts_at < ends_at)
    )
    """,
    "create index official_booking_by_person on official_booking (tenant_id, person, starts_at)",
    "alter table official_booking enable row level security",
    "alter table official_booking force row level security",
    """
    create policy tenant on official_booking to pavilion_app
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    """,
    "grant select, insert, delete on official_booking to pavilion_app",
    "alter table official_booking owner to pavilion_owner",
)

# The events come first, so that the order of transactions is the order of each stream. Two tournaments that
# book the same person take turns by the lock, and the second sees what the first has written. (An exclusion
# constraint on the ranges would need btree_gist for the person and the tournament, which not every server has.)
APPEND = """
create function append_with_bookings(
  p_tenant uuid, p_tournament uuid, p_expected integer,
  p_ids uuid[], p_types text[], p_schemas smallint[], p_data jsonb[], p_metadata jsonb[],
  p_nodes text[], p_persons text[], p_what text[], p_starts timestamptz[], p_ends timestamptz[]
) returns bigint[] language plpgsql as $$
declare
  positions bigint[];
  taken jsonb;
begin
  positions := append_events(
    p_tenant, 'tournament', p_tournament, p_expected, p_ids, p_types, p_schemas, p_data, p_metadata
  );
  perform pg_advisory_xact_lock(hashtextextended(p_tenant || '/official/' || who.person, 0))
    from (select distinct person from unnest(p_persons) as each(person) order by person) as who;
  select jsonb_build_object(
      'person', b.person, 'tournament_id', b.tournament_id, 'node', b.node, 'what', b.what)
    into taken
    from unnest(p_nodes, p_persons, p_starts, p_ends) as w(node, person, starts_at, ends_at)
    join official_booking b on b.tenant_id = p_tenant and b.person = w.person
      and b.tournament_id <> p_tournament
      and tstzrange(b.starts_at, b.ends_at) && tstzrange(w.starts_at, w.ends_at)
    where not exists (
      select from official_booking mine
      where mine.tenant_id = p_tenant and mine.tournament_id = p_tournament
        and (mine.node, mine.person, mine.starts_at, mine.ends_at)
          = (w.node, w.person, w.starts_at, w.ends_at))
    order by w.starts_at, b.starts_at limit 1;
  if taken is not null then
    raise exception 'official taken' using errcode = 'PV002', detail = taken::text;
  end if;
  delete from official_booking where tenant_id = p_tenant and tournament_id = p_tournament;
  insert into official_booking (tenant_id, tournament_id, node, person, what, starts_at, ends_at)
    select p_tenant, p_tournament, w.node, w.person, w.what, w.starts_at, w.ends_at
    from unnest(p_nodes, p_persons, p_what, p_starts, p_ends) as w(node, person, what, starts_at, ends_at);
  return positions;
end $$
"""


def upgrade() -> None:
    for statement in (*BOOKING, APPEND):
        op.execute(statement)
