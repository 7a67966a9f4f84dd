"""Every table that knows a tenant hides the other tenants, whoever adds it."""

import asyncpg
import pytest

ROLES = ("pavilion_app", "pavilion_relay", "pavilion_projector", "pavilion_webhooks", "pavilion_auth")
NO_TENANT = {
    *("alembic_version", "relay_cursor", "consumer_position", "webhook_event"),
    *("account", "recovery_code", "mailed_link", "throttle", "signing_key", "identity_mail"),
}
"""Tables that hold nothing of any league, or what no league is known of yet (webhook_event); people, who may belong to
several leagues, and what the Auth Service keeps for all of them (account and the rest)."""
BESIDE_THE_TENANT = [
    "tenant.every_tenant",  # a league is found by its address before anybody is known
    *("membership.of_user", "identity_session.of_user"),  # a person's own, in all leagues
    *(
        "invitation.by_id",
        "refresh_token.by_id",
        "api_key.by_id",
        "share_link.by_id",
    ),  # by a credential that comes in
]
"""Policies of the Auth Service that show a row by something else than its tenant."""

TABLES = """
select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
       pg_get_userbyid(c.relowner) as owner,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'
               and a.attnotnull) as has_tenant,
       coalesce(bool_and(pg_get_expr(p.polqual, p.polrelid) like '%app.tenant_id%'), false) as by_tenant
from pg_class c
left join pg_policy p on p.polrelid = c.oid
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
        for name in sorted(NO_TENANT)
        if await connection.fetchval("select has_table_privilege('pavilion_app', $1, 'select')", name)
    ]
    await connection.close()
    assert open_to_app == []


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


async def test_no_function_runs_with_its_owners_rights(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    found = await connection.fetch(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
    )
    await connection.close()
    assert found == []
