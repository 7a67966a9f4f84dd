"""A person's account goes: their invitations are found by their address in every league."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ADDRESS = "nullif(current_setting('app.email', true), '')"


def upgrade() -> None:
    op.execute(f"create policy of_address on invitation to pavilion_auth using (email = {ADDRESS})")
    op.execute("create index invitation_address on invitation (email)")
