"""The ledger: accounts, transactions and their postings, which are added to and never changed."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    """
    create table ledger_account (
      tenant_id     uuid not null,
      code          text not null,
      kind          text not null,
      tournament_id uuid,
      party         text,
      opened_at     timestamptz not null default clock_timestamp(),
      constraint ledger_account_pkey primary key (code, tenant_id),
      check (code = concat_ws('/', kind, tournament_id, party))
    )
    """,
    """
    create table ledger_transaction (
      tenant_id   uuid not null,
      txid        xid8 not null default pg_current_xact_id(),
      number      integer not null,
      key         text not null check (key <> ''),
      kind        text not null check (kind <> ''),
      description text not null,
      reverses    text,
      digest      bytea not null,
      posted_at   timestamptz not null default clock_timestamp(),
      constraint ledger_transaction_pkey primary key (tenant_id, txid, number),
      constraint ledger_transaction_key unique (key, tenant_id),
      constraint ledger_reverses foreign key (reverses, tenant_id) references ledger_transaction (key, tenant_id),
      check ((kind = 'reversal') = (reverses is not null))
    )
    """,
    "create unique index ledger_reversed_once on ledger_transaction (reverses, tenant_id) where reverses is not null",
    """
    create table ledger_posting (
      tenant_id   uuid not null,
      txid        xid8 not null default pg_current_xact_id(),
      number      integer not null,
      line        smallint not null,
      account     text not null,
      currency    text not null check (currency ~ '^[a-z]{3}$'),
      amount      bigint not null check (amount <> 0),
      constraint ledger_posting_pkey primary key (tenant_id, txid, number, line)
    )
    """,
    """
    create index ledger_posting_of_account on ledger_posting (account, tenant_id, txid, number, line)
      include (currency, amount)
    """,
    """
    create table ledger_batch (
      tenant_id uuid not null,
      txid      xid8 not null default pg_current_xact_id(),
      position  bigint generated always as identity,
      constraint ledger_batch_pkey primary key (tenant_id, txid, position)
    )
    """,
)

# Every statement that writes is one row of ledger_batch, whose deferred trigger looks, when the database
# transaction is committed, at all it wrote: it adds up, or none of it is there. Foreign keys and a trigger for
# each row would cost more than the rows. The database transaction stands in the keys and nobody can state it:
# postings come together with their ledger transaction, and nothing is added to one of before.
SOUND = """
create function ledger_sound() returns trigger language plpgsql as $$
declare
  unbalanced integer;
  stray boolean;
  unknown text;
  takes_back boolean;
  wrong text;
begin
  perform set_config('app.tenant_id', new.tenant_id::text, true);
  if exists (
    select from ledger_batch b
    where b.tenant_id = new.tenant_id and b.txid = new.txid and b.position > new.position
  ) then
    return null;  -- the last one looks, for all of them
  end if;
  -- All in one query, which costs less than one for each. No joins: of rows written a moment ago the planner has no
  -- idea, and would join each with all the others.
  with posted as materialized (
    select p.number, p.account, p.currency, p.amount from ledger_posting p
    where p.tenant_id = new.tenant_id and p.txid = new.txid
  ), stated as materialized (
    select t.number, t.reverses from ledger_transaction t where t.tenant_id = new.tenant_id and t.txid = new.txid
  )
  select
    (select p.number from posted p group by p.number, p.currency having sum(p.amount) <> 0 limit 1),
    array(select s.number from stated s order by s.number)
      <> array(select distinct p.number from posted p order by p.number),
    (
      select a.account from (select distinct p.account from posted p) a
      where not exists (select from ledger_account k where k.code = a.account and k.tenant_id = new.tenant_id)
      limit 1
    ),
    exists (select from stated s where s.reverses is not null)
  into unbalanced, stray, unknown, takes_back;
  if unbalanced is not null then
    raise exception 'ledger transaction number % does not add up to zero', unbalanced using errcode = 'PV004';
  end if;
  if stray then
    raise exception 'a ledger transaction has no postings, or a posting none written with it'
      using errcode = 'PV004';
  end if;
  if unknown is not null then
    raise exception 'there is no ledger account %', unknown using errcode = 'PV004';
  end if;
  if not takes_back then
    return null;
  end if;
  select t.key into wrong from ledger_transaction t
    where t.tenant_id = new.tenant_id and t.txid = new.txid and t.reverses is not null and exists (
      select from ledger_transaction r join ledger_posting p on p.tenant_id = r.tenant_id and p.txid = r.txid
        and p.number = r.number
      where r.key in (t.key, t.reverses) and r.tenant_id = t.tenant_id
      group by p.account, p.currency
      having sum(p.amount) <> 0 or bool_or(r.key = t.reverses and r.kind = 'reversal')
    ) limit 1;
  if found then
    raise exception 'ledger transaction % does not take back what it names', wrong using errcode = 'PV005';
  end if;
  return null;
end $$
"""
CHECKED = (
    SOUND,
    """
    create constraint trigger sound after insert on ledger_batch
      deferrable initially deferred for each row execute function ledger_sound()
    """,
    """
    create function ledger_to_check() returns trigger language plpgsql as $$
    begin
      insert into ledger_batch (tenant_id) select distinct a.tenant_id from added a;
      return null;
    end $$
    """,
    """
    create trigger to_check after insert on ledger_transaction referencing new table as added
      for each statement execute function ledger_to_check()
    """,
    """
    create trigger to_check after insert on ledger_posting referencing new table as added
      for each statement execute function ledger_to_check()
    """,
)

APPEND_ONLY = """
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is never changed or deleted; post a reversal' using errcode = 'PV002';
end $$
"""

SECURE = (
    "create trigger append_only before update or delete on {table} for each row execute function refuse_ledger_change()",
    "create trigger never_truncated before truncate on {table} execute function refuse_ledger_change()",
    "alter table {table} enable row level security",
    "alter table {table} force row level security",
    """
    create policy tenant on {table} to pavilion_app
      using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
      with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
    """,
    "revoke all on {table} from public",
    "grant select, insert ({columns}) on {table} to pavilion_app",
    "alter table {table} owner to pavilion_owner",
)
WRITTEN = {
    "ledger_account": "tenant_id, code, kind, tournament_id, party",
    "ledger_transaction": "tenant_id, number, key, kind, description, reverses, digest",
    "ledger_batch": "tenant_id",
    "ledger_posting": "tenant_id, number, line, account, currency, amount",
}
"""What may be stated; the rest is Postgres's own."""

# A batch is one call and one database transaction: all of it is booked or nothing. A key that is known is
# left as it is, if it says the same; the writer names only accounts it has not seen.
POST = """
create function ledger_post(
  p_tenant uuid,
  p_codes text[], p_account_kinds text[], p_tournaments uuid[], p_parties text[],
  p_keys text[], p_kinds text[], p_descriptions text[], p_reverses text[], p_digests bytea[],
  p_numbers integer[], p_lines smallint[], p_accounts text[], p_currencies text[], p_amounts bigint[]
) returns text[] language plpgsql as $$
declare
  numbers integer[];
  booked text[];
  other text;
begin
  perform set_config('app.tenant_id', p_tenant::text, true);
  if cardinality(p_codes) > 0 then
    insert into ledger_account (tenant_id, code, kind, tournament_id, party)
    select p_tenant, a.code, a.kind, a.tournament_id, a.party
    from unnest(p_codes, p_account_kinds, p_tournaments, p_parties) as a(code, kind, tournament_id, party)
    order by a.code
    on conflict do nothing;
  end if;
  with written as (
    insert into ledger_transaction (tenant_id, number, key, kind, description, reverses, digest)
    select p_tenant, t.number, t.key, t.kind, t.description, t.reverses, t.digest
    from unnest(p_keys, p_kinds, p_descriptions, p_reverses, p_digests) with ordinality
      as t(key, kind, description, reverses, digest, number)
    on conflict (key, tenant_id) do nothing
    returning number, key
  )
  select coalesce(array_agg(number), '{}'), coalesce(array_agg(key), '{}') into numbers, booked from written;
  insert into ledger_posting (tenant_id, number, line, account, currency, amount)
  select p_tenant, p.number, p.line, p.account, p.currency, p.amount
  from unnest(p_numbers, p_lines, p_accounts, p_currencies, p_amounts) as p(number, line, account, currency, amount)
  where p.number = any (numbers);
  if cardinality(booked) < cardinality(p_keys) then
    select t.key into other from ledger_transaction t
      join unnest(p_keys, p_digests) as w(key, digest) on w.key = t.key
      where t.tenant_id = p_tenant and t.digest <> w.digest limit 1;
    if found then
      raise exception '%', other using errcode = 'PV003';
    end if;
  end if;
  return booked;
end $$
"""

READ = (
    """
    create function ledger_balances(
      p_tenant uuid, p_kind text, p_tournament uuid, p_party text, p_after_code text, p_after_currency text,
      p_limit integer
    ) returns table (
      code text, kind text, tournament_id uuid, party text, opened_at timestamptz, currency text, balance bigint,
      postings bigint
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        select a.code, a.kind, a.tournament_id, a.party, a.opened_at, p.currency, sum(p.amount)::bigint, count(*)
        from ledger_account a join ledger_posting p on p.account = a.code and p.tenant_id = a.tenant_id
        where a.tenant_id = p_tenant and (p_kind is null or a.kind = p_kind)
          and (p_tournament is null or a.tournament_id = p_tournament) and (p_party is null or a.party = p_party)
          and (p_after_code is null
            or (a.code collate "C", p.currency collate "C") > (p_after_code collate "C", p_after_currency collate "C"))
        group by a.code, a.kind, a.tournament_id, a.party, a.opened_at, p.currency
        order by a.code collate "C", p.currency collate "C" limit p_limit;
    end $$
    """,
    """
    create function ledger_sums(p_tenant uuid) returns table (currency text, debits bigint, credits bigint)
    language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        select p.currency, (sum(p.amount) filter (where p.amount > 0))::bigint,
          (-sum(p.amount) filter (where p.amount < 0))::bigint
        from ledger_posting p where p.tenant_id = p_tenant group by p.currency order by p.currency;
    end $$
    """,
    """
    create function ledger_transactions(
      p_tenant uuid, p_key text, p_tournament uuid, p_txid xid8, p_number integer, p_limit integer
    ) returns table (
      txid xid8, number integer, key text, kind text, description text, reverses text, posted_at timestamptz, postings jsonb
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        select t.txid, t.number, t.key, t.kind, t.description, t.reverses, t.posted_at, (
          select jsonb_agg(
            jsonb_build_object('account', p.account, 'amount', p.amount, 'currency', p.currency) order by p.line)
          from ledger_posting p
          where p.tenant_id = t.tenant_id and p.txid = t.txid and p.number = t.number)
        from ledger_transaction t
        where t.tenant_id = p_tenant and (t.txid, t.number) > (p_txid, p_number) and (p_key is null or t.key = p_key)
          and (p_tournament is null or exists (
            select from ledger_posting p join ledger_account a on a.code = p.account and a.tenant_id = p.tenant_id
            where p.tenant_id = t.tenant_id and p.txid = t.txid and p.number = t.number
              and a.tournament_id = p_tournament))
        order by t.txid, t.number limit p_limit;
    end $$
    """,
    # The balance after each posting, by currency: that before the page, and the page's own summed up.
    """
    create function ledger_statement(
      p_tenant uuid, p_account text, p_txid xid8, p_number integer, p_line smallint, p_limit integer
    ) returns table (
      txid xid8, number integer, line smallint, key text, kind text, description text, posted_at timestamptz,
      currency text, amount bigint, balance bigint
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        with page as (
          select p.txid, p.number, p.line, p.currency, p.amount from ledger_posting p
          where p.account = p_account and p.tenant_id = p_tenant
            and (p.txid, p.number, p.line) > (p_txid, p_number, p_line)
          order by p.txid, p.number, p.line limit p_limit
        ), before as (
          select p.currency, sum(p.amount) as balance from ledger_posting p
          where p.account = p_account and p.tenant_id = p_tenant
            and (p.txid, p.number, p.line) <= (p_txid, p_number, p_line)
          group by p.currency
        )
        select g.txid, g.number, g.line, t.key, t.kind, t.description, t.posted_at, g.currency, g.amount,
          (coalesce(b.balance, 0)
            + sum(g.amount) over (partition by g.currency order by g.txid, g.number, g.line))::bigint
        from page g
        join ledger_transaction t on t.tenant_id = p_tenant and t.txid = g.txid and t.number = g.number
        left join before b on b.currency = g.currency
        order by g.txid, g.number, g.line;
    end $$
    """,
)


def upgrade() -> None:
    for statement in (*TABLES, *CHECKED, APPEND_ONLY):
        op.execute(statement)
    for table, columns in WRITTEN.items():
        for statement in SECURE:
            op.execute(statement.format(table=table, columns=columns))
    for statement in (POST, *READ):
        op.execute(statement)
