"""Sessions: each refresh token works once, and what ends a session ends it everywhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import jwt
import pytest

from contracts.identity import Grant
from handlers.identity import OPERATOR, SessionTokens, Verified
from handlers.ports import StoreUnavailable
from tests.integration.identity.conftest import PASSWORD, Installation, actor, owner_of, refused


@pytest.fixture
async def league(here: Installation) -> Verified:
    return await here.league("anna@example.org", "coastal")


@pytest.fixture
async def tokens(here: Installation, league: Verified) -> SessionTokens:
    return await here.login("anna@example.org")


async def test_a_refresh_token_is_exchanged_for_the_next(here: Installation, tokens: SessionTokens) -> None:
    here.clock.on(minutes=14)
    again = await here.identity.sessions.refresh(tokens.refresh_token, address="192.0.2.9")
    assert again.session.id == tokens.session.id
    assert again.session.address == "192.0.2.9"
    assert again.refresh_token != tokens.refresh_token
    assert again.access.principal.issued_at > tokens.access.principal.issued_at
    assert await here.identity.sessions.refresh(again.refresh_token)


async def test_of_two_at_once_one_wins_and_the_session_lives(
    here: Installation, tokens: SessionTokens
) -> None:
    refresh = here.identity.sessions.refresh
    answers = await asyncio.gather(*(refresh(tokens.refresh_token) for _ in range(6)), return_exceptions=True)
    winners = [each for each in answers if isinstance(each, SessionTokens)]
    assert len(winners) == 1
    assert {getattr(each, "code", "") for each in answers if each not in winners} == {"refresh_raced"}
    assert await here.identity.sessions.validate(winners[0].access_token)
    assert await refresh(winners[0].refresh_token)


async def test_a_reuse_ends_the_session(here: Installation, tokens: SessionTokens) -> None:
    refresh = here.identity.sessions.refresh
    winner = await refresh(tokens.refresh_token)
    here.clock.on(seconds=11)
    with refused("refresh_reused"):
        await refresh(tokens.refresh_token)
    with refused("session_ended"):
        await refresh(winner.refresh_token)
    with refused("session_ended"):
        await refresh(tokens.refresh_token)
    with refused("token_revoked"):
        await here.identity.sessions.validate(winner.access_token)
    ((_, event),) = await here.events("SessionFamilyRevoked")
    assert event["session_id"] == str(tokens.session.id)


async def test_a_reuse_ends_no_other_session(here: Installation, tokens: SessionTokens) -> None:
    other = await here.login("anna@example.org")
    await here.identity.sessions.refresh(tokens.refresh_token)
    here.clock.on(minutes=1)
    with refused("refresh_reused"):
        await here.identity.sessions.refresh(tokens.refresh_token)
    assert await here.identity.sessions.refresh(other.refresh_token)


@pytest.mark.parametrize(
    "text", ["", "pvr_", "x", f"pvr_{'0' * 32}.guess", f"pvr_{'g' * 32}.x", "pvr_" + "9" * 9000]
)
async def test_what_is_no_refresh_token_is_refused(here: Installation, text: str) -> None:
    with refused("refresh_invalid"):
        await here.identity.sessions.refresh(text)


async def test_a_wrong_secret_for_a_right_id_changes_nothing(
    here: Installation, tokens: SessionTokens
) -> None:
    with refused("refresh_invalid"):
        await here.identity.sessions.refresh(tokens.refresh_token[:-1] + "~")
    assert await here.identity.sessions.refresh(tokens.refresh_token)


async def test_a_session_that_is_not_used_ends(here: Installation, tokens: SessionTokens) -> None:
    here.clock.on(days=31)
    with refused("refresh_invalid"):
        await here.identity.sessions.refresh(tokens.refresh_token)


async def test_a_session_that_is_used_ends_after_half_a_year(
    here: Installation, tokens: SessionTokens
) -> None:
    for _ in range(6):
        here.clock.on(days=29)
        tokens = await here.identity.sessions.refresh(tokens.refresh_token)
    assert tokens.refresh_expires_at == tokens.session.created_at + timedelta(days=180)


async def test_what_is_granted_comes_with_the_refresh(here: Installation, league: Verified) -> None:
    user = await here.member(league, "sam@example.org", "scorer")
    tokens = await here.login("sam@example.org")
    await here.identity.members.change_grants(league.tenant.id, user, [Grant("umpire")], by=owner_of(league))
    assert (await here.identity.sessions.validate(tokens.access_token)).grants == {Grant("umpire")}
    again = await here.identity.sessions.refresh(tokens.refresh_token)
    assert again.access.principal.grants == {Grant("umpire")}
    ((_, event),) = await here.events("MemberGrantsChanged")
    assert event["grants"] == ["umpire"]


async def test_a_token_has_what_was_granted_when_it_was_issued(here: Installation, league: Verified) -> None:
    """However logins, refreshes and changes meet: whoever hears of a change knows by ``iat`` which tokens came before it."""
    user = await here.member(league, "sam@example.org", "scorer")
    issued: list[tuple[float, set[str]]] = []
    done = asyncio.Event()

    def note(tokens: SessionTokens) -> SessionTokens:
        principal = tokens.access.principal
        issued.append((principal.issued_at, {str(grant) for grant in principal.grants}))
        return tokens

    async def come() -> None:
        while not done.is_set():
            tokens = note(await here.login("sam@example.org"))
            note(await here.identity.sessions.refresh(tokens.refresh_token))

    async def change() -> None:
        for number in range(100):
            role = ("umpire", "scorer")[number % 2]
            await here.identity.members.change_grants(
                league.tenant.id, user, [Grant(role)], by=owner_of(league)
            )
        done.set()

    await asyncio.gather(come(), come(), change())
    changes = [
        (datetime.fromisoformat(event["at"]).timestamp(), set(event["grants"]))
        for _, event in await here.events("MemberJoined", "MemberGrantsChanged")
        if event["user_id"] == str(user)
    ]
    for issued_at, granted in issued:
        *_, (_, then) = (each for each in changes if each[0] <= issued_at + 0.0005)
        assert granted == then


@asynccontextmanager
async def session_is_locked(here: Installation) -> AsyncIterator[Any]:
    """The connection of somebody who has locked the sessions. It waits for others without end."""
    connection = await asyncpg.connect(here.dsn)
    try:
        await connection.execute("begin; set local deadlock_timeout = '1h'")
        await connection.execute("select from identity_session for no key update")
        yield connection
    finally:
        await connection.close()


async def until_waiting(here: Installation, how_many: int) -> None:
    async with asyncio.timeout(10):
        while len(await here.sql("select 1 from pg_locks where not granted")) < how_many:
            await asyncio.sleep(0.01)


async def test_who_removes_a_member_waits_for_their_refresh(here: Installation, league: Verified) -> None:
    """And not the refresh for the removal: neither is given up."""
    user = await here.member(league, "sam@example.org", "scorer")
    tokens = await here.login("sam@example.org")
    async with session_is_locked(here) as somebody:
        refreshed = asyncio.ensure_future(here.identity.sessions.refresh(tokens.refresh_token))
        await until_waiting(here, 1)
        removed = asyncio.ensure_future(
            here.identity.members.remove(league.tenant.id, user, by=owner_of(league))
        )
        await until_waiting(here, 2)
        await somebody.execute("commit")
        again = await refreshed
        await removed
    with refused("session_ended"):
        await here.identity.sessions.refresh(again.refresh_token)


async def test_who_would_wait_in_a_circle_is_told_to_come_again(
    here: Installation, tokens: SessionTokens
) -> None:
    """Somebody locks the session and then the membership, the other way round than a refresh."""
    async with session_is_locked(here) as somebody:
        asked = asyncio.ensure_future(here.identity.sessions.refresh(tokens.refresh_token))
        await until_waiting(here, 1)
        await somebody.execute("select from membership for update")
        with pytest.raises(StoreUnavailable) as refusal:
            await asked
    assert isinstance(refusal.value.__cause__, asyncpg.DeadlockDetectedError)
    assert await here.identity.sessions.refresh(tokens.refresh_token)


async def test_logging_out_ends_it(here: Installation, league: Verified, tokens: SessionTokens) -> None:
    sessions = here.identity.sessions
    await sessions.revoke(league.tenant.id, tokens.session.id, by=owner_of(league))
    await sessions.revoke(league.tenant.id, tokens.session.id, by=owner_of(league))  # a second time: nothing
    with refused("token_revoked"):
        await sessions.validate(tokens.access_token)
    with refused("session_ended"):
        await sessions.refresh(tokens.refresh_token)
    ((_, event),) = await here.events("SessionRevoked")
    assert (event["session_id"], event["reason"]) == (str(tokens.session.id), "logged_out")


async def test_logging_out_by_the_refresh_token(here: Installation, tokens: SessionTokens) -> None:
    await here.identity.sessions.revoke_by_token("pvr_nonsense")
    await here.identity.sessions.revoke_by_token(tokens.refresh_token)
    with refused("token_revoked"):
        await here.identity.sessions.validate(tokens.access_token)


async def test_nobody_ends_a_session_of_another_league(here: Installation, tokens: SessionTokens) -> None:
    other = await here.league()
    with refused("user_session_not_found"):
        await here.identity.sessions.revoke(other.tenant.id, tokens.session.id, by=owner_of(other))
    assert await here.identity.sessions.validate(tokens.access_token)


async def test_who_may_remove_a_member_may_end_their_sessions(here: Installation, league: Verified) -> None:
    await here.member(league, "sam@example.org", "scorer")
    tokens = await here.login("sam@example.org")
    for roles in (("scorer",), ("treasurer",), ()):
        with refused("not_allowed"):
            await here.identity.sessions.revoke(league.tenant.id, tokens.session.id, by=actor(*roles))
    await here.identity.sessions.revoke(league.tenant.id, tokens.session.id, by=actor("organiser"))
    with refused("token_revoked"):
        await here.identity.sessions.validate(tokens.access_token)


async def test_an_admin_does_not_log_the_owner_out(
    here: Installation, league: Verified, tokens: SessionTokens
) -> None:
    with refused("not_allowed"):
        await here.identity.sessions.revoke(league.tenant.id, tokens.session.id, by=actor("admin"))


async def test_the_live_sessions_are_listed(
    here: Installation, league: Verified, tokens: SessionTokens
) -> None:
    second = await here.login("anna@example.org", user_agent="u" * 1000)
    await here.identity.sessions.revoke(league.tenant.id, tokens.session.id, by=owner_of(league))
    (listed,) = await here.identity.sessions.list(league.tenant.id, league.user.id)
    assert listed.id == second.session.id
    assert listed.user_agent == "u" * 300
    assert await here.identity.sessions.list(uuid4(), league.user.id) == []


async def test_all_sessions_end_in_every_league(here: Installation, league: Verified) -> None:
    await here.identity.tenants.create(
        name="Inland", slug="inland", owner=league.user.id, by=owner_of(league)
    )
    all_tokens = [
        await here.login("anna@example.org", tenant=slug) for slug in ("coastal", "inland", "coastal")
    ]
    kept = all_tokens[2]
    ended = await here.identity.sessions.revoke_all(league.user.id, but=kept.session.id, by=owner_of(league))
    assert ended == 2
    for tokens in all_tokens[:2]:
        with refused("token_revoked"):
            await here.identity.sessions.validate(tokens.access_token)
    assert await here.identity.sessions.validate(kept.access_token)
    rows = await here.sql("select tenant_id from event where type = 'SessionRevoked'")
    assert {row["tenant_id"] for row in rows} == {tokens.session.tenant_id for tokens in all_tokens[:2]}


async def test_a_suspended_league_keeps_its_sessions_for_later(
    here: Installation, league: Verified, tokens: SessionTokens
) -> None:
    await here.identity.tenants.suspend(league.tenant.id, "unpaid", by=OPERATOR)
    with refused("tenant_suspended"):
        await here.identity.sessions.validate(tokens.access_token)
    with refused("tenant_suspended"):
        await here.identity.sessions.refresh(tokens.refresh_token)
    await here.identity.tenants.resume(league.tenant.id, by=OPERATOR)
    assert await here.identity.sessions.validate(tokens.access_token)
    assert await here.identity.sessions.refresh(tokens.refresh_token)


async def test_a_token_of_another_league_is_refused(here: Installation, tokens: SessionTokens) -> None:
    with refused("token_invalid"):
        await here.identity.sessions.validate(tokens.access_token, uuid4())


async def test_a_token_ends_by_itself(here: Installation, tokens: SessionTokens) -> None:
    claims = jwt.decode(tokens.access_token, options={"verify_signature": False})
    claims["exp"] = claims["iat"] - 60
    with refused("token_expired"):
        await here.identity.sessions.validate(await here.identity.signing_keys.sign(claims))
    with refused("token_malformed"):
        await here.identity.sessions.validate("nonsense")


async def test_another_password_ends_the_others(
    here: Installation, league: Verified, tokens: SessionTokens
) -> None:
    accounts, other = here.identity.accounts, await here.login("anna@example.org")
    with refused("credentials_wrong"):
        await accounts.change_password(league.user.id, old="wrong", new="eleven green umpires at tea")
    with refused("password_too_short"):
        await accounts.change_password(league.user.id, old=PASSWORD, new="short")
    await accounts.change_password(
        league.user.id, old=PASSWORD, new="eleven green umpires at tea", session_id=tokens.session.id
    )
    assert await here.identity.sessions.validate(tokens.access_token)
    with refused("token_revoked"):
        await here.identity.sessions.validate(other.access_token)
    with refused("credentials_wrong"):
        await here.login("anna@example.org")
    assert await here.login("anna@example.org", password="eleven green umpires at tea")
    assert [mail.kind for mail in await here.mails()] == ["password_changed"]
    ((_, event),) = await here.events("PasswordChanged")
    assert event["reset"] is False


async def test_a_reset_ends_all_and_works_once(
    here: Installation, league: Verified, tokens: SessionTokens
) -> None:
    accounts = here.identity.accounts
    await accounts.ask_reset("ANNA@example.org", address="192.0.2.1")
    await accounts.ask_reset("nobody@example.org", address="192.0.2.1")
    (mail,) = await here.mails()
    with refused("password_too_short"):
        await accounts.reset_password(mail.token or "", "short")
    await accounts.reset_password(mail.token or "", "eleven green umpires at tea")
    with refused("token_revoked"):
        await here.identity.sessions.validate(tokens.access_token)
    with refused("link_used"):
        await accounts.reset_password(mail.token or "", "twelve green umpires at tea")
    assert await here.login("anna@example.org", password="eleven green umpires at tea")


async def test_a_reset_that_was_sent_before_another_password_is_void(
    here: Installation, league: Verified
) -> None:
    accounts = here.identity.accounts
    await accounts.ask_reset("anna@example.org", address="192.0.2.1")
    (mail,) = await here.mails()
    await accounts.change_password(league.user.id, old=PASSWORD, new="eleven green umpires at tea")
    with refused("link_invalid"):
        await accounts.reset_password(mail.token or "", "twelve green umpires at tea")


async def test_a_reset_works_for_an_hour(here: Installation, league: Verified) -> None:
    await here.identity.accounts.ask_reset("anna@example.org", address="192.0.2.1")
    (mail,) = await here.mails()
    here.clock.on(minutes=61)
    with refused("link_expired"):
        await here.identity.accounts.reset_password(mail.token or "", "eleven green umpires at tea")


async def test_who_asks_for_resets_all_the_time_keeps_nobody_from_one(
    here: Installation, league: Verified
) -> None:
    """Nor does who signs up with the address of somebody else."""
    accounts = here.identity.accounts
    for number in range(6):
        await accounts.ask_reset("anna@example.org", address="198.51.100.7")
        await accounts.sign_up(
            email="anna@example.org",
            password=PASSWORD,
            name="Eve",
            tenant_name="E",
            tenant_slug=f"eve-{number}",
            address="198.51.100.8",
        )
    assert [mail.kind for mail in await here.mails()].count("reset_password") == 3
    await accounts.ask_reset("anna@example.org", address="192.0.2.1")
    (mail,) = await here.mails()
    await accounts.reset_password(mail.token or "", "eleven green umpires at tea")


async def test_a_link_to_sign_up_resets_nothing(here: Installation, league: Verified) -> None:
    await here.identity.accounts.sign_up(
        email="ben@example.org",
        password=PASSWORD,
        name="Ben",
        tenant_name="B",
        tenant_slug="bbb",
        address="192.0.2.1",
    )
    (mail,) = await here.mails()
    with refused("link_invalid"):
        await here.identity.accounts.reset_password(mail.token or "", "eleven green umpires at tea")
