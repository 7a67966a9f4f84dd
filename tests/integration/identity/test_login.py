"""Logging in: who gets in, who waits, and what those learn who do not."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from pyotp.totp import TOTP

from adapters.identity import open_identity
from adapters.passwords import Argon2Passwords
from handlers.identity import OPERATOR, IdentityRefused, Verified
from handlers.identity.ports import PasswordCheck
from tests.integration.identity.conftest import (
    AUDIENCE,
    HERE,
    ISSUER,
    KEY,
    PASSWORD,
    Installation,
    actor,
    owner_of,
    refused,
)


@pytest.fixture
async def league(here: Installation) -> Verified:
    return await here.league("anna@example.org", "coastal")


async def test_the_token_says_who_and_what(here: Installation, league: Verified) -> None:
    tokens = await here.login("anna@example.org", tenant="coastal")
    principal = await here.identity.sessions.validate(tokens.access_token, league.tenant.id)
    assert principal == tokens.access.principal
    assert (principal.subject, principal.kind) == (str(league.user.id), "user")
    assert principal.session_id == str(tokens.session.id)
    assert principal.expires_at - principal.issued_at == pytest.approx(900, abs=1)
    assert "pvr_" not in repr(tokens)
    assert tokens.access_token not in repr(tokens)


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org", "no address", "x" * 5000, ""])
async def test_a_wrong_password_and_an_unknown_account_are_the_same(
    here: Installation, league: Verified, email: str
) -> None:
    with refused("credentials_wrong") as refusal:
        await here.login(email, password="another password altogether")
    assert refusal.error.message == "the e-mail address or the password is wrong"
    assert refusal.error.detail == {}


async def test_as_much_is_worked_out_for_an_unknown_account(here: Installation, league: Verified) -> None:
    """The hash is verified for both: what is counted is work, not time, which on a busy machine says nothing."""
    passwords = CountedPasswords(memory_kib=64, passes=1)
    identity = await open_identity(
        here.pool, keys=KEY, issuer=ISSUER, audience=AUDIENCE, clock=here.clock, passwords=passwords
    )
    for email in ("anna@example.org", "nobody@example.org"):
        with refused("credentials_wrong"):
            await identity.sessions.create(email=email, password="wrong", address=HERE)
    passwords.close()
    assert passwords.verified == 2


class CountedPasswords(Argon2Passwords):
    verified = 0

    def _verify(self, password: str, kept: str):  # type: ignore[no-untyped-def]
        self.verified += 1
        return super()._verify(password, kept)


async def test_guessing_at_one_account_waits_longer_and_longer(here: Installation, league: Verified) -> None:
    waits: list[float] = []
    for _ in range(9):
        try:
            await here.login("anna@example.org", password="wrong")
        except IdentityRefused as refusal:
            if refusal.code == "too_many_logins":
                waits.append(refusal.retry_after or 0)
                here.clock.on(seconds=waits[-1])
    assert waits == [2, 4]
    with refused("too_many_logins"):  # not even with the right one
        await here.login("anna@example.org")


async def test_a_restart_forgets_no_guesses(here: Installation, league: Verified) -> None:
    for _ in range(5):
        with refused("credentials_wrong"):
            await here.login("anna@example.org", password="wrong")
    passwords = Argon2Passwords(memory_kib=64, passes=1)
    restarted = await open_identity(
        here.pool, keys=KEY, issuer=ISSUER, audience=AUDIENCE, clock=here.clock, passwords=passwords
    )
    with refused("too_many_logins"):
        await restarted.sessions.create(email="anna@example.org", password=PASSWORD, address=HERE)
    passwords.close()


async def test_a_hundred_guesses_at_once_are_not_all_let_through(
    here: Installation, league: Verified
) -> None:
    guesses = [here.login("anna@example.org", password=f"guess {n}") for n in range(40)]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    codes = [getattr(answer, "code", repr(answer)) for answer in answers]
    assert codes.count("credentials_wrong") == 5
    assert codes.count("too_many_logins") == 35


async def test_the_owner_gets_in_from_elsewhere_meanwhile(here: Installation, league: Verified) -> None:
    for _ in range(5):
        with refused("credentials_wrong"):
            await here.login("anna@example.org", password="wrong", address="198.51.100.7")
    with refused("too_many_logins"):
        await here.login("anna@example.org", address="198.51.100.7")
    assert await here.login("anna@example.org", address=HERE)


async def guess_from_everywhere(here: Installation, email: str, region: int) -> None:
    """Strangers guess from a dozen networks until the account lets nobody in whom it does not know."""
    codes: set[str] = set()
    for number in range(48):
        try:
            await here.login(email, password="wrong", address=f"198.51.{region}.{number % 12}")
        except IdentityRefused as refusal:
            codes.add(refusal.code)
    assert codes == {"credentials_wrong", "too_many_logins"}
    with refused("too_many_logins"):
        await here.login(email, address="203.0.113.1")


async def test_those_who_guess_elsewhere_do_not_keep_the_owner_out(
    here: Installation, league: Verified
) -> None:
    await here.login("anna@example.org")
    for region in range(3):
        await guess_from_everywhere(here, "anna@example.org", region)
        assert await here.login("anna@example.org")
    # A month later nobody is known there any more.
    here.clock.on(days=31)
    await guess_from_everywhere(here, "anna@example.org", 3)
    with refused("too_many_logins"):
        await here.login("anna@example.org")


async def test_who_guesses_where_the_account_is_known_waits_as_anywhere(
    here: Installation, league: Verified
) -> None:
    await here.login("anna@example.org")
    for _ in range(5):
        with refused("credentials_wrong"):
            await here.login("anna@example.org", password="wrong")
    with refused("too_many_logins"):
        await here.login("anna@example.org")
    with refused("credentials_wrong"):  # another account is not known there
        await here.login("nobody@example.org")


async def test_a_subscriber_of_ipv6_is_one_address(here: Installation, league: Verified) -> None:
    """Whoever has 2^64 of them waits as whoever has one."""
    for number in range(5):
        with refused("credentials_wrong"):
            await here.login("anna@example.org", password="wrong", address=f"2001:db8:7:8::{number}")
    with refused("too_many_logins"):
        await here.login("anna@example.org", address="2001:db8:7:8:ffff::1")
    assert await here.login("anna@example.org", address="2001:db8:7:9::1")


async def test_one_address_that_tries_many_accounts_waits(here: Installation, league: Verified) -> None:
    with refused("too_many_logins"):
        for number in range(60):
            try:
                await here.login(f"a{number}@example.org", password="wrong")
            except IdentityRefused as refusal:
                if refusal.code != "credentials_wrong":
                    raise


async def test_a_success_is_held_against_nobody(here: Installation, league: Verified) -> None:
    for _ in range(4):
        with refused("credentials_wrong"):
            await here.login("anna@example.org", password="wrong")
    await here.login("anna@example.org")
    for _ in range(4):
        with refused("credentials_wrong"):
            await here.login("anna@example.org", password="wrong")
    assert await here.login("anna@example.org")


async def test_one_with_several_leagues_says_which(here: Installation, league: Verified) -> None:
    other = await here.identity.tenants.create(
        name="Inland League", slug="inland", owner=league.user.id, by=owner_of(league)
    )
    with refused("tenant_missing") as refusal:
        await here.login("anna@example.org")
    assert {each["slug"] for each in refusal.error.detail["tenants"]} == {"coastal", "inland"}
    assert (await here.login("anna@example.org", tenant="inland")).session.tenant_id == other.id
    assert (await here.login("anna@example.org", tenant=other.id)).session.tenant_id == other.id
    with refused("no_membership"):
        await here.login("anna@example.org", tenant="somewhere")
    with refused("no_membership"):
        await here.login("anna@example.org", tenant=uuid4())


async def test_nobody_gets_into_a_suspended_league(here: Installation, league: Verified) -> None:
    await here.identity.tenants.suspend(league.tenant.id, "unpaid", by=OPERATOR)
    with refused("tenant_suspended"):
        await here.login("anna@example.org")


async def test_a_locked_account_is_told_so_after_the_right_password_only(
    here: Installation, league: Verified
) -> None:
    before = await here.login("anna@example.org")
    await here.identity.accounts.disable(league.user.id, reason="asked for")
    with refused("account_disabled"):
        await here.login("anna@example.org")
    with refused("credentials_wrong"):
        await here.login("anna@example.org", password="wrong")
    with refused("token_revoked"):
        await here.identity.sessions.validate(before.access_token)
    await here.identity.accounts.enable(league.user.id)
    assert await here.login("anna@example.org")


async def test_a_device_that_is_new_is_told_of(here: Installation, league: Verified) -> None:
    await here.login("anna@example.org", user_agent="phone")
    await here.login("anna@example.org", user_agent="phone")
    assert await here.mails() == []
    await here.login("anna@example.org", user_agent="laptop")
    (mail,) = await here.mails()
    assert (mail.kind, mail.data["user_agent"], mail.data["address"]) == ("new_device", "laptop", HERE)


async def test_a_hash_of_before_is_made_anew(here: Installation, league: Verified) -> None:
    passwords = Argon2Passwords(memory_kib=128, passes=1)
    identity = await open_identity(
        here.pool, keys=KEY, issuer=ISSUER, audience=AUDIENCE, clock=here.clock, passwords=passwords
    )
    await identity.sessions.create(email="anna@example.org", password=PASSWORD, address=HERE)
    ((hash_,),) = await here.sql("select password_hash from account")
    assert "m=128" in hash_
    assert await identity.sessions.create(email="anna@example.org", password=PASSWORD, address=HERE)
    passwords.close()


class Meanwhile(Argon2Passwords):
    """Something else happens once a password was verified, before whoever asked goes on."""

    happens: Callable[[], Awaitable[object]] | None = None

    async def verify(self, password: str, kept: str | None) -> PasswordCheck:
        check = await super().verify(password, kept)
        happens, self.happens = self.happens, None
        if happens is not None:
            await happens()
        return check


@pytest.mark.parametrize("memory_kib", [64, 128])  # 128: it is hashed anew, too
async def test_an_old_password_opens_nothing_once_it_was_changed(
    here: Installation, league: Verified, memory_kib: int
) -> None:
    """Though it was right as it was verified."""
    passwords = Meanwhile(memory_kib=memory_kib, passes=1)
    identity = await open_identity(
        here.pool, keys=KEY, issuer=ISSUER, audience=AUDIENCE, clock=here.clock, passwords=passwords
    )
    new = "eight yellow stumps in the rain"
    passwords.happens = lambda: here.identity.accounts.change_password(league.user.id, old=PASSWORD, new=new)
    with refused("credentials_wrong"):
        await identity.sessions.create(email="anna@example.org", password=PASSWORD, address=HERE)
    assert await here.sql("select 1 from identity_session") == []
    with refused("credentials_wrong"):
        await here.login("anna@example.org")
    assert await here.login("anna@example.org", password=new)
    passwords.close()


async def test_two_logins_that_hash_a_password_anew_both_get_in(here: Installation, league: Verified) -> None:
    passwords = Meanwhile(memory_kib=128, passes=1)
    identity = await open_identity(
        here.pool, keys=KEY, issuer=ISSUER, audience=AUDIENCE, clock=here.clock, passwords=passwords
    )
    said = {"email": "anna@example.org", "password": PASSWORD, "address": HERE}
    passwords.happens = lambda: identity.sessions.create(**said)
    assert await identity.sessions.create(**said)
    assert len(await here.sql("select 1 from identity_session")) == 2
    passwords.close()


async def with_totp(here: Installation, league: Verified) -> tuple[TOTP, tuple[str, ...]]:
    """A second factor of the owner, which is confirmed."""
    enrolment = await here.identity.accounts.begin_totp(league.user.id, password=PASSWORD)
    totp = TOTP(enrolment.secret)
    codes = await here.identity.accounts.confirm_totp(league.user.id, totp.at(here.clock.now))
    here.clock.on(seconds=60)
    return totp, codes


async def test_a_second_factor_is_asked_for_after_the_password(here: Installation, league: Verified) -> None:
    totp, _ = await with_totp(here, league)
    with refused("credentials_wrong"):
        await here.login("anna@example.org", password="wrong", totp=totp.at(here.clock.now))
    for _ in range(10):  # to be asked is no guess
        with refused("totp_missing"):
            await here.login("anna@example.org")
    code = totp.at(here.clock.now)
    assert await here.login("anna@example.org", totp=f"{code[:3]} {code[3:]}")
    with refused("totp_wrong"):  # a code counts once
        await here.login("anna@example.org", totp=code)


@pytest.mark.parametrize("late", [-31, -30, 30, 31])
async def test_a_clock_may_be_a_little_off(here: Installation, league: Verified, late: int) -> None:
    totp, _ = await with_totp(here, league)
    here.clock.now = here.clock.now.replace(second=0) + timedelta(minutes=2)
    code = totp.at(here.clock.now + timedelta(seconds=late))
    if abs(late) <= 30:
        assert await here.login("anna@example.org", totp=code)
    else:
        step = totp.at(here.clock.now + timedelta(seconds=late * 2))
        with refused("totp_wrong"):
            await here.login("anna@example.org", totp=step)


async def test_a_code_that_two_send_at_once_opens_once(here: Installation, league: Verified) -> None:
    totp, _ = await with_totp(here, league)
    code = totp.at(here.clock.now)
    both = await asyncio.gather(
        *(here.login("anna@example.org", totp=code) for _ in range(2)), return_exceptions=True
    )
    assert sorted(getattr(each, "code", "in") for each in both) == ["in", "totp_wrong"]


async def test_a_recovery_code_opens_once(here: Installation, league: Verified) -> None:
    _, codes = await with_totp(here, league)
    assert len(set(codes)) == 10
    assert await here.login("anna@example.org", totp=codes[0].lower().replace("-", " "))
    with refused("totp_wrong"):
        await here.login("anna@example.org", totp=codes[0])
    account = await here.identity.accounts.account(league.user.id)
    assert (account.totp_enabled, account.recovery_codes) == (True, 9)


async def test_guessing_at_codes_waits_too(here: Installation, league: Verified) -> None:
    await with_totp(here, league)
    for _ in range(5):
        with refused("totp_wrong"):
            await here.login("anna@example.org", totp="000000")
    with refused("too_many_logins"):
        await here.login("anna@example.org", totp="000000")


async def test_the_secret_of_an_authenticator_is_stored_encrypted(
    here: Installation, league: Verified
) -> None:
    totp, codes = await with_totp(here, league)
    ((sealed,),) = await here.sql("select totp_sealed from account")
    ((hashes,),) = await here.sql("select string_agg(code_hash::text, ' ') from recovery_code")
    assert totp.secret.encode() not in sealed
    assert not any(code.encode().hex() in hashes for code in codes)


async def test_who_gives_up_a_second_factor_has_both(here: Installation, league: Verified) -> None:
    totp, codes = await with_totp(here, league)
    accounts = here.identity.accounts
    with refused("totp_enabled_already"):
        await accounts.begin_totp(league.user.id, password=PASSWORD)
    with refused("credentials_wrong"):
        await accounts.disable_totp(league.user.id, password="wrong", code=totp.at(here.clock.now))
    with refused("totp_wrong"):
        await accounts.disable_totp(league.user.id, password=PASSWORD, code="123456")
    await accounts.disable_totp(league.user.id, password=PASSWORD, code=codes[3])
    assert await here.login("anna@example.org")
    with refused("totp_not_enabled"):
        await accounts.disable_totp(league.user.id, password=PASSWORD, code=codes[4])
    with refused("totp_not_begun"):
        await accounts.confirm_totp(league.user.id, "123456")
    assert [name for name, _ in await here.events("TotpEnabled", "TotpDisabled")] == [
        "TotpEnabled",
        "TotpDisabled",
    ]


async def test_who_founds_leagues_founds_their_own(here: Installation, league: Verified) -> None:
    with refused("not_allowed"):
        await here.identity.tenants.create(name="X", slug="xyz", owner=league.user.id, by=actor("owner"))
