"""Payees by their accounts; the read model of payouts; cases closed by people; the inbox looked at and cleared."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# An event of a payee's account names no league. Who works the inbox off may see whose it is, and no more.
PAYEES = (
    "create index payee_account on payee (account)",
    "create policy by_account on payee for select to pavilion_webhooks using (true)",
    "grant select (tenant_id, id, account) on payee to pavilion_webhooks",
)

PAYOUT = """
  tenant_id     uuid not null,
  payout_id     uuid not null,
  version       integer not null,
  tournament_id uuid not null,
  status        text not null,
  created_at    timestamptz not null,
  document      jsonb not null,
  primary key (payout_id)
"""
# No table's own rows: a rebuild could not drop a table that a function's type hangs on.
PAYOUTS = (
    f"create table rm_payout ({PAYOUT})",
    "select secure_read_model('rm_payout')",
    "create index rm_payout_newest on rm_payout (tenant_id, created_at desc, payout_id desc)",
    """
    create function payouts_before(
      p_tenant uuid, p_tournament uuid, p_status text, p_created_at timestamptz, p_payout uuid, p_limit integer
    ) returns table (payout_id uuid, version integer, created_at timestamptz, document jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select r.payout_id, r.version, r.created_at, r.document from rm_payout r
        where r.tenant_id = p_tenant
          and (p_tournament is null or r.tournament_id = p_tournament) and (p_status is null or r.status = p_status)
          and (p_created_at is null or (r.created_at, r.payout_id) < (p_created_at, p_payout))
        order by r.created_at desc, r.payout_id desc limit p_limit;
    end $$
    """,
)


def upgrade() -> None:
    for statement in (*PAYEES, *PAYOUTS):
        op.execute(statement)
