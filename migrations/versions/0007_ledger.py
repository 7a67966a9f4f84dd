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
    # The tenant comes second in every key, for the reason given at the event store.
    """
    create table ledger_transaction (
      position    bigint generated always as identity,
      txid        xid8 not null default pg_current_xact_id(),
      tenant_id   uuid not null,
      key         text not null check (key <> ''),
      kind        text not null check (kind <> ''),
      description text not null,
      reverses    text,
      digest      bytea not null,
      posted_at   timestamptz not null default clock_timestamp(),
      constraint ledger_transaction_pkey primary key (position, txid),
      constraint ledger_transaction_key unique (key, tenant_id),
      constraint ledger_reversed_once unique (reverses, tenant_id),
      constraint ledger_reverses foreign key (reverses, tenant_id) references ledger_transaction (key, tenant_id),
      check ((kind = 'reversal') = (reverses is not null))
    )
    """,
    # The database transaction stands in the foreign key and nobody can state it. So postings come together with
    # their ledger transaction or not at all, and what is checked when it is committed holds for ever.
    """
    create table ledger_posting (
      transaction bigint not null,
      line        smallint not null,
      txid        xid8 not null default pg_current_xact_id(),
      tenant_id   uuid not null,
      account     text not null,
      currency    text not null check (currency ~ '^[a-z]{3}$'),
      amount      bigint not null check (amount <> 0),
      constraint ledger_posting_pkey primary key (transaction, line),
      constraint ledger_posting_transaction foreign key (transaction, txid)
        references ledger_transaction (position, txid),
      constraint ledger_posting_account foreign key (account, tenant_id)
        references ledger_account (code, tenant_id)
    )
    """,
    """
    create index ledger_posting_of_account on ledger_posting (account, tenant_id, transaction, line)
      include (currency, amount)
    """,
    "create index ledger_transaction_in_order on ledger_transaction (tenant_id, position)",
)

BALANCED = (
    """
    create function ledger_balanced() returns trigger language plpgsql as $$
    begin
      -- Without any posting, or with those of another league only, there is nothing that adds up.
      if (
        select coalesce(bool_or(c.over <> 0), true) from (
          select sum(p.amount) as over from ledger_posting p where p.transaction = new.position group by p.currency
        ) c
      ) then
        raise exception 'ledger transaction % does not add up to zero', new.key using errcode = 'PV004';
      end if;
      if new.reverses is not null and exists (
        select from ledger_transaction t join ledger_posting p on p.transaction in (t.position, new.position)
        where t.key = new.reverses and t.tenant_id = new.tenant_id
        group by p.account, p.currency having sum(p.amount) <> 0 or bool_or(t.kind = 'reversal')
      ) then
        raise exception 'ledger transaction % does not reverse %', new.key, new.reverses using errcode = 'PV005';
      end if;
      return null;
    end $$
    """,
    """
    create constraint trigger balanced after insert on ledger_transaction
      deferrable initially deferred for each row execute function ledger_balanced()
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
    "ledger_transaction": "tenant_id, key, kind, description, reverses, digest",
    "ledger_posting": "transaction, line, tenant_id, account, currency, amount",
}
"""What may be stated; the rest is Postgres's own."""

# A batch is one call and one database transaction: all of it is booked or nothing. A key that is known is
# left as it is, if it says the same; the writer names only accounts it has not seen.
POST = """
create function ledger_post(
  p_tenant uuid,
  p_codes text[], p_account_kinds text[], p_tournaments uuid[], p_parties text[],
  p_keys text[], p_kinds text[], p_descriptions text[], p_reverses text[], p_digests bytea[],
  p_of integer[], p_lines smallint[], p_accounts text[], p_currencies text[], p_amounts bigint[]
) returns text[] language plpgsql as $$
declare
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
    insert into ledger_transaction (tenant_id, key, kind, description, reverses, digest)
    select p_tenant, t.key, t.kind, t.description, t.reverses, t.digest
    from unnest(p_keys, p_kinds, p_descriptions, p_reverses, p_digests) as t(key, kind, description, reverses, digest)
    on conflict (key, tenant_id) do nothing
    returning position, key
  ), lines as (
    insert into ledger_posting (transaction, line, tenant_id, account, currency, amount)
    select w.position, p.line, p_tenant, p.account, p.currency, p.amount
    from unnest(p_of, p_lines, p_accounts, p_currencies, p_amounts) as p(of, line, account, currency, amount)
    join written w on w.key = p_keys[p.of]
  )
  select coalesce(array_agg(key), '{}') into booked from written;
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
      p_tenant uuid, p_key text, p_tournament uuid, p_after bigint, p_limit integer
    ) returns table (
      "position" bigint, key text, kind text, description text, reverses text, posted_at timestamptz, postings jsonb
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        select t.position, t.key, t.kind, t.description, t.reverses, t.posted_at, (
          select jsonb_agg(
            jsonb_build_object('account', p.account, 'amount', p.amount, 'currency', p.currency) order by p.line)
          from ledger_posting p where p.transaction = t.position)
        from ledger_transaction t
        where t.tenant_id = p_tenant and t.position > p_after and (p_key is null or t.key = p_key)
          and (p_tournament is null or exists (
            select from ledger_posting p join ledger_account a on a.code = p.account and a.tenant_id = p.tenant_id
            where p.transaction = t.position and a.tournament_id = p_tournament))
        order by t.position limit p_limit;
    end $$
    """,
    # The balance after each posting, by currency: that before the page, and the page's own summed up.
    """
    create function ledger_statement(p_tenant uuid, p_account text, p_after bigint, p_line smallint, p_limit integer)
    returns table (
      "position" bigint, line smallint, key text, kind text, description text, posted_at timestamptz, currency text,
      amount bigint, balance bigint
    ) language plpgsql as $$
    begin
      perform set_config('app.tenant_id', p_tenant::text, true);
      return query
        with page as (
          select p.transaction, p.line, p.currency, p.amount from ledger_posting p
          where p.account = p_account and p.tenant_id = p_tenant and (p.transaction, p.line) > (p_after, p_line)
          order by p.transaction, p.line limit p_limit
        ), before as (
          select p.currency, sum(p.amount) as balance from ledger_posting p
          where p.account = p_account and p.tenant_id = p_tenant and (p.transaction, p.line) <= (p_after, p_line)
          group by p.currency
        )
        select g.transaction, g.line, t.key, t.kind, t.description, t.posted_at, g.currency, g.amount,
          (coalesce(b.balance, 0)
            + sum(g.amount) over (partition by g.currency order by g.transaction, g.line))::bigint
        from page g join ledger_transaction t on t.position = g.transaction
        left join before b on b.currency = g.currency
        order by g.transaction, g.line;
    end $$
    """,
)


def upgrade() -> None:
    for statement in (*TABLES, *BALANCED, APPEND_ONLY):
        op.execute(statement)
    for table, columns in WRITTEN.items():
        for statement in SECURE:
            op.execute(statement.format(table=table, columns=columns))
    for statement in (POST, *READ):
        op.execute(statement)
