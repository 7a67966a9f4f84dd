"""Webhooks: each secret signs as long as it was promised, another address begins anew, nothing is sent on behalf of a
league that is suspended, what receivers said is taken away where a person is forgotten, and who sends reads no event
that is not sent."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# What was put aside by the last rotation stands in previous_*; what was before that, and still signs, in older_*.
COLUMNS = """
alter table webhook_endpoint
  add column older_secrets bytea[] not null default '{}',
  add column older_untils timestamptz[] not null default '{}'
"""
GRANTS = (
    "grant update (older_secrets, older_untils) on webhook_endpoint to pavilion_hooks",
    "grant select (tenant_id, status) on tenant to pavilion_hooks",
    "create policy delivers on tenant for select to pavilion_hooks using (true)",
    # Who sends reads what may be sent, and not who has logged in.
    "drop policy every_tenant_sent on event",
    """
    create policy every_tenant_sent on event for select to pavilion_hooks using (
      stream_kind in ('match', 'tournament', 'session', 'team', 'player', 'venue', 'payment', 'payout', 'webhook')
      or stream_kind = 'notification' and type = 'NoticeRaised')
    """,
    # An answer may repeat what it was sent.
    "grant update (answer) on webhook_attempt to pavilion_hooks",
    "create index webhook_attempt_answers on webhook_attempt (tenant_id) where answer is not null",
)

# As in 0022, and: who rotates twice (the answer got lost, say) still has what receivers know signed with, until the
# earlier of what was promised then and now; what an address said of itself (that it fails, that it wants quiet) does
# not hold for another one.
WRITE = """
create or replace function webhook_endpoint_write(
  p_tenant uuid, p_id uuid, p_expected integer, p_event uuid, p_type text, p_data jsonb, p_metadata jsonb,
  p_url text default null, p_description text default null, p_types text[] default null,
  p_tournaments uuid[] default null, p_matches uuid[] default null, p_ordered boolean default null,
  p_status text default null, p_because text default null,
  p_secret bytea default null, p_previous_until timestamptz default null, p_most integer default null
) returns setof webhook_endpoint language plpgsql as $$
declare
  at timestamptz := clock_timestamp();
  older bytea[];
  untils timestamptz[];
begin
  perform append_event(p_tenant, 'webhook', p_id, p_expected, p_event, p_type, 1::smallint, p_data, p_metadata);
  if p_expected = 0 then
    perform pg_advisory_xact_lock(hashtextextended('webhook_endpoint/' || p_tenant, 0));
    if (select count(*) from webhook_endpoint e where e.tenant_id = p_tenant and e.status <> 'deleted') >= p_most then
      raise exception 'too many webhook endpoints' using errcode = 'PV006';
    end if;
    return query
      insert into webhook_endpoint (tenant_id, id, version, url, description, event_types, tournaments, matches,
        ordered, status, secret, created_at, updated_at)
      values (p_tenant, p_id, 1, p_url, p_description, p_types, p_tournaments, p_matches, p_ordered, 'enabled',
        p_secret, at, at)
      returning *;
  else
    if p_secret is not null then
      select array_agg(o.secret order by o.until desc), array_agg(o.until order by o.until desc) into older, untils
      from (
        select s.secret, least(s.until, p_previous_until) as until
        from webhook_endpoint e,
          unnest(e.previous_secret || e.older_secrets, e.previous_until || e.older_untils) as s(secret, until)
        where e.tenant_id = p_tenant and e.id = p_id and s.secret is not null
          and least(s.until, p_previous_until) > at
        order by s.until desc limit 4
      ) o;
    end if;
    return query
      update webhook_endpoint e set version = p_expected + 1, updated_at = at,
        url = coalesce(p_url, e.url), description = coalesce(p_description, e.description),
        event_types = coalesce(p_types, e.event_types), tournaments = coalesce(p_tournaments, e.tournaments),
        matches = coalesce(p_matches, e.matches), ordered = coalesce(p_ordered, e.ordered),
        status = coalesce(p_status, e.status),
        disabled_because = case when p_status is null then e.disabled_because else p_because end,
        failing_since = case when p_status = 'enabled' or p_url <> e.url then null else e.failing_since end,
        quiet_until = case when p_status = 'enabled' or p_url <> e.url then null else e.quiet_until end,
        secret = case when p_status = 'deleted' then null else coalesce(p_secret, e.secret) end,
        previous_secret = case when p_status = 'deleted' then null
          when p_secret is null then e.previous_secret else e.secret end,
        previous_until = case when p_status = 'deleted' then null
          when p_secret is null then e.previous_until else p_previous_until end,
        older_secrets = case when p_status = 'deleted' then '{}'
          when p_secret is null then e.older_secrets else coalesce(older, '{}') end,
        older_untils = case when p_status = 'deleted' then '{}'
          when p_secret is null then e.older_untils else coalesce(untils, '{}') end
      where e.tenant_id = p_tenant and e.id = p_id
      returning *;
  end if;
end $$
"""


def upgrade() -> None:
    for statement in (COLUMNS, *GRANTS, WRITE):
        op.execute(statement)
