"""The audit log: the event store of a league, newest first."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# Without the balls: they are nine in ten events, and an append of one then costs nothing more. A statement that
# does not leave them out cannot use the index, so no stream is ever read through it.
INDEX = """
create index event_audit on event (tenant_id, recorded_at, position) where type <> 'BallRecorded'
"""

ENTRIES = """
  select e.position, e.event_id, e.recorded_at, e.metadata->>'actor', e.type, e.stream_kind, e.stream_id, e.version,
    e.metadata->>'request_id'
  from event e
  where e.tenant_id = p_tenant
    and (e.recorded_at, e.position) < (coalesce(p_at, 'infinity'), coalesce(p_position, 9223372036854775807))
    and e.recorded_at >= coalesce(p_since, '-infinity') and e.recorded_at < coalesce(p_until, 'infinity')
    and (p_kind is null or e.stream_kind = p_kind) and (p_type is null or e.type = p_type)
    and (p_actor is null or e.metadata->>'actor' = p_actor)
"""
NEWEST = "order by e.recorded_at desc, e.position desc limit p_limit"

READ = f"""
create function audit_before(
  p_tenant uuid, p_stream uuid, p_kind text, p_actor text, p_type text, p_since timestamptz, p_until timestamptz,
  p_at timestamptz, p_position bigint, p_limit integer
) returns table (
  "position" bigint, event_id uuid, recorded_at timestamptz, actor text, type text, kind text, stream_id uuid,
  version integer, request_id text
) language plpgsql as $$
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  if p_stream is null then
    return query {ENTRIES} and e.type <> 'BallRecorded' {NEWEST};
  else
    return query {ENTRIES} and e.stream_id = p_stream {NEWEST};
  end if;
end $$
"""


def upgrade() -> None:
    op.execute(INDEX)
    op.execute(READ)
