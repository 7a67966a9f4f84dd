"""Every table that knows a tenant hides the other tenants, whoever adds it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.pool import create_pool
from adapters.postgres.projections import READ_MODELS
from adapters.postgres.rebuild import Rebuild
from tests.integration.postgres.test_event_store import event

ROLES = (
    *("pavilion_app", "pavilion_relay", "pavilion_projector", "pavilion_webhooks", "pavilion_eraser"),
    *("pavilion_auth", "pavilion_notifier", "pavilion_gate", "pavilion_importer", "pavilion_hooks"),
)
NO_TENANT = {
    "alembic_version": "which migrations were run",
    "relay_cursor": "how far the relay has come",
    "consumer_position": "how far the consumers have come",
    "consumer_pause": "which consumers are told to wait",
    "dead_letter": "which record failed, and why: only operators see it",
    "webhook_event": "whose it is is not known before it is worked off; it holds ids and no names",
    "account": "people, who may belong to several leagues",
    "recovery_code": "an account's",
    "mailed_link": "an account's",
    "throttle": "attempts, by account and by address",
    "signing_key": "the Auth Service's own",
    "identity_mail": "mails that wait, to people",
}
"""Tables that hold nothing of any league, and why."""
BESIDE_THE_TENANT = [
    "tenant.every_tenant",  # a league is found by its address before anybody is known
    *("membership.of_user", "identity_session.of_user"),  # a person's own, in all leagues
    *(
        f"{table}.of_user"
        for table in (
            *("notification", "notification_preference", "notification_subscription"),
            "push_subscription",
        )
    ),
    "invitation.of_address",  # of somebody whose account goes, in all leagues
    # by a credential that comes in
    *("invitation.by_id", "refresh_token.by_id", "api_key.by_id", "share_link.by_id"),
]
"""Policies of the Auth Service that show a row by something else than its tenant."""
LEAGUE, OTHER = UUID(int=1), UUID(int=2)
ERASE = (
    "select erase_from_stream($1, $2, $3, 1, $4::uuid, $5, 1::smallint, '{}'::jsonb, '{}'::jsonb,"
    " array[1], array[1::smallint], array['{\"forged\": true}'::jsonb])"
)
"""Replaces the only event of a stream, saying it by an event of a type."""

TABLES = """
select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
       pg_get_userbyid(c.relowner) as owner,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'
               and a.attnotnull) as has_tenant,
       coalesce(bool_and(expression like '%app.tenant_id%'), false) as by_tenant
from pg_class c
left join (
  select *, unnest(array[pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)]) as expression
  from pg_policy
) p on p.polrelid = c.oid and expression is not null
  and (p.polroles && array(select oid from pg_roles where rolname in ('pavilion_app', 'pavilion_auth'))
       or p.polroles = '{0}')
  and c.relname || '.' || p.polname <> all ($1::text[])
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
group by c.oid
"""


async def test_every_table_is_under_row_level_security(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    tables = await connection.fetch(TABLES, BESIDE_THE_TENANT)
    await connection.close()
    exposed = [
        table["name"]
        for table in tables
        if table["name"] not in NO_TENANT
        and not all(
            (
                table["enabled"],
                table["forced"],
                table["has_tenant"],
                table["by_tenant"],
                table["owner"] == "pavilion_owner",
            )
        )
    ]
    assert "event" in {table["name"] for table in tables}
    assert exposed == []


async def test_what_has_no_tenant_is_closed_to_the_application(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    open_to_app = [
        name
        for name in NO_TENANT
        if await connection.fetchval("select has_table_privilege('pavilion_app', $1, 'select')", name)
    ]
    await connection.close()
    assert open_to_app == []


async def test_what_knows_a_tenant_is_no_exception(postgres_dsn: str) -> None:
    """Nor is anything but a table: a view would show what its owner sees."""
    connection = await asyncpg.connect(postgres_dsn)
    known = await connection.fetch(
        "select relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
    )
    views = await connection.fetch(
        "select relname from pg_class where relkind in ('v', 'm', 'f') and relnamespace = 'public'::regnamespace"
    )
    await connection.close()
    assert not {row["relname"] for row in known} & NO_TENANT.keys()
    assert views == []


async def test_a_rebuilt_table_is_as_protected_as_the_one_before(postgres_dsn: str) -> None:
    async with asyncpg.create_pool(postgres_dsn, min_size=1, max_size=4) as pool:
        for model in READ_MODELS.values():
            await Rebuild(model, pool).run()
    await test_every_table_is_under_row_level_security(postgres_dsn)


@pytest.fixture
async def one_connection(postgres_dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A pool whose every statement is on the same connection, as the application has it."""
    pool = await create_pool(postgres_dsn, application_name="test", role="pavilion_app", max_size=1)
    yield pool
    await pool.close()


async def test_a_connection_used_again_without_a_tenant_sees_nothing(
    one_connection: "asyncpg.Pool[Any]", postgres_dsn: str
) -> None:
    """Whoever had it before has left no name behind, nor the eraser's rights."""
    store = PostgresEventStore(one_connection)
    await store.append(LEAGUE, "match", stream := uuid4(), 0, [event("a")])
    await one_connection.execute(ERASE, LEAGUE, "match", stream, uuid4(), "PersonErased")
    owner = await asyncpg.connect(postgres_dsn)
    tables = [
        table["name"]
        for table in await owner.fetch(TABLES, BESIDE_THE_TENANT)
        if table["name"] not in NO_TENANT
    ]
    seen = {table: await owner.fetchval(f"select count(*) from {table}") for table in tables}  # noqa: S608
    await owner.close()
    assert seen["event"] == 2
    readable = [
        table
        for table in tables
        if await one_connection.fetchval("select has_table_privilege($1, 'select')", table)
    ]
    assert {"event", "register", "rm_match"} <= set(readable)
    for table in readable:
        assert await one_connection.fetchval(f"select count(*) from {table}") == 0, table  # noqa: S608
    assert await one_connection.fetchval("select current_user") == "pavilion_app"
    assert await store.load(OTHER, stream) == []
    assert len(await store.load(LEAGUE, stream)) == 2


@pytest.mark.parametrize(
    ("kind", "said"),
    [("match", None), ("match", "BallRecorded"), ("identity", "PersonErased"), ("payment", "PersonErased")],
)
async def test_what_does_not_say_so_or_names_nobody_is_not_rewritten(
    one_connection: "asyncpg.Pool[Any]", kind: str, said: str | None
) -> None:
    store = PostgresEventStore(one_connection)
    await store.append(LEAGUE, kind, stream := uuid4(), 0, [event("a")])
    with pytest.raises(asyncpg.PostgresError, match="never changed"):
        await one_connection.execute(ERASE, LEAGUE, kind, stream, uuid4() if said else None, said)
    assert [(stored.version, stored.data) for stored in await store.load(LEAGUE, stream)] == [
        (1, '{"reason": "a"}')
    ]


async def test_of_a_player_only_name_and_birth_are_rewritten(
    one_connection: "asyncpg.Pool[Any]",
) -> None:
    store, data = PostgresEventStore(one_connection), '{"id": "p1", "born": "1990-01-31", "name": "Ann"}'
    await store.append(LEAGUE, "player", stream := uuid4(), 0, [replace(event("a"), data=data)])
    rewrite = "select rewrite_events($1, $2, array[1], array[1::smallint], array[$3::jsonb])"
    with pytest.raises(asyncpg.PostgresError, match="never changed"):
        await one_connection.execute(rewrite, LEAGUE, stream, '{"id": "p2", "born": null, "name": "B"}')
    await one_connection.execute(rewrite, LEAGUE, stream, '{"id": "p1", "born": null, "name": "Player 1"}')
    assert "Ann" not in (await store.load(LEAGUE, stream))[0].data


@pytest.mark.parametrize("tenant", ["", "00000000-0000-0000-0000-000000000002"])
async def test_another_tenant_or_none_writes_nothing_of_this_one(
    one_connection: "asyncpg.Pool[Any]", tenant: str
) -> None:
    async with one_connection.acquire() as connection, connection.transaction():
        await connection.execute("select set_config('app.tenant_id', $1, true)", tenant)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "insert into event (tenant_id, stream_kind, stream_id, version, event_id, type, schema_version, data,"
                " metadata) values ($1, 'match', $2, 1, $2, 'MatchEnded', 1, '{}', '{}')",
                LEAGUE,
                uuid4(),
            )


@pytest.mark.parametrize("role", ROLES)
async def test_the_roles_are_bound_by_it(postgres_dsn: str, role: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    row = await connection.fetchrow(
        "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,"
        " pg_has_role(rolname, 'pavilion_owner', 'member') as owns from pg_roles where rolname = $1",
        role,
    )
    await connection.close()
    assert row is not None
    assert not any(row.values())


async def test_two_functions_run_with_their_owners_rights_and_are_not_everybodys(postgres_dsn: str) -> None:
    """Erasing must change what nobody else may, and reconciliation know in which leagues something is open; both
    owners are bound by row-level security like all."""
    connection = await asyncpg.connect(postgres_dsn)
    found = await connection.fetch(
        "select proname, proowner::regrole::text as owner, proconfig,"
        " has_function_privilege('pavilion_app', oid, 'execute') as ours,"
        " has_function_privilege('public', oid, 'execute') as everybodys"
        " from pg_proc where pronamespace = 'public'::regnamespace and prosecdef order by proname"
    )
    await connection.close()
    assert [tuple(row) for row in found] == [
        ("reconciliation_leagues", "pavilion_owner", ["search_path=public, pg_temp"], True, False),
        ("rewrite_events", "pavilion_eraser", ["search_path=public, pg_temp"], True, False),
    ]
