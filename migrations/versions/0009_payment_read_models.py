"""The read models of payments and refunds, and reading them for one tenant, or for a captain of it."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COMMON = """
  tournament_id uuid not null,
  team          text not null,
  status        text not null,
  created_at    timestamptz not null,
  document      jsonb not null
"""
READ_MODELS = {
    "rm_payment": f"version integer not null, {COMMON}, primary key (payment_id)",
    "rm_refund": f"name text not null, version integer not null, {COMMON}, primary key (payment_id, name)",
}

INDEXES = (
    "create index rm_payment_newest on rm_payment (tenant_id, created_at desc, payment_id desc)",
    "create index rm_refund_newest on rm_refund (tenant_id, created_at desc, payment_id desc, name desc)",
)

# A captain sees what concerns the teams whose captain they are, as the entries say.
OF_CAPTAIN = """
(p_captain is null or exists (
  select from rm_entry e where e.tournament_id = r.tournament_id and e.team = r.team
    and e.document ->> 'captain' = p_captain))
"""
FILTER = f"""
r.tenant_id = p_tenant and {OF_CAPTAIN}
and (p_tournament is null or r.tournament_id = p_tournament)
and (p_team is null or r.team = p_team) and (p_status is null or r.status = p_status)
"""

# Neither returns a table's own rows: a rebuild could not drop a table that a function's type hangs on.
READS = (
    f"""
    create function payments_before(
      p_tenant uuid, p_captain text, p_tournament uuid, p_team text, p_status text,
      p_created_at timestamptz, p_payment uuid, p_limit integer
    ) returns table (payment_id uuid, version integer, created_at timestamptz, document jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select r.payment_id, r.version, r.created_at, r.document from rm_payment r
        where {FILTER}
          and (p_created_at is null or (r.created_at, r.payment_id) < (p_created_at, p_payment))
        order by r.created_at desc, r.payment_id desc limit p_limit;
    end $$
    """,
    f"""
    create function refunds_before(
      p_tenant uuid, p_captain text, p_tournament uuid, p_team text, p_status text, p_of uuid,
      p_created_at timestamptz, p_payment uuid, p_name text, p_limit integer
    ) returns table (
      payment_id uuid, name text, version integer, created_at timestamptz, document jsonb
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select r.payment_id, r.name, r.version, r.created_at, r.document from rm_refund r
        where {FILTER} and (p_of is null or r.payment_id = p_of)
          and (p_created_at is null or (r.created_at, r.payment_id, r.name) < (p_created_at, p_payment, p_name))
        order by r.created_at desc, r.payment_id desc, r.name desc limit p_limit;
    end $$
    """,
)


def upgrade() -> None:
    for name, columns in READ_MODELS.items():
        op.execute(f"create table {name} (tenant_id uuid not null, payment_id uuid not null, {columns})")
        op.execute(f"select secure_read_model('{name}')")
    for statement in (*INDEXES, *READS):
        op.execute(statement)
