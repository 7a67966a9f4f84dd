"""Identity: accounts, tenants, members, sessions, keys and links, for the role pavilion_auth alone.

What is a tenant's has its row-level security. Beside the tenant, a row is seen by the user it is about
(``app.user_id``) or by who names its id (``app.credential_id``), since a credential that comes in names no tenant.
What is nobody's tenant's (accounts, signing keys, mails, throttles) is granted to no other role.
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROLE = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'pavilion_auth') then
    create role pavilion_auth nosuperuser nobypassrls nocreatedb nocreaterole login;
  end if;
end $$
"""
TENANT = "nullif(current_setting('app.tenant_id', true), '')::uuid"
USER = "nullif(current_setting('app.user_id', true), '')::uuid"
CREDENTIAL = "nullif(current_setting('app.credential_id', true), '')::uuid"

SETTINGS = (
    "grant usage on schema public to pavilion_auth",
    "alter role pavilion_auth set transaction_timeout = '5s'",
    "alter role pavilion_auth set idle_in_transaction_session_timeout = '5s'",
)

GLOBAL = {
    "account": """
      user_id           uuid primary key,
      email             text not null unique,
      name              text not null,
      password_hash     text not null,
      created_at        timestamptz not null,
      totp_sealed       bytea,
      totp_confirmed_at timestamptz,
      totp_step         bigint not null default 0,
      disabled_at       timestamptz,
      version           integer not null check (version > 0)
    """,
    "recovery_code": """
      user_id   uuid not null references account on delete cascade,
      code_hash bytea not null,
      primary key (user_id, code_hash)
    """,
    "mailed_link": """
      id          uuid primary key,
      purpose     text not null check (purpose in ('sign_up', 'reset')),
      user_id     uuid references account on delete cascade,
      sign_up     jsonb,
      secret_hash bytea not null,
      expires_at  timestamptz not null,
      used_at     timestamptz,
      check ((purpose = 'reset') = (user_id is not null) and (purpose = 'sign_up') = (sign_up is not null))
    """,
    "throttle": """
      key      bytea primary key,
      attempts integer not null default 0,
      last_at  timestamptz,
      free_at  timestamptz
    """,
    "signing_key": """
      kid        text primary key,
      public     bytea not null,
      sealed     bytea not null,
      created_at timestamptz not null,
      signs_from timestamptz not null unique
    """,
    "identity_mail": """
      id         uuid primary key,
      kind       text not null,
      recipient  text not null,
      name       text not null,
      sealed     bytea,
      data       jsonb not null,
      created_at timestamptz not null,
      due_at     timestamptz not null,
      expires_at timestamptz,
      attempts   integer not null default 0,
      last_error text,
      done_at    timestamptz,
      check (done_at is null or sealed is null)
    """,
}

OF_TENANTS = {
    "tenant": """
      tenant_id         uuid primary key,
      slug              text not null unique,
      name              text not null,
      status            text not null check (status in ('active', 'suspended')),
      created_at        timestamptz not null,
      suspended_at      timestamptz,
      suspended_because text,
      version           integer not null check (version > 0)
    """,
    "membership": """
      tenant_id  uuid not null references tenant,
      user_id    uuid not null references account,
      grants     text[] not null,
      joined_at  timestamptz not null,
      removed_at timestamptz,
      version    integer not null check (version > 0),
      primary key (tenant_id, user_id)
    """,
    "invitation": """
      tenant_id    uuid not null references tenant,
      id           uuid primary key,
      email        text not null,
      grants       text[] not null,
      invited_by   text,
      secret_hash  bytea not null,
      created_at   timestamptz not null,
      expires_at   timestamptz not null,
      accepted_at  timestamptz,
      withdrawn_at timestamptz,
      version      integer not null check (version > 0)
    """,
    "identity_session": """
      tenant_id    uuid not null references tenant,
      id           uuid primary key,
      kind         text not null check (kind in ('user', 'share_link')),
      user_id      uuid references account,
      created_at   timestamptz not null,
      last_used_at timestamptz not null,
      expires_at   timestamptz not null,
      address      text,
      user_agent   text,
      ended_at     timestamptz,
      version      integer not null check (version > 0),
      check ((kind = 'user') = (user_id is not null))
    """,
    "refresh_token": """
      tenant_id   uuid not null references tenant,
      id          uuid primary key,
      session_id  uuid not null references identity_session on delete cascade,
      secret_hash bytea not null,
      created_at  timestamptz not null,
      used_at     timestamptz
    """,
    "api_key": """
      tenant_id      uuid not null references tenant,
      id             uuid primary key,
      name           text not null,
      grants         text[] not null,
      secret_hash    bytea not null,
      previous_hash  bytea,
      previous_until timestamptz,
      created_by     text,
      created_at     timestamptz not null,
      expires_at     timestamptz,
      last_used_at   timestamptz,
      rotated_at     timestamptz,
      revoked_at     timestamptz,
      version        integer not null check (version > 0)
    """,
    "share_link": """
      tenant_id   uuid not null references tenant,
      id          uuid primary key,
      match_id    uuid not null,
      name        text not null,
      secret_hash bytea not null,
      created_by  text,
      created_at  timestamptz not null,
      expires_at  timestamptz not null,
      opened_at   timestamptz,
      revoked_at  timestamptz,
      version     integer not null check (version > 0)
    """,
}
BY_ID = ("invitation", "refresh_token", "api_key", "share_link")
BY_USER = ("membership", "identity_session")

INDEXES = (
    "create index membership_user on membership (user_id)",
    "create unique index invitation_open on invitation (tenant_id, email)"
    " where accepted_at is null and withdrawn_at is null",
    "create index identity_session_user on identity_session (user_id, tenant_id) where ended_at is null",
    "create index identity_session_over on identity_session (tenant_id, least(ended_at, expires_at))",
    "create index refresh_token_session on refresh_token (session_id)",
    "create index api_key_tenant on api_key (tenant_id, created_at)",
    "create index share_link_match on share_link (tenant_id, match_id)",
    "create index identity_mail_due on identity_mail (due_at) where done_at is null",
    "create index throttle_last on throttle (last_at)",
    "create index mailed_link_expires on mailed_link (expires_at)",
)

EVENTS = (
    f"""
    create policy identity on event to pavilion_auth
      using (tenant_id = {TENANT} and stream_kind = 'identity')
      with check (tenant_id = {TENANT} and stream_kind = 'identity')
    """,
    """
    grant insert (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data, metadata)
      on event to pavilion_auth
    """,
    "grant select on event to pavilion_auth",
)

# The league's name and address may be shown to its own members; a league is found by its address before anybody
# is known, so who lets people in sees all of them.
DIRECTORY = (
    f"create policy own on tenant for select to pavilion_app using (tenant_id = {TENANT})",
    "grant select on tenant to pavilion_app",
    "create policy every_tenant on tenant for select to pavilion_auth using (true)",
)

# Asked for every token where revocation matters, and for every token that is refreshed or exchanged: one round trip
# each. Who asks has verified the token's signature, or compares the hash that is answered.
STANDING = (
    """
    create function identity_standing(p_tenant uuid, p_kind text, p_subject uuid, p_session uuid, p_now timestamptz)
    returns table (status text, grants text[]) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      if p_kind = 'api_key' then
        return query select t.status, k.grants from api_key k join tenant t using (tenant_id)
          where k.tenant_id = p_tenant and k.id = p_subject and k.revoked_at is null
            and (k.expires_at is null or k.expires_at > p_now);
      elsif p_kind = 'share_link' then
        return query select t.status, array['scorer@match:' || l.match_id]
          from share_link l join tenant t using (tenant_id) join identity_session s on s.id = l.id
          where l.tenant_id = p_tenant and l.id = p_subject and s.tenant_id = p_tenant and s.id = p_session
            and l.revoked_at is null and l.expires_at > p_now and s.ended_at is null;
      else
        return query select t.status, m.grants
          from identity_session s join tenant t using (tenant_id)
            join membership m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
            join account a on a.user_id = s.user_id
          where s.tenant_id = p_tenant and s.id = p_session and s.user_id = p_subject
            and s.ended_at is null and s.expires_at > p_now
            and m.removed_at is null and a.disabled_at is null;
      end if;
    end $$
    """,
    """
    create function identity_api_key(p_key uuid, p_now timestamptz)
    returns table (tenant_id uuid, status text, grants text[], secret_hash bytea, previous_hash bytea)
    language plpgsql as $$
    declare
      found_tenant uuid;
    begin
      perform set_config('app.credential_id', p_key::text, true);
      select k.tenant_id into found_tenant from api_key k where k.id = p_key;
      perform set_config('app.credential_id', '', true), set_config('app.tenant_id', found_tenant::text, true);
      return query select k.tenant_id, t.status, k.grants, k.secret_hash,
          case when k.previous_until > p_now then k.previous_hash end
        from api_key k join tenant t using (tenant_id)
        where k.id = p_key and k.revoked_at is null and (k.expires_at is null or k.expires_at > p_now);
    end $$
    """,
    # Locks the session: of two requests with one token, one waits for the other.
    """
    create function identity_refresh(p_token uuid)
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
      select s.id, s.kind, s.user_id into held from identity_session s where s.id = held.session_id for no key update;
      if held.kind = 'user' then
        -- Who changes the grants locks them, so no token is signed with those of before after that was done.
        select m.grants into granted from membership m join account a using (user_id)
          where m.user_id = held.user_id and m.removed_at is null and a.disabled_at is null for share of m;
      else
        select array['scorer@match:' || l.match_id] into granted from share_link l
          where l.id = held.id and l.revoked_at is null;
      end if;
      return query select r.id, r.secret_hash, r.used_at,
          s.tenant_id, s.id, s.kind, s.user_id, s.created_at, s.last_used_at, s.expires_at, s.address, s.user_agent,
          s.ended_at, s.version, t.status, granted
        from refresh_token r join identity_session s on s.id = r.session_id join tenant t on t.tenant_id = s.tenant_id
        where r.id = p_token and s.id = held.id;
    end $$
    """,
)

USED = """
create function identity_key_used(p_tenant uuid, p_key uuid, p_now timestamptz, p_unless_since timestamptz)
returns void language plpgsql as $$
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  update api_key set last_used_at = p_now
    where tenant_id = p_tenant and id = p_key and (last_used_at is null or last_used_at <= p_unless_since);
end $$
"""

# Whoever cleans up names every league in turn, since nobody sees the sessions of all.
TIDY = """
create function identity_tidy(p_before timestamptz) returns bigint language plpgsql as $$
declare
  league uuid;
  gone bigint := 0;
  deleted bigint;
begin
  for league in select t.tenant_id from tenant t loop
    perform set_config('app.tenant_id', league::text, true);
    delete from identity_session s where s.tenant_id = league and least(s.ended_at, s.expires_at) < p_before;
    get diagnostics deleted = row_count;
    gone := gone + deleted;
    delete from refresh_token r where r.tenant_id = league and r.used_at < p_before;
    get diagnostics deleted = row_count;
    gone := gone + deleted;
  end loop;
  delete from mailed_link l where l.expires_at < p_before;
  get diagnostics deleted = row_count;
  gone := gone + deleted;
  delete from identity_mail m where m.done_at < p_before;
  get diagnostics deleted = row_count;
  gone := gone + deleted;
  delete from throttle t where coalesce(t.last_at, '-infinity') < p_before;
  get diagnostics deleted = row_count;
  return gone + deleted;
end $$
"""

# The rows are made if they are not there, and locked in one order, so that no two requests wait for each other.
THROTTLE = """
create function throttle_lock(p_keys bytea[]) returns setof throttle language plpgsql as $$
begin
  insert into throttle (key) select k from unnest(p_keys) k order by k on conflict do nothing;
  return query select * from throttle t where t.key = any (p_keys) order by t.key for update;
end $$
"""


def upgrade() -> None:
    for statement in (ROLE, *SETTINGS):
        op.execute(statement)
    for name, columns in {**GLOBAL, **OF_TENANTS}.items():
        op.execute(f"create table {name} ({columns})")
        op.execute(f"alter table {name} enable row level security")
        op.execute(f"alter table {name} force row level security")
        op.execute(f"grant select, insert, update, delete on {name} to pavilion_auth")
    for name in GLOBAL:
        op.execute(f"create policy identity on {name} to pavilion_auth using (true) with check (true)")
    for name in OF_TENANTS:
        condition = f"tenant_id = {TENANT}"
        op.execute(
            f"create policy tenant on {name} to pavilion_auth using ({condition}) with check ({condition})"
        )
    for name in BY_ID:
        op.execute(f"create policy by_id on {name} for select to pavilion_auth using (id = {CREDENTIAL})")
    for name in BY_USER:
        op.execute(f"create policy of_user on {name} to pavilion_auth using (user_id = {USER})")
    for statement in (*INDEXES, *EVENTS, *DIRECTORY, *STANDING, USED, TIDY, THROTTLE):
        op.execute(statement)
    for name in (*GLOBAL, *OF_TENANTS):
        op.execute(f"alter table {name} owner to pavilion_owner")
