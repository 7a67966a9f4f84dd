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


def upgrade() -> None:
    for statement in PAYEES:
        op.execute(statement)
