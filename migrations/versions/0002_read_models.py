"""The relay's cursor, the consumers' positions and the read models of a match."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RELAY = (
    """
    create table relay_cursor (
      shard      integer primary key check (shard >= 0),
      shards     integer not null check (shards > 0),
      txid       xid8 not null,
      position   bigint not null,
      epoch      bigint not null,
      owner      text not null,
      updated_at timestamptz not null default clock_timestamp()
    )
    """,
    "grant select, insert, update, delete on relay_cursor to pavilion_relay",
)

# generation: raised when the read models are swapped under a running consumer, which then forgets its cache.
POSITION = (
    """
    create table consumer_position (
      consumer    text not null,
      topic       text not null,
      partition   integer not null,
      next_offset bigint not null,
      generation  bigint not null default 0,
      updated_at  timestamptz not null default clock_timestamp(),
      primary key (consumer, topic, partition)
    )
    """,
    "grant select, insert, update on consumer_position to pavilion_projector",
)

READ_MODELS = {
    "rm_match": """
      version     integer not null,
      tournament  text,
      home        text not null,
      away        text not null,
      status      text not null,
      created_at  timestamptz not null,
      starts_at   timestamptz,
      summary     jsonb not null,
      primary key (match_id)
    """,
    "rm_match_card": """
      version     integer not null,
      card        jsonb not null,
      primary key (match_id)
    """,
    "rm_ball": """
      innings     smallint not null,
      sequence    integer not null,
      version     integer not null,
      over        smallint not null,
      position    smallint not null,
      legal       boolean not null,
      runs        smallint not null,
      score       integer not null,
      wickets     smallint not null,
      delivery    jsonb not null,
      at          timestamptz,
      primary key (match_id, innings, sequence)
    """,
    "rm_over": """
      innings     smallint not null,
      over        smallint not null,
      bowlers     jsonb not null,
      balls       smallint not null,
      runs        smallint not null,
      conceded    smallint not null,
      wickets     smallint not null,
      score       integer not null,
      primary key (match_id, innings, over)
    """,
    "rm_fall_of_wicket": """
      innings     smallint not null,
      wicket      smallint not null,
      runs        integer not null,
      player      text not null,
      over        smallint not null,
      ball        smallint not null,
      primary key (match_id, innings, wicket)
    """,
    "rm_partnership": """
      innings     smallint not null,
      sequence    smallint not null,
      wicket      smallint not null,
      batters     jsonb not null,
      runs        integer not null,
      balls       integer not null,
      contributions jsonb not null,
      unbroken    boolean not null,
      primary key (match_id, innings, sequence)
    """,
}

# A function, since a rebuild needs the same for the shadow table it makes.
SECURE = """
create function secure_read_model(name regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', name);
  execute format('alter table %s force row level security', name);
  execute format($p$create policy tenant on %s for select to pavilion_app
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)$p$, name);
  execute format('create policy projector on %s to pavilion_projector using (true) with check (true)', name);
  execute format('grant select on %s to pavilion_app', name);
  execute format('grant select, insert, update, delete on %s to pavilion_projector', name);
  execute format('alter table %s owner to pavilion_owner', name);
end $$
"""


def upgrade() -> None:
    for statement in (*RELAY, *POSITION, SECURE):
        op.execute(statement)
    for name, columns in READ_MODELS.items():
        op.execute(f"create table {name} (tenant_id uuid not null, match_id uuid not null, {columns})")
        op.execute(f"select secure_read_model('{name}')")
    op.execute("create index rm_match_newest on rm_match (tenant_id, created_at desc, match_id desc)")
