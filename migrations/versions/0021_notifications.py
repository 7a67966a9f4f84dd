"""Notifications: what there is to tell, whom it is told, how they want it, and what became of it.

The notifier hears of all leagues at once, so it sees all notices; of everything else it sees one league at a time. Of
people it sees name and address, of those only who are members of the league it works for.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"
ROLE = (
    """
    do $$
    begin
      if not exists (select from pg_roles where rolname = 'pavilion_notifier') then
        create role pavilion_notifier nosuperuser nobypassrls nocreatedb nocreaterole login;
      end if;
    end $$
    """,
    "grant usage on schema public to pavilion_notifier",
    "alter role pavilion_notifier set transaction_timeout = '5s'",
    "alter role pavilion_notifier set idle_in_transaction_session_timeout = '5s'",
)

TABLES = {
    "notice": """
      tenant_id   uuid not null,
      id          uuid primary key,
      kind        text not null,
      category    text not null,
      subject     text not null,
      about       text[] not null,
      followed    boolean not null,
      grants      text[] not null,
      persons     text[] not null,
      captain_of  text[],
      words       jsonb not null,
      critical    boolean not null,
      while_start text,
      made_at     timestamptz not null,
      due_at      timestamptz,
      expires_at  timestamptz,
      begun_at    timestamptz,
      unique (tenant_id, subject)
    """,
    "notification": """
      tenant_id   uuid not null,
      id          uuid primary key,
      notice_id   uuid references notice on delete cascade,
      user_id     uuid not null,
      inbox       boolean not null,
      channels    text[] not null,
      created_at  timestamptz not null,
      due_at      timestamptz not null,
      expires_at  timestamptz,
      digest_id   uuid,
      read_at     timestamptz,
      finished_at timestamptz
    """,
    "notification_attempt": """
      tenant_id       uuid not null,
      number          bigint generated always as identity primary key,
      notification_id uuid not null references notification on delete cascade,
      channel         text not null,
      at              timestamptz not null,
      outcome         text not null,
      detail          text not null default ''
    """,
    "notification_preference": """
      tenant_id uuid not null,
      user_id   uuid not null,
      version   integer not null check (version > 0),
      document  jsonb not null,
      primary key (tenant_id, user_id)
    """,
    "notification_subscription": """
      tenant_id  uuid not null,
      user_id    uuid not null,
      about      text not null check (about <> ''),
      created_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, user_id, about)
    """,
    "push_subscription": """
      tenant_id  uuid not null,
      id         uuid primary key,
      user_id    uuid not null,
      endpoint   text not null,
      p256dh     text not null,
      auth       text not null,
      created_at timestamptz not null default clock_timestamp(),
      unique (tenant_id, user_id, endpoint)
    """,
}
EVERY_TENANTS = ("notice",)
"""The notifier writes what it hears of every league, and begins what of any waits."""

INDEXES = (
    "create index notice_waiting on notice (made_at) where begun_at is null",
    "create index notice_subject on notice (subject text_pattern_ops)",
    "create index notice_made on notice (made_at)",
    "create index notification_notice on notification (notice_id)",
    "create index notification_inbox on notification (tenant_id, user_id, created_at desc, id desc) where inbox",
    "create index notification_digest on notification (digest_id) where digest_id is not null",
    "create index notification_attempt_of on notification_attempt (notification_id)",
    "create index notification_attempt_newest on notification_attempt (tenant_id, number desc)",
    "create index notification_follower on notification_subscription (tenant_id, about, user_id)",
    "create index push_subscription_user on push_subscription (tenant_id, user_id)",
)

GRANTS = (
    # the application: people's own settings, what they were told, and the log
    "grant select, insert, update, delete on notification_preference, notification_subscription, push_subscription"
    " to pavilion_app",
    "grant select on notice, notification, notification_attempt to pavilion_app",
    "grant update (read_at) on notification to pavilion_app",
    # the notifier
    "grant select, insert, update, delete on notice, notification, notification_attempt to pavilion_notifier",
    "grant select on notification_preference, notification_subscription to pavilion_notifier",
    "grant select, delete on push_subscription to pavilion_notifier",
    "grant select on membership, tenant to pavilion_notifier",
    "grant select (user_id, email, name, disabled_at) on account to pavilion_notifier",
    f"create policy notifier on membership for select to pavilion_notifier using (tenant_id = {TENANT})",
    f"create policy notifier on tenant for select to pavilion_notifier using (tenant_id = {TENANT})",
    f"""
    create policy notifier on account for select to pavilion_notifier using (exists (
      select from membership m
      where m.user_id = account.user_id and m.tenant_id = {TENANT} and m.removed_at is null))
    """,
    # it follows streams of every league, and adds to its own kind
    "create policy every_tenant_followed on event for select to pavilion_notifier using (true)",
    "grant select on event to pavilion_notifier",
    f"""
    create policy notifier on event for insert to pavilion_notifier
      with check (tenant_id = {TENANT} and stream_kind = 'notification')
    """,
    """
    grant insert (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
      on event to pavilion_notifier
    """,
    "grant select, insert, update on consumer_position, dead_letter to pavilion_notifier",
    "grant select on consumer_pause to pavilion_notifier",
)

# Whom a notice is told, a page at a time: members of the league who follow any of what it is about, or, where it is
# nobody else's business, whom it concerns.
AUDIENCE = """
create function notice_audience(p_tenant uuid, p_notice uuid, p_persons text[], p_after uuid, p_limit integer)
returns table (user_id uuid, preferences jsonb, pushes boolean) language plpgsql as $$
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  return query
    select m.user_id, p.document, exists (
        select from push_subscription s where s.tenant_id = p_tenant and s.user_id = m.user_id)
      from notice n join membership m on m.tenant_id = n.tenant_id join account a on a.user_id = m.user_id
        left join notification_preference p on p.tenant_id = m.tenant_id and p.user_id = m.user_id
      where n.id = p_notice and n.tenant_id = p_tenant and m.removed_at is null and a.disabled_at is null
        and (p_after is null or m.user_id > p_after)
        and (m.grants && n.grants or m.user_id::text = any (p_persons) or (n.followed and exists (
          select from notification_subscription f
            where f.tenant_id = p_tenant and f.user_id = m.user_id and f.about = any (n.about))))
      order by m.user_id limit p_limit;
end $$
"""

# What an activity needs to write to one person; no row if they have left the league.
LETTER = """
create function notification_letter(p_tenant uuid, p_notification uuid)
returns table (
  user_id uuid, channels text[], expires_at timestamptz, finished_at timestamptz, notice_id uuid, created_at timestamptz,
  due_at timestamptz, email text, name text, league text, preferences jsonb
) language plpgsql as $$
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  return query
    select n.user_id, n.channels, n.expires_at, n.finished_at, n.notice_id, n.created_at, n.due_at, a.email, a.name,
        t.name, p.document
      from notification n join membership m on m.tenant_id = n.tenant_id and m.user_id = n.user_id
        join account a on a.user_id = n.user_id join tenant t on t.tenant_id = n.tenant_id
        left join notification_preference p on p.tenant_id = n.tenant_id and p.user_id = n.user_id
      where n.tenant_id = p_tenant and n.id = p_notification and m.removed_at is null and a.disabled_at is null;
end $$
"""

READS = (
    """
    create function notifications_before(
      p_tenant uuid, p_user uuid, p_unread boolean, p_at timestamptz, p_id uuid, p_limit integer
    ) returns table (
      id uuid, created_at timestamptz, read_at timestamptz, kind text, category text, words jsonb, about text[],
      critical boolean
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        select n.id, n.created_at, n.read_at, o.kind, o.category, o.words, o.about, o.critical
          from notification n join notice o on o.id = n.notice_id
          where n.tenant_id = p_tenant and n.user_id = p_user and n.inbox and (not p_unread or n.read_at is null)
            and (p_at is null or (n.created_at, n.id) < (p_at, p_id))
          order by n.created_at desc, n.id desc limit p_limit;
    end $$
    """,
    """
    create function notifications_unread(p_tenant uuid, p_user uuid) returns bigint language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return (select count(*) from notification n
        where n.tenant_id = p_tenant and n.user_id = p_user and n.inbox and n.read_at is null);
    end $$
    """,
    # One, or (without an id) all up to a time; answers how many of the person's own were meant.
    """
    create function notifications_read(p_tenant uuid, p_user uuid, p_id uuid, p_until timestamptz) returns bigint
    language plpgsql as $$
    declare
      meant bigint;
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      update notification n set read_at = clock_timestamp()
        where n.tenant_id = p_tenant and n.user_id = p_user and n.inbox and n.read_at is null
          and (n.id = p_id or (p_id is null and n.created_at <= p_until));
      select count(*) into meant from notification n
        where n.tenant_id = p_tenant and n.user_id = p_user and n.inbox and n.id = p_id;
      return meant;
    end $$
    """,
    """
    create function notification_preferences(p_tenant uuid, p_user uuid)
    returns table (version integer, document jsonb) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select p.version, p.document from notification_preference p
        where p.tenant_id = p_tenant and p.user_id = p_user;
    end $$
    """,
    # The version it has now; null if it was not at the one expected (0: there are none yet; null: whatever it is).
    """
    create function notification_prefer(p_tenant uuid, p_user uuid, p_expected integer, p_document jsonb) returns integer
    language plpgsql as $$
    declare
      now_at integer;
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      insert into notification_preference as p (tenant_id, user_id, version, document)
        select p_tenant, p_user, 1, p_document where coalesce(p_expected, 0) = 0
        on conflict (tenant_id, user_id) do update set version = p.version + 1, document = excluded.document
          where p_expected is null
        returning p.version into now_at;
      if now_at is null and p_expected > 0 then
        update notification_preference p set version = p.version + 1, document = p_document
          where p.tenant_id = p_tenant and p.user_id = p_user and p.version = p_expected returning p.version into now_at;
      end if;
      return now_at;
    end $$
    """,
    """
    create function notification_subscriptions(p_tenant uuid, p_user uuid, p_after text, p_limit integer)
    returns table (about text, created_at timestamptz) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select s.about, s.created_at from notification_subscription s
        where s.tenant_id = p_tenant and s.user_id = p_user and s.about > p_after order by s.about limit p_limit;
    end $$
    """,
    # False: the person follows as much as one may already.
    """
    create function notification_follow(p_tenant uuid, p_user uuid, p_about text, p_most integer) returns boolean
    language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      insert into notification_subscription (tenant_id, user_id, about)
        select p_tenant, p_user, p_about where p_most > (
          select count(*) from notification_subscription s where s.tenant_id = p_tenant and s.user_id = p_user)
        on conflict do nothing;
      return exists (select from notification_subscription s
        where s.tenant_id = p_tenant and s.user_id = p_user and s.about = p_about);
    end $$
    """,
    """
    create function notification_unfollow(p_tenant uuid, p_user uuid, p_about text) returns boolean language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      delete from notification_subscription s
        where s.tenant_id = p_tenant and s.user_id = p_user and s.about = p_about;
      return found;
    end $$
    """,
    """
    create function push_subscriptions(p_tenant uuid, p_user uuid)
    returns table (id uuid, endpoint text, p256dh text, auth text, created_at timestamptz) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query select s.id, s.endpoint, s.p256dh, s.auth, s.created_at from push_subscription s
        where s.tenant_id = p_tenant and s.user_id = p_user order by s.created_at, s.id;
    end $$
    """,
    # The id of the subscription to this address, which may be there already; null: there are too many.
    """
    create function push_subscribe(
      p_tenant uuid, p_user uuid, p_id uuid, p_endpoint text, p_p256dh text, p_auth text, p_most integer
    ) returns uuid language plpgsql as $$
    declare
      kept uuid;
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      update push_subscription s set p256dh = p_p256dh, auth = p_auth
        where s.tenant_id = p_tenant and s.user_id = p_user and s.endpoint = p_endpoint returning s.id into kept;
      if kept is null then
        insert into push_subscription as s (tenant_id, id, user_id, endpoint, p256dh, auth)
          select p_tenant, p_id, p_user, p_endpoint, p_p256dh, p_auth where p_most > (
            select count(*) from push_subscription s where s.tenant_id = p_tenant and s.user_id = p_user)
          on conflict (tenant_id, user_id, endpoint) do update set p256dh = excluded.p256dh, auth = excluded.auth
          returning s.id into kept;
      end if;
      return kept;
    end $$
    """,
    """
    create function push_unsubscribe(p_tenant uuid, p_user uuid, p_id uuid) returns boolean language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      delete from push_subscription s where s.tenant_id = p_tenant and s.user_id = p_user and s.id = p_id;
      return found;
    end $$
    """,
    """
    create function notification_attempts_before(
      p_tenant uuid, p_user uuid, p_channel text, p_outcome text, p_before bigint, p_limit integer
    ) returns table (
      number bigint, notification_id uuid, user_id uuid, notice_id uuid, kind text, channel text, at timestamptz,
      outcome text, detail text
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        select t.number, n.id, n.user_id, n.notice_id, coalesce(o.kind, 'digest'), t.channel, t.at, t.outcome, t.detail
          from notification_attempt t join notification n on n.id = t.notification_id
            left join notice o on o.id = n.notice_id
          where t.tenant_id = p_tenant and (p_user is null or n.user_id = p_user)
            and (p_channel is null or t.channel = p_channel) and (p_outcome is null or t.outcome = p_outcome)
            and (p_before is null or t.number < p_before)
          order by t.number desc limit p_limit;
    end $$
    """,
)


def upgrade() -> None:
    for statement in ROLE:
        op.execute(statement)
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
        op.execute(f"alter table {name} enable row level security")
        op.execute(f"alter table {name} force row level security")
        condition = f"tenant_id = {TENANT}"
        op.execute(
            f"create policy own on {name} to pavilion_app using ({condition}) with check ({condition})"
        )
        notifiers = "true" if name in EVERY_TENANTS else condition
        op.execute(
            f"create policy notifier on {name} to pavilion_notifier using ({notifiers}) with check ({notifiers})"
        )
    for statement in (*INDEXES, *GRANTS, AUDIENCE, LETTER, *READS):
        op.execute(statement)
    for name in TABLES:
        op.execute(f"alter table {name} owner to pavilion_owner")
