"""Plans: what a league, or one caller of it, may ask of the API in a minute and in an hour."""

from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'pavilion_gate') then
        create role pavilion_gate nosuperuser nobypassrls nocreatedb nocreaterole login;
      end if;
    end $$
    """,
    "grant usage on schema public to pavilion_gate",
    "alter role pavilion_gate set transaction_timeout = '2s'",
    "alter role pavilion_gate set idle_in_transaction_session_timeout = '2s'",
    # An empty subject: the plan of everybody in the league who has none of their own.
    """
    create table quota (
      tenant_id uuid not null,
      subject   text not null default '',
      burst     integer not null check (burst between 1 and 60000),
      sustained integer not null check (sustained between 1 and 3600000),
      set_at    timestamptz not null default clock_timestamp(),
      constraint quota_pkey primary key (tenant_id, subject)
    )
    """,
    "alter table quota enable row level security",
    "alter table quota force row level security",
    """
    create policy tenant on quota
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    """,
    "grant select on quota to pavilion_gate",
    "alter table quota owner to pavilion_owner",
    """
    create function quotas_of(p_tenant uuid) returns setof quota language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from quota q where q.tenant_id = p_tenant order by q.subject;
    end $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
