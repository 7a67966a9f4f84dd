"""Appending to several streams in one transaction."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Each element is one append_event; if one fails none is done. They may belong to several tenants:
# append_event names the tenant of each before it touches a row.
APPEND_GROUP = """
create function append_group(
  p_tenants uuid[], p_kinds text[], p_streams uuid[], p_expected integer[],
  p_ids uuid[], p_types text[], p_schemas smallint[], p_data jsonb[], p_metadata jsonb[]
) returns bigint[] language plpgsql as $$
declare
  positions bigint[];
begin
  for i in 1 .. cardinality(p_ids) loop
    positions[i] := append_event(
      p_tenants[i], p_kinds[i], p_streams[i], p_expected[i],
      p_ids[i], p_types[i], p_schemas[i], p_data[i], p_metadata[i]
    );
  end loop;
  return positions;
end $$
"""


def upgrade() -> None:
    op.execute(APPEND_GROUP)
