"""The read models of tournaments, and reading them for one tenant, or for anybody where they are published."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

READ_MODELS = {
    "rm_tournament": """
      version     integer not null,
      name        text not null,
      season      text not null,
      phase       text not null,
      published   boolean not null,
      created_at  timestamptz not null,
      starts_at   timestamptz,
      document    jsonb not null,
      primary key (tournament_id)
    """,
    "rm_tournament_view": """
      name        text not null,
      view        jsonb not null,
      primary key (tournament_id, name)
    """,
    "rm_entry": """
      team        text not null,
      number      integer not null,
      name        text not null,
      status      text not null,
      document    jsonb not null,
      primary key (tournament_id, team)
    """,
    "rm_fixture": """
      node        text not null,
      ordinal     integer not null,
      stage       text not null,
      starts_at   timestamptz,
      ground      text,
      home        text,
      away        text,
      status      text not null,
      match_id    uuid not null,
      document    jsonb not null,
      primary key (tournament_id, node)
    """,
}

INDEXES = (
    "create index rm_tournament_newest on rm_tournament (tenant_id, created_at desc, tournament_id desc)",
    "create index rm_entry_in_order on rm_entry (tournament_id, number)",
    """
    create index rm_fixture_in_order on rm_fixture
      (tenant_id, (coalesce(starts_at, 'infinity')), tournament_id, ordinal)
    """,
)

# Published: read by anybody, so only what is no draft and was said to be public.
# None returns a table's own rows: a rebuild could not drop a table that a function's type hangs on.
READS = (
    """
    create function tournaments_before(
      p_tenant uuid, p_published boolean, p_search text, p_phase text,
      p_created_at timestamptz, p_tournament uuid, p_limit integer
    ) returns table (tournament_id uuid, version integer, created_at timestamptz, document jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select t.tournament_id, t.version, t.created_at, t.document from rm_tournament t
        where t.tenant_id = p_tenant and (not p_published or t.published)
          and (p_search is null or position(lower(p_search) in lower(t.name || ' ' || t.season)) > 0)
          and (p_phase is null or t.phase = p_phase)
          and (p_created_at is null or (t.created_at, t.tournament_id) < (p_created_at, p_tournament))
        order by t.created_at desc, t.tournament_id desc limit p_limit;
    end $$
    """,
    """
    create function tournament_view(p_tenant uuid, p_published boolean, p_tournament uuid, p_name text)
    returns table (version integer, view jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select t.version, v.view from rm_tournament t join rm_tournament_view v on v.tournament_id = t.tournament_id
        where t.tenant_id = p_tenant and t.tournament_id = p_tournament and v.name = p_name
          and (not p_published or t.published);
    end $$
    """,
    """
    create function tournament_entries(
      p_tenant uuid, p_published boolean, p_tournament uuid, p_status text, p_search text, p_number integer,
      p_limit integer
    ) returns table (number integer, version integer, document jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select e.number, t.version, e.document from rm_entry e join rm_tournament t on t.tournament_id = e.tournament_id
        where e.tenant_id = p_tenant and e.tournament_id = p_tournament and (not p_published or t.published)
          and (p_status is null or e.status = p_status)
          and (p_search is null or position(lower(p_search) in lower(e.name)) > 0)
          and e.number > p_number
        order by e.number limit p_limit;
    end $$
    """,
    """
    create function tournament_fixtures(
      p_tenant uuid, p_published boolean, p_tournament uuid, p_team text, p_ground text, p_stage text,
      p_status text, p_from timestamptz, p_until timestamptz, p_match uuid, p_starts_at timestamptz,
      p_after uuid, p_ordinal integer, p_limit integer
    ) returns table (
      tournament_id uuid, ordinal integer, starts_at timestamptz, version integer, document jsonb
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select f.tournament_id, f.ordinal, f.starts_at, t.version, f.document from rm_fixture f join rm_tournament t on t.tournament_id = f.tournament_id
        where f.tenant_id = p_tenant and (p_tournament is null or f.tournament_id = p_tournament)
          and (not p_published or t.published)
          and (p_team is null or f.home = p_team or f.away = p_team)
          and (p_ground is null or f.ground = p_ground)
          and (p_stage is null or f.stage = p_stage)
          and (p_status is null or f.status = p_status)
          and (p_from is null or f.starts_at >= p_from) and (p_until is null or f.starts_at < p_until)
          and (p_match is null or f.match_id = p_match)
          and (p_ordinal is null or (coalesce(f.starts_at, 'infinity'), f.tournament_id, f.ordinal)
            > (p_starts_at, p_after, p_ordinal))
        order by coalesce(f.starts_at, 'infinity'), f.tournament_id, f.ordinal limit p_limit;
    end $$
    """,
)


def upgrade() -> None:
    for name, columns in READ_MODELS.items():
        op.execute(f"create table {name} (tenant_id uuid not null, tournament_id uuid not null, {columns})")
        op.execute(f"select secure_read_model('{name}')")
    for statement in (*INDEXES, *READS):
        op.execute(statement)
