"""A refresh locks the membership before the session, as whoever removes a member does: neither waits for the other.
And who exchanges an API key is told when it ends, and when the secret before the last rotation does.
"""

from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

REFRESH = """
create or replace function identity_refresh(p_token uuid)
returns table (
  token_id uuid, secret_hash bytea, used_at timestamptz,
  tenant_id uuid, id uuid, kind text, user_id uuid, created_at timestamptz, last_used_at timestamptz,
  expires_at timestamptz, address text, user_agent text, ended_at timestamptz, version integer,
  status text, grants text[]
) language plpgsql as $$
declare
  held record;
  granted text[];
begin
  perform set_config('app.credential_id', p_token::text, true);
  select r.tenant_id, r.session_id into held from refresh_token r where r.id = p_token;
  perform set_config('app.credential_id', '', true), set_config('app.tenant_id', held.tenant_id::text, true);
  -- Whose a session is never changes, so that it can be read before the session is locked.
  select s.id, s.kind, s.user_id into held from identity_session s where s.id = held.session_id;
  if held.kind = 'user' then
    -- Who changes the grants locks them, so no token is signed with those of before after that was done.
    select m.grants into granted from membership m join account a using (user_id)
      where m.user_id = held.user_id and m.removed_at is null and a.disabled_at is null for share of m;
  end if;
  -- Of two requests with one token, one waits for the other.
  perform from identity_session s where s.id = held.id for no key update;
  if held.kind = 'share_link' then
    select array['scorer@match:' || l.match_id] into granted from share_link l
      where l.id = held.id and l.revoked_at is null;
  end if;
  return query select r.id, r.secret_hash, r.used_at,
      s.tenant_id, s.id, s.kind, s.user_id, s.created_at, s.last_used_at, s.expires_at, s.address, s.user_agent,
      s.ended_at, s.version, t.status, granted
    from refresh_token r join identity_session s on s.id = r.session_id join tenant t on t.tenant_id = s.tenant_id
    where r.id = p_token and s.id = held.id;
end $$
"""

API_KEY = (
    "drop function identity_api_key(uuid, timestamptz)",
    """
    create function identity_api_key(p_key uuid, p_now timestamptz)
    returns table (tenant_id uuid, status text, grants text[], secret_hash bytea, previous_hash bytea,
      expires_at timestamptz, previous_until timestamptz)
    language plpgsql as $$
    declare
      found_tenant uuid;
    begin
      perform set_config('app.credential_id', p_key::text, true);
      select k.tenant_id into found_tenant from api_key k where k.id = p_key;
      perform set_config('app.credential_id', '', true), set_config('app.tenant_id', found_tenant::text, true);
      return query select k.tenant_id, t.status, k.grants, k.secret_hash,
          case when k.previous_until > p_now then k.previous_hash end, k.expires_at, k.previous_until
        from api_key k join tenant t using (tenant_id)
        where k.id = p_key and k.revoked_at is null and (k.expires_at is null or k.expires_at > p_now);
    end $$
    """,
)


def upgrade() -> None:
    for statement in (REFRESH, *API_KEY):
        op.execute(statement)
