"""What people tell the consumers: to pause, and what to do with dead letters."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CONSUMER_ROLES = "pavilion_projector"

PAUSE = (
    """
    create table consumer_pause (
      consumer  text primary key check (consumer <> ''),
      reason    text not null check (reason <> ''),
      paused_by text not null,
      paused_at timestamptz not null default clock_timestamp()
    )
    """,
    f"grant select on consumer_pause to {CONSUMER_ROLES}",
)

# A record that was put aside, by where it came from: it is put aside in the transaction that moves the position past
# it, and tried again in the one that says so here. What it holds stands in the dead-letter topic at letter_offset.
LETTERS = (
    """
    create table dead_letter (
      number        bigint generated always as identity unique,
      consumer      text not null,
      topic         text not null,
      partition     integer not null,
      record_offset bigint not null,
      letter_offset bigint not null,
      key           text,
      event_type    text,
      error_type    text not null,
      error         text not null,
      tries         integer not null check (tries > 0),
      status        text not null default 'dead' check (status in ('dead', 'asked', 'replayed', 'dropped')),
      put_aside_at  timestamptz not null default clock_timestamp(),
      settled_by    text,
      settled_at    timestamptz,
      reason        text,
      primary key (consumer, topic, partition, record_offset),
      check (status <> 'dropped' or (reason <> '' and settled_by <> '' and settled_at is not null))
    )
    """,
    "create index dead_letter_asked on dead_letter (consumer, topic, partition, record_offset) where status = 'asked'",
    "create index dead_letter_open on dead_letter (consumer, number) where status in ('dead', 'asked')",
    f"grant select, insert, update on dead_letter to {CONSUMER_ROLES}",
)


def upgrade() -> None:
    for statement in (*PAUSE, *LETTERS):
        op.execute(statement)
