"""Reconciliation: how far Stripe was read, and the cases it has opened."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = {
    "reconciliation_case": """
      kind      text not null check (kind <> ''),
      subject   text not null check (subject <> ''),
      detail    text not null,
      opened_at timestamptz not null default clock_timestamp(),
      closed_at timestamptz check (closed_at >= opened_at),
      primary key (tenant_id, subject, kind)
    """,
    "reconciliation_position": "read_to timestamptz not null, primary key (tenant_id)",
}
GRANTS = {
    "reconciliation_case": "select, insert (tenant_id, kind, subject, detail),"
    " update (detail, opened_at, closed_at)",
    "reconciliation_position": "select, insert, update (read_to)",
}
FUNCTIONS = (
    # One that is open stays as it was opened; one that was closed is opened again. Answers what was opened.
    """
    create function reconciliation_open(p_tenant uuid, p_kinds text[], p_subjects text[], p_details text[])
    returns table (kind text, subject text) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        insert into reconciliation_case as c (tenant_id, kind, subject, detail)
          select p_tenant, t.kind, t.subject, t.detail
            from unnest(p_kinds, p_subjects, p_details) as t (kind, subject, detail)
        on conflict on constraint reconciliation_case_pkey do update
          set detail = excluded.detail, opened_at = clock_timestamp(), closed_at = null
          where c.closed_at is not null
        returning c.kind, c.subject;
    end $$
    """,
    """
    create function reconciliation_close(p_tenant uuid, p_subjects text[]) returns setof text
    language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        update reconciliation_case c set closed_at = clock_timestamp()
          where c.tenant_id = p_tenant and c.subject = any (p_subjects) and c.closed_at is null
        returning c.subject;
    end $$
    """,
    """
    create function reconciliation_cases(
      p_tenant uuid, p_open boolean, p_opened_at timestamptz, p_subject text, p_kind text, p_limit integer
    ) returns setof reconciliation_case language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select * from reconciliation_case c
        where c.tenant_id = p_tenant and (p_open is null or (c.closed_at is null) = p_open)
          and (p_opened_at is null or (c.opened_at, c.subject, c.kind) < (p_opened_at, p_subject, p_kind))
        order by c.opened_at desc, c.subject desc, c.kind desc limit p_limit;
    end $$
    """,
    # Reading never goes back, whichever of two runs is done last.
    """
    create function reconciliation_read_to(p_tenant uuid, p_to timestamptz) returns timestamptz
    language plpgsql as $$
    declare reached timestamptz;
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      if p_to is not null then
        insert into reconciliation_position as p (tenant_id, read_to) values (p_tenant, p_to)
          on conflict (tenant_id) do update set read_to = greatest(p.read_to, excluded.read_to);
      end if;
      select p.read_to into reached from reconciliation_position p where p.tenant_id = p_tenant;
      return reached;
    end $$
    """,
)


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.execute(f"create table {name} (tenant_id uuid not null, {columns})")
        op.execute(f"alter table {name} enable row level security")
        op.execute(f"alter table {name} force row level security")
        op.execute(
            f"create policy tenant on {name} to pavilion_app"
            " using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)"
            " with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)"
        )
        op.execute(f"grant {GRANTS[name]} on {name} to pavilion_app")
    op.execute(
        "create index reconciliation_case_newest on reconciliation_case"
        " (tenant_id, opened_at desc, subject desc, kind desc)"
    )
    for name in TABLES:
        op.execute(f"alter table {name} owner to pavilion_owner")
    for function in FUNCTIONS:
        op.execute(function)
