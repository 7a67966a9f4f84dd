"""A league that is suspended tells nobody anything, not even what is under way."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AUDIENCE = """
create or replace function notice_audience(
  p_tenant uuid, p_notice uuid, p_persons text[], p_after uuid, p_limit integer
) returns table (user_id uuid, preferences jsonb, pushes boolean) language plpgsql as $$
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  return query
    select m.user_id, p.document, exists (
        select from push_subscription s where s.tenant_id = p_tenant and s.user_id = m.user_id)
      from notice n join membership m on m.tenant_id = n.tenant_id join account a on a.user_id = m.user_id
        join tenant t on t.tenant_id = n.tenant_id
        left join notification_preference p on p.tenant_id = m.tenant_id and p.user_id = m.user_id
      where n.id = p_notice and n.tenant_id = p_tenant and t.status = 'active'
        and m.removed_at is null and a.disabled_at is null
        and (p_after is null or m.user_id > p_after)
        and (m.grants && n.grants or m.user_id::text = any (p_persons) or (n.followed and exists (
          select from notification_subscription f
            where f.tenant_id = p_tenant and f.user_id = m.user_id and f.about = any (n.about))))
      order by m.user_id limit p_limit;
end $$
"""

LETTER = """
create or replace function notification_letter(p_tenant uuid, p_notification uuid)
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
      where n.tenant_id = p_tenant and n.id = p_notification and t.status = 'active'
        and m.removed_at is null and a.disabled_at is null;
end $$
"""


def upgrade() -> None:
    for statement in (AUDIENCE, LETTER):
        op.execute(statement)
