"""The consumers of read models may stage rows in temporary tables, whatever everybody may on this database."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        do $$ begin
          execute format('grant temporary on database %I to pavilion_projector', current_database());
        end $$
        """
    )
