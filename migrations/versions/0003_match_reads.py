"""Reading the read models of matches for one tenant: each in one round trip, like the event store."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

READS = (
    """
    create function match_card(p_tenant uuid, p_match uuid)
    returns table (version integer, card jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select c.version, c.card from rm_match_card c
        where c.tenant_id = p_tenant and c.match_id = p_match;
    end $$
    """,
    """
    create function matches_before(p_tenant uuid, p_created_at timestamptz, p_match uuid, p_limit integer)
    returns table (match_id uuid, version integer, created_at timestamptz, summary jsonb)
    language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select m.match_id, m.version, m.created_at, m.summary from rm_match m
        where m.tenant_id = p_tenant
          and (p_created_at is null or (m.created_at, m.match_id) < (p_created_at, p_match))
        order by m.created_at desc, m.match_id desc limit p_limit;
    end $$
    """,
)


def upgrade() -> None:
    for statement in READS:
        op.execute(statement)
