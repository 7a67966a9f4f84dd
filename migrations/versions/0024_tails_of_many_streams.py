"""The ends of many streams, each by its own look into the index, however many are asked for."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# As one join the planner would read all of the store for many streams, or for a few of which it thinks that they have
# much to tell. A lateral one with a limit is one scan of (stream_id, version) for each.
TAILS = """
  create or replace function stream_tails(p_tenant uuid, p_streams uuid[], p_after integer[])
  returns setof event language plpgsql as $$
  begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    return query
      select told.* from unnest(p_streams, p_after) as asked (stream_id, after)
      cross join lateral (
        select e.* from event e
        where e.stream_id = asked.stream_id and e.version > asked.after
        order by e.version limit 500
      ) told
      order by told.stream_id, told.version;
  end $$
"""


def upgrade() -> None:
    op.execute(TAILS)
