"""The inbox of Stripe's webhooks. They come without a league, so no league has its rows.

The application writes what comes in and can read none of it; the process that works the inbox off reads and
marks, and can add or delete nothing.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROLE = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'pavilion_webhooks') then
    create role pavilion_webhooks nosuperuser nobypassrls nocreatedb nocreaterole login;
  end if;
end $$
"""

INBOX = (
    "grant usage on schema public to pavilion_webhooks",
    "alter role pavilion_webhooks set transaction_timeout = '5s'",
    "alter role pavilion_webhooks set idle_in_transaction_session_timeout = '5s'",
    """
    create table webhook_event (
      event_id    text primary key,
      type        text not null,
      created_at  timestamptz not null,
      live        boolean not null,
      object_id   text,
      object_type text,
      intent      text,
      account     text,
      metadata    jsonb not null,
      received_at timestamptz not null default clock_timestamp(),
      due_at      timestamptz not null default clock_timestamp(),
      attempts    integer not null default 0,
      last_error  text,
      handled_at  timestamptz,
      outcome     text check (outcome in ('told', 'unknown')),
      check ((handled_at is null) = (outcome is null))
    )
    """,
    "create index webhook_event_due on webhook_event (due_at) where handled_at is null",
    "alter table webhook_event enable row level security",
    "alter table webhook_event force row level security",
    "create policy receives on webhook_event for insert to pavilion_app with check (true)",
    "create policy works_off on webhook_event to pavilion_webhooks using (true)",
    """
    grant insert (event_id, type, created_at, live, object_id, object_type, intent, account, metadata)
      on webhook_event to pavilion_app
    """,
    "grant select on webhook_event to pavilion_webhooks",
    "grant update (due_at, attempts, last_error, handled_at, outcome) on webhook_event to pavilion_webhooks",
    "alter table webhook_event owner to pavilion_owner",
)


def upgrade() -> None:
    for statement in (ROLE, *INBOX):
        op.execute(statement)
