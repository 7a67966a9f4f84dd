"""A person's account goes, and with it, in every league, what they followed, chose, and were told."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

USER = "nullif(current_setting('app.user_id', true), '')::uuid"
TABLES = ("push_subscription", "notification_subscription", "notification_preference", "notification")


def upgrade() -> None:
    for table in TABLES:
        op.execute(f"grant select (user_id), delete on {table} to pavilion_auth")
        op.execute(f"create policy of_user on {table} to pavilion_auth using (user_id = {USER})")
