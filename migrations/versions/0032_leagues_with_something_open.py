"""Reconciliation finds the leagues in which a case is open, or somebody owes something or did."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# The one thing that is asked of all leagues at once. The application may call it, and hears ids only: the tables' owner
# sees these rows of every league, and no role of a process is its member.
SEEN = {
    "reconciliation_case": "closed_at is null",
    "ledger_account": "kind = 'receivable'",
}
LEAGUES = """
create function reconciliation_leagues() returns setof uuid language sql stable
security definer set search_path = public, pg_temp as $$
  select tenant_id from reconciliation_case where closed_at is null
  union
  select tenant_id from ledger_account where kind = 'receivable'
$$
"""
CALLERS = (
    "grant create on schema public to pavilion_owner",  # for a moment: what it owns it must be able to create
    "alter function reconciliation_leagues() owner to pavilion_owner",
    "revoke create on schema public from pavilion_owner",
    "revoke all on function reconciliation_leagues() from public",
    "grant execute on function reconciliation_leagues() to pavilion_app",
)


def upgrade() -> None:
    for table, rows in SEEN.items():
        op.execute(f"create policy something_open on {table} for select to pavilion_owner using ({rows})")
        op.execute(f"create index {table}_something_open on {table} (tenant_id) where {rows}")
    for statement in (LEAGUES, *CALLERS):
        op.execute(statement)
