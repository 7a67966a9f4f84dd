"""The ends of many streams at once, for those who are listened to."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TAILS = """
  create function stream_tails(p_tenant uuid, p_streams uuid[], p_after integer[])
  returns setof event language plpgsql as $$
  begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    return query
      select e.* from unnest(p_streams, p_after) as asked (stream_id, after)
      join event e on e.stream_id = asked.stream_id and e.version > asked.after
      order by e.stream_id, e.version;
  end $$
"""


def upgrade() -> None:
    op.execute(TAILS)
