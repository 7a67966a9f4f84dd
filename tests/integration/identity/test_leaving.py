"""Accounts that are erased: what is gone, what stays, and who cannot go yet."""

import asyncio
from uuid import UUID

import pytest

from domain.identity.errors import IdentityRefused
from handlers.identity import Actor, Verified
from tests.integration.identity.conftest import HERE, PASSWORD, Installation, owner_of, refused
from tests.integration.identity.test_login import with_totp

MIA, NAME = "mia@example.org", "Mia Member"
TOLD = (
    "insert into notification_subscription (tenant_id, user_id, about) values ($1, $2, 'team:rcb')",
    "insert into notification_preference (tenant_id, user_id, version, document) values ($1, $2, 1, '{}')",
    "insert into push_subscription (tenant_id, id, user_id, endpoint, p256dh, auth)"
    " values ($1, gen_random_uuid(), $2, 'https://push.example', '', '')",
    "insert into notification (tenant_id, id, user_id, inbox, channels, created_at, due_at)"
    " values ($1, gen_random_uuid(), $2, true, '{}', now(), now())",
)
"""What they follow, chose, have it sent to, and were told."""


@pytest.fixture
async def league(here: Installation) -> Verified:
    return await here.league("anna@example.org", "coastal")


@pytest.fixture
async def mia(here: Installation, league: Verified) -> UUID:
    return await here.member(league, MIA, "scorer")


async def erase(
    here: Installation, user_id: UUID, *, password: str = PASSWORD, code: str | None = None
) -> None:
    await here.identity.accounts.erase(user_id, password=password, code=code, by=Actor(subject=str(user_id)))


async def said_anywhere(here: Installation, text: str) -> set[str]:
    """The tables in which a row says this."""
    tables = await here.sql("select tablename from pg_tables where schemaname = 'public'")
    found: set[str] = set()
    for (table,) in tables:
        query = f"select 1 from {table} t where t::text like '%' || $1 || '%' limit 1"  # noqa: S608
        if await here.sql(query, text):
            found.add(table)
    return found


async def test_nothing_tells_any_more_who_it_was(here: Installation, league: Verified, mia: UUID) -> None:
    await here.login(MIA)
    await here.identity.accounts.ask_reset(MIA, address=HERE)
    for told in TOLD:
        await here.sql(told, league.tenant.id, mia)
    assert {"account", "invitation", "identity_mail"} <= await said_anywhere(here, MIA)
    await erase(here, mia)
    assert await said_anywhere(here, MIA) == set()
    assert await said_anywhere(here, NAME) == set()
    assert await said_anywhere(here, str(mia)) == {"event"}
    assert await here.login("anna@example.org")


async def test_what_was_open_is_closed(here: Installation, league: Verified, mia: UUID) -> None:
    tokens = await here.login(MIA)
    await erase(here, mia)
    with refused("token_revoked"):
        await here.identity.sessions.validate(tokens.access_token)
    with refused("refresh_invalid"):
        await here.identity.sessions.refresh(tokens.refresh_token)
    happened = await here.events("MemberRemoved", "SessionRevoked", "AccountErased")
    assert [name for name, _ in happened] == ["MemberRemoved", "SessionRevoked", "AccountErased"]
    assert {data["user_id"] for _, data in happened} == {str(mia)}
    (entry,) = await here.sql("select metadata->>'actor' as actor from event where type = 'AccountErased'")
    assert entry["actor"] == str(mia)


async def test_a_login_says_the_same_as_for_an_address_that_nobody_has(
    here: Installation, league: Verified, mia: UUID
) -> None:
    await erase(here, mia)
    said: list[IdentityRefused] = []
    for email in (MIA, "nobody@example.org"):
        with refused("credentials_wrong") as refusal:
            await here.login(email)
        said.append(refusal.error)
    assert str(said[0]) == str(said[1])


async def test_the_address_can_be_somebody_new(here: Installation, league: Verified, mia: UUID) -> None:
    await erase(here, mia)
    again = await here.member(league, MIA, "viewer")
    assert again != mia
    tokens = await here.login(MIA)
    assert tokens.access.principal.roles == {"viewer"}


async def test_the_password_is_asked_for_and_a_second_factor_where_there_is_one(
    here: Installation, league: Verified, mia: UUID
) -> None:
    with refused("credentials_wrong"):
        await erase(here, mia, password="wrong")
    anna = league.user.id
    await here.identity.members.change_grants(
        league.tenant.id, mia, [*league.user.grants], by=owner_of(league)
    )
    _, codes = await with_totp(here, league)
    with refused("totp_missing"):
        await erase(here, anna)
    with refused("totp_wrong"):
        await erase(here, anna, code="123456")
    assert await here.login("anna@example.org", totp=codes[0])
    await erase(here, anna, code=codes[1])
    assert [member.user_id for member in await here.identity.members.list(league.tenant.id)] == [mia]


async def test_the_last_owner_of_a_league_hands_it_over_first(
    here: Installation, league: Verified, mia: UUID
) -> None:
    with refused("last_owner") as refusal:
        await erase(here, league.user.id)
    assert [each["slug"] for each in refusal.error.detail["tenants"]] == ["coastal"]
    assert await here.login("anna@example.org"), "nothing was done"
    await here.identity.members.change_grants(
        league.tenant.id, mia, [*league.user.grants], by=owner_of(league)
    )
    await erase(here, league.user.id)
    with refused("last_owner"):
        await erase(here, mia)


async def test_of_two_owners_who_go_at_once_one_stays(
    here: Installation, league: Verified, mia: UUID
) -> None:
    await here.identity.members.change_grants(
        league.tenant.id, mia, [*league.user.grants], by=owner_of(league)
    )
    done = await asyncio.gather(erase(here, league.user.id), erase(here, mia), return_exceptions=True)
    codes = [each.code for each in done if isinstance(each, IdentityRefused)]
    assert (codes, done.count(None)) == (["last_owner"], 1)
    assert len(await here.identity.members.list(league.tenant.id)) == 1


async def test_a_league_that_invited_the_address_forgets_it_too(
    here: Installation, league: Verified, mia: UUID
) -> None:
    other = await here.league("otto@example.org")
    await here.identity.members.invite(
        other.tenant.id, email=MIA, grants=other.user.grants, by=owner_of(other)
    )
    await erase(here, mia)
    assert await here.identity.members.invitations(other.tenant.id) == []
