"""The tables of identity: who sees what of them, whatever the code forgets."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from handlers.identity import Verified
from stack.processes import as_role
from tests.integration.identity.conftest import HERE, Installation, owner_of

OF_TENANTS = ("membership", "invitation", "identity_session", "refresh_token", "api_key", "share_link")
OF_NOBODY = ("account", "recovery_code", "mailed_link", "throttle", "signing_key", "identity_mail")


@pytest.fixture
async def league(here: Installation) -> Verified:
    """A league with a row in every table."""
    league = await here.league("anna@example.org", "coastal")
    by = owner_of(league)
    await here.login("anna@example.org")
    await here.identity.members.invite(
        league.tenant.id, email="x@example.org", grants=league.user.grants, by=by
    )
    await here.identity.api_keys.create(league.tenant.id, name="k", grants=league.user.grants, by=by)
    await here.identity.share_links.create(league.tenant.id, uuid4(), name="s", by=by)
    return league


@pytest.fixture
async def auth(here: Installation) -> AsyncIterator[Any]:
    """A connection of the Auth Service's role."""
    connection = await asyncpg.connect(as_role(here.dsn, "pavilion_auth"))
    yield connection
    await connection.close()


async def counts(connection: Any, tables: tuple[str, ...] = OF_TENANTS, **whose: UUID) -> set[int]:
    """How many rows of these tables are seen."""
    async with connection.transaction():
        for name, id_ in whose.items():
            await connection.execute("select set_config($1, $2, true)", f"app.{name}", str(id_))
        return {await connection.fetchval(f"select count(*) from {name}") for name in tables}  # noqa: S608


async def test_without_a_tenant_nothing_is_seen(auth: Any, league: Verified) -> None:
    assert await counts(auth) == {0}
    assert await counts(auth, tenant_id=league.tenant.id) == {1}
    assert await counts(auth) == {0}  # the same connection, afterwards
    assert await counts(auth, tenant_id=uuid4()) == {0}


async def test_a_person_sees_what_is_theirs_and_a_credential_itself(
    here: Installation, auth: Any, league: Verified
) -> None:
    assert await counts(auth, ("membership", "identity_session"), user_id=league.user.id) == {1}
    assert await counts(auth, ("invitation", "api_key", "share_link"), user_id=league.user.id) == {0}
    (key,) = await here.identity.api_keys.list(league.tenant.id)
    assert await counts(auth, ("api_key",), credential_id=key.id) == {1}
    assert await counts(auth, ("share_link", "invitation", "refresh_token"), credential_id=key.id) == {0}


@pytest.mark.parametrize("table", OF_TENANTS)
async def test_nobody_writes_for_another_league(
    here: Installation, auth: Any, league: Verified, table: str
) -> None:
    other = await here.league()
    await auth.execute("select set_config('app.tenant_id', $1, false)", str(league.tenant.id))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await auth.execute(f"update {table} set tenant_id = $1", other.tenant.id)  # noqa: S608


async def test_a_credential_that_is_named_can_be_read_and_not_written(
    here: Installation, auth: Any, league: Verified
) -> None:
    (key,) = await here.identity.api_keys.list(league.tenant.id)
    async with auth.transaction():
        await auth.execute("select set_config('app.credential_id', $1, true)", str(key.id))
        assert await auth.execute("update api_key set name = 'mine'") == "UPDATE 0"
        assert await auth.execute("delete from api_key") == "DELETE 0"


@pytest.mark.parametrize(
    "role", ["pavilion_app", "pavilion_projector", "pavilion_relay", "pavilion_webhooks", "pavilion_hooks"]
)
async def test_no_other_role_reads_credentials(here: Installation, league: Verified, role: str) -> None:
    connection = await asyncpg.connect(as_role(here.dsn, role))
    try:
        for table in (*OF_NOBODY, *OF_TENANTS):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"select * from {table}")  # noqa: S608
    finally:
        await connection.close()


async def test_the_application_sees_the_league_it_serves(here: Installation, league: Verified) -> None:
    await here.league()
    connection = await asyncpg.connect(as_role(here.dsn, "pavilion_app"))
    try:
        assert await connection.fetch("select * from tenant") == []
        await connection.execute("select set_config('app.tenant_id', $1, false)", str(league.tenant.id))
        (row,) = await connection.fetch("select slug from tenant")
        assert row["slug"] == "coastal"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("update tenant set slug = 'mine'")
    finally:
        await connection.close()


async def test_the_auth_service_writes_no_event_but_its_own(auth: Any, league: Verified) -> None:
    append = "select append_event($1, $2, $3, 0, $4, 'BallRecorded', 1::smallint, '{}', '{}')"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await auth.execute(append, league.tenant.id, "match", uuid4(), uuid4())
    await auth.execute("select set_config('app.tenant_id', $1, false)", str(league.tenant.id))
    kinds = await auth.fetch("select distinct stream_kind from event")
    assert [row["stream_kind"] for row in kinds] == ["identity"]


async def test_events_hold_no_address_and_no_secret(here: Installation, league: Verified) -> None:
    await here.identity.accounts.sign_up(
        email="ben@example.org",
        password="six slow bowlers in the rain",
        name="Ben",
        tenant_name="B",
        tenant_slug="bbb",
        address=HERE,
    )
    ((events,),) = await here.sql("select string_agg(data::text || metadata::text, '') from event")
    assert not any(
        text in events for text in ("example.org", HERE, "argon2", "pvk_", "pvr_", "pvl_", "Olive")
    )


async def test_rows_and_events_are_written_together(here: Installation, league: Verified) -> None:
    """The version of a row is that of its stream."""
    wrong = await here.sql(
        """
        select s.id from identity_session s where s.version <> (
          select count(*) from event e where e.type like 'Session%' and e.data ->> 'session_id' = s.id::text)
        union all select k.id from api_key k where k.version <> (
          select count(*) from event e where e.type like 'ApiKey%' and e.data ->> 'key_id' = k.id::text)
        """
    )
    assert wrong == []


async def test_what_is_over_is_forgotten_after_a_month(here: Installation, league: Verified) -> None:
    tokens = await here.login("anna@example.org")
    again = await here.identity.sessions.refresh(tokens.refresh_token)
    await here.mails()
    here.clock.on(days=29)
    kept = await here.identity.sessions.refresh(again.refresh_token)
    here.clock.on(days=5)
    assert await here.identity.mails.tidy() > 0
    assert await here.sql("select 1 from identity_mail") == []
    assert await here.identity.sessions.refresh(kept.refresh_token)
    here.clock.on(days=61)
    await here.identity.mails.tidy()
    assert await here.sql("select 1 from identity_session") == []
