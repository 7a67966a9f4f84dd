"""Payees by their accounts; the read model of payouts; cases closed by people; the inbox looked at and cleared."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# An event of a payee's account names no league. Who works the inbox off may see whose it is, and no more.
PAYEES = (
    "create index payee_account on payee (account)",
    "create policy by_account on payee for select to pavilion_webhooks using (true)",
    "grant select (tenant_id, id, account) on payee to pavilion_webhooks",
)

PAYOUT = """
  tenant_id     uuid not null,
  payout_id     uuid not null,
  version       integer not null,
  tournament_id uuid not null,
  status        text not null,
  created_at    timestamptz not null,
  document      jsonb not null,
  primary key (payout_id)
"""
# No table's own rows: a rebuild could not drop a table that a function's type hangs on.
PAYOUTS = (
    f"create table rm_payout ({PAYOUT})",
    "select secure_read_model('rm_payout')",
    "create index rm_payout_newest on rm_payout (tenant_id, created_at desc, payout_id desc)",
    """
    create function payouts_before(
      p_tenant uuid, p_tournament uuid, p_status text, p_created_at timestamptz, p_payout uuid, p_limit integer
    ) returns table (payout_id uuid, version integer, created_at timestamptz, document jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select r.payout_id, r.version, r.created_at, r.document from rm_payout r
        where r.tenant_id = p_tenant
          and (p_tournament is null or r.tournament_id = p_tournament) and (p_status is null or r.status = p_status)
          and (p_created_at is null or (r.created_at, r.payout_id) < (p_created_at, p_payout))
        order by r.created_at desc, r.payout_id desc limit p_limit;
    end $$
    """,
)

# One that a person has closed stays closed: the line that it is about is read again for an hour.
CASES = (
    """
    alter table reconciliation_case
      add column closed_by text check (closed_by <> ''), add column reason text, add column explained_by text,
      add check (closed_by is null or (closed_at is not null and reason is not null))
    """,
    "grant update (closed_by, reason, explained_by) on reconciliation_case to pavilion_app",
    """
    create or replace function reconciliation_open(
      p_tenant uuid, p_kinds text[], p_subjects text[], p_details text[]
    ) returns table (kind text, subject text) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        insert into reconciliation_case as c (tenant_id, kind, subject, detail)
          select p_tenant, t.kind, t.subject, t.detail
            from unnest(p_kinds, p_subjects, p_details) as t (kind, subject, detail)
        on conflict on constraint reconciliation_case_pkey do update
          set detail = excluded.detail, opened_at = clock_timestamp(), closed_at = null
          where c.closed_at is not null and c.closed_by is null
        returning c.kind, c.subject;
    end $$
    """,
    # One that is closed already stays as it is; answers the case, none if there is no such.
    """
    create function reconciliation_settle(
      p_tenant uuid, p_kind text, p_subject text, p_by text, p_reason text, p_explained_by text
    ) returns setof reconciliation_case language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      update reconciliation_case c
        set closed_at = clock_timestamp(), closed_by = p_by, reason = p_reason, explained_by = p_explained_by
        where c.tenant_id = p_tenant and c.kind = p_kind and c.subject = p_subject and c.closed_at is null;
      return query select * from reconciliation_case c
        where c.tenant_id = p_tenant and c.kind = p_kind and c.subject = p_subject;
    end $$
    """,
)

FAILING = """
handled_at is null and last_error is not null and (
  metadata ->> 'tenant' = current_setting('app.tenant_id', true)
  or (not metadata ? 'tenant' and current_setting('app.home', true) = 'true'))
"""
# A league sees which events about it fail; those that name none, the league whose account at Stripe it is.
INBOX = (
    f"create policy fails on webhook_event for select to pavilion_app using ({FAILING})",
    f"create policy tries_again on webhook_event for update to pavilion_app using ({FAILING}) with check ({FAILING})",
    """
    grant select (event_id, type, created_at, object_id, object_type, intent, account, metadata, received_at, due_at,
      attempts, last_error, handled_at) on webhook_event to pavilion_app
    """,
    "grant update (due_at) on webhook_event to pavilion_app",
    "create index webhook_event_failing on webhook_event (received_at desc, event_id desc)"
    " where handled_at is null and last_error is not null",
    """
    create function webhook_events_failing(
      p_tenant uuid, p_home boolean, p_event text, p_received_at timestamptz, p_before text, p_limit integer
    ) returns table (
      event_id text, type text, created_at timestamptz, object_id text, object_type text, received_at timestamptz,
      due_at timestamptz, attempts integer, last_error text
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true), set_config('app.home', p_home::text, true);
      return query select w.event_id, w.type, w.created_at, w.object_id, w.object_type, w.received_at, w.due_at,
          w.attempts, w.last_error
        from webhook_event w
        where w.handled_at is null and w.last_error is not null and (p_event is null or w.event_id = p_event)
          and (p_received_at is null or (w.received_at, w.event_id) < (p_received_at, p_before))
        order by w.received_at desc, w.event_id desc limit p_limit;
    end $$
    """,
    """
    create function webhook_event_again(p_tenant uuid, p_home boolean, p_event text) returns void
    language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true), set_config('app.home', p_home::text, true);
      update webhook_event w set due_at = least(w.due_at, clock_timestamp()) where w.event_id = p_event;
    end $$
    """,
    # What is handled can be forgotten after thirty days, and nothing else ever.
    "create policy forgets on webhook_event as restrictive for delete to pavilion_webhooks"
    " using (handled_at < clock_timestamp() - interval '30 days')",
    "grant delete on webhook_event to pavilion_webhooks",
    "create index webhook_event_handled on webhook_event (handled_at) where handled_at is not null",
)


def upgrade() -> None:
    for statement in (*PAYEES, *PAYOUTS, *CASES, *INBOX):
        op.execute(statement)
