"""Analytics: what each match contributes, the totals of players, and reading them for one tenant."""

from alembic import op

from migrations.analytics.form import SUMS
from migrations.analytics.lists import LISTS
from migrations.analytics.records import RECORDS_BOOK

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COUNTS = ", ".join(f"{name} integer not null" for name in SUMS)
READ_MODELS = {
    "rm_analytics_match": """
      version        integer not null,
      tournament     text,
      season         text,
      venue          text,
      home           text not null,
      away           text not null,
      played_at      timestamptz not null,
      conditions     text not null,
      balls_per_over smallint not null,
      outcome        text,
      winner         text,
      by_runs        integer,
      by_wickets     integer,
      by_innings     integer,
      method         text,
      primary key (match_id)
    """,
    "rm_analytics_player": f"""
      player          text not null,
      tournament      text,
      season          text,
      venue           text,
      played_at       timestamptz not null,
      name            text not null,
      team            text not null,
      opponent        text not null,
      balls_per_over  smallint not null,
      {COUNTS},
      highest         integer,
      highest_not_out boolean not null,
      best_wickets    integer,
      best_conceded   integer,
      primary key (match_id, player)
    """,
    "rm_analytics_innings": """
      innings    smallint not null,
      batting    text not null,
      bowling    text not null,
      super_over boolean not null,
      runs       integer not null,
      wickets    integer not null,
      balls      integer not null,
      all_out    boolean not null,
      closed     boolean not null,
      primary key (match_id, innings)
    """,
    "rm_analytics_batting": """
      innings       smallint not null,
      player        text not null,
      runs          integer not null,
      balls         integer not null,
      fours         integer not null,
      sixes         integer not null,
      "out"         boolean not null,
      fifty_balls   integer,
      hundred_balls integer,
      primary key (match_id, innings, player)
    """,
    "rm_analytics_bowling": """
      innings smallint not null,
      player  text not null,
      balls   integer not null,
      maidens integer not null,
      runs    integer not null,
      wickets integer not null,
      dots    integer not null,
      primary key (match_id, innings, player)
    """,
    "rm_analytics_meeting": """
      innings     smallint not null,
      phase       text not null,
      batter      text not null,
      bowler      text not null,
      balls       integer not null,
      runs        integer not null,
      dots        integer not null,
      rotated     integer not null,
      fours       integer not null,
      sixes       integer not null,
      outs        integer not null,
      legal       integer not null,
      conceded    integer not null,
      bowler_dots integer not null,
      wides       integer not null,
      no_balls    integer not null,
      wickets     integer not null,
      primary key (match_id, innings, phase, batter, bowler)
    """,
    "rm_analytics_stand": """
      innings  smallint not null,
      sequence smallint not null,
      wicket   smallint not null,
      first    text not null,
      second   text not null,
      runs     integer not null,
      balls    integer not null,
      unbroken boolean not null,
      primary key (match_id, innings, sequence)
    """,
    "rm_analytics_hat_trick": """
      sequence smallint not null,
      bowler   text not null,
      innings  smallint not null,
      over     smallint not null,
      ball     smallint not null,
      wickets  smallint not null,
      primary key (match_id, sequence)
    """,
}
INDEXES = (
    "create index rm_analytics_match_played on rm_analytics_match (tenant_id, played_at)",
    "create index rm_analytics_player_of on rm_analytics_player (tenant_id, player, played_at desc, match_id desc)",
    "create index rm_analytics_player_in on rm_analytics_player (tenant_id, tournament)",
)

# The key alone is indexed, so that a total moves in its place; it is published while moved, and then not.
TOTALS = (
    f"""
    create table analytics_total (
      tenant_id      uuid not null,
      scope          text not null check (scope in ('career', 'season', 'tournament')),
      scope_id       text not null,
      player         text not null,
      version        bigint not null default 1,
      moved          boolean not null default true,
      name           text not null default '',
      team           text,
      bat_team       text,
      bowl_team      text,
      balls_per_over smallint,
      {", ".join(f"{name} bigint not null" for name in SUMS)},
      primary key (tenant_id, scope, scope_id, player)
    ) with (fillfactor = 70)
    """,
    "create index analytics_total_moved on analytics_total (tenant_id, scope, scope_id, player) where moved",
    "select secure_read_model('analytics_total')",
)


def upgrade() -> None:
    for name, columns in READ_MODELS.items():
        op.execute(f"create table {name} (tenant_id uuid not null, match_id uuid not null, {columns})")
        op.execute(f"select secure_read_model('{name}')")
    for statement in (*INDEXES, *TOTALS, *LISTS, RECORDS_BOOK):
        op.execute(statement)
