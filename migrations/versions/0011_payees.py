"""Payees: the accounts at Stripe that prizes are sent to."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    create table payee (
      tenant_id  uuid not null,
      id         text not null check (id <> ''),
      account    text not null,
      email      text not null,
      country    text not null,
      created_at timestamptz not null default clock_timestamp(),
      constraint payee_pkey primary key (id, tenant_id)
    )
    """,
    "alter table payee enable row level security",
    "alter table payee force row level security",
    """
    create policy tenant on payee to pavilion_app
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    """,
    "grant select, insert (tenant_id, id, account, email, country), update (account, email, country)"
    " on payee to pavilion_app",
    "alter table payee owner to pavilion_owner",
    # What is there stays, unless it is the account that was closed: two who register at once agree on one.
    """
    create function payee_put(
      p_tenant uuid, p_id text, p_account text, p_email text, p_country text, p_closed text
    ) returns setof payee language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      insert into payee (tenant_id, id, account, email, country)
        values (p_tenant, p_id, p_account, p_email, p_country)
        on conflict (id, tenant_id) do update
          set account = excluded.account, email = excluded.email, country = excluded.country
          where payee.account = p_closed;
      return query select * from payee p where p.tenant_id = p_tenant and p.id = p_id;
    end $$
    """,
    """
    create function payees_after(p_tenant uuid, p_id text, p_after text, p_limit integer)
    returns setof payee language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from payee p
        where p.tenant_id = p_tenant and (p_id is null or p.id = p_id) and p.id collate "C" > p_after collate "C"
        order by p.id collate "C" limit p_limit;
    end $$
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
