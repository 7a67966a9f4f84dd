"""Signing up: nothing is there before the address was proven, and nothing tells who has an account."""

from dataclasses import asdict

import pytest

from tests.integration.identity.conftest import HERE, PASSWORD, Installation, refused

ASKED = {
    "email": "Anna@Example.org",
    "password": PASSWORD,
    "name": "Anna Ash",
    "tenant_name": "Coastal League",
    "tenant_slug": "coastal",
    "address": HERE,
}


async def test_who_proves_the_address_owns_the_league(here: Installation) -> None:
    accounts = here.identity.accounts
    asked = await accounts.sign_up(**ASKED)
    assert (asked.email, asked.tenant_slug) == ("anna@example.org", "coastal")
    (mail,) = await here.mails()
    assert (mail.kind, mail.to, mail.data) == (
        "verify_email",
        "anna@example.org",
        {"tenant_name": "Coastal League"},
    )
    made = await accounts.verify_email(mail.token or "", PASSWORD)
    assert (made.tenant.slug, str(next(iter(made.user.grants)))) == ("coastal", "owner")
    tokens = await here.login("ANNA@example.org ")
    assert tokens.session.tenant_id == made.tenant.id
    assert [name for name, _ in await here.events()] == [
        *("SigningKeyRotated", "AccountCreated", "TenantCreated", "MemberJoined", "SessionCreated")
    ]


async def test_nobody_gets_in_before(here: Installation) -> None:
    await here.identity.accounts.sign_up(**ASKED)
    with refused("credentials_wrong"):
        await here.login("anna@example.org")


async def test_the_answer_is_the_same_for_one_who_has_an_account(here: Installation) -> None:
    await here.league("anna@example.org")
    known = await here.identity.accounts.sign_up(**ASKED)
    unknown = await here.identity.accounts.sign_up(**{**ASKED, "email": "ben@example.org"})
    kinds = {mail.to: (mail.kind, mail.token is None) for mail in await here.mails()}
    assert kinds == {
        "anna@example.org": ("already_signed_up", True),
        "ben@example.org": ("verify_email", False),
    }
    same = {**asdict(unknown), "email": "anna@example.org", "expires_at": known.expires_at}
    assert asdict(known) == same


async def test_a_link_works_once_and_for_a_day(here: Installation) -> None:
    accounts = here.identity.accounts
    await accounts.sign_up(**ASKED)
    (mail,) = await here.mails()
    await accounts.verify_email(mail.token or "", PASSWORD)
    with refused("link_used"):
        await accounts.verify_email(mail.token or "", PASSWORD)
    await accounts.sign_up(**{**ASKED, "email": "ben@example.org", "tenant_slug": "inland"})
    (mail,) = await here.mails()
    here.clock.on(hours=25)
    with refused("link_expired"):
        await accounts.verify_email(mail.token or "", PASSWORD)


@pytest.mark.parametrize(
    "token", ["", "pvm_", "pvm_00.x", f"pvm_{'0' * 32}.x", "pvr_" + "0" * 32 + ".x", "é" * 40]
)
async def test_what_is_no_link_is_refused(here: Installation, token: str) -> None:
    with refused("link_invalid"):
        await here.identity.accounts.verify_email(token, PASSWORD)


async def test_who_gets_the_mail_of_anothers_sign_up_opens_nothing(here: Installation) -> None:
    """Eve signs up with Anna's address; Anna follows the link, and Eve would have the password of Anna's account."""
    accounts = here.identity.accounts
    await accounts.sign_up(**{**ASKED, "password": "eve knows this one by heart"})
    (mail,) = await here.mails()
    with refused("credentials_wrong"):
        await accounts.verify_email(mail.token or "", PASSWORD)
    assert await here.sql("select 1 from account") == []
    await accounts.sign_up(**ASKED)
    (mail,) = await here.mails()
    await accounts.verify_email(mail.token or "", PASSWORD)
    assert await here.login("anna@example.org")


async def test_guesses_at_the_password_of_a_sign_up_are_counted(here: Installation) -> None:
    accounts = here.identity.accounts
    await accounts.sign_up(**ASKED)
    (mail,) = await here.mails()
    for _ in range(5):
        with refused("credentials_wrong"):
            await accounts.verify_email(mail.token or "", "another password altogether")
    with refused("too_many_attempts"):
        await accounts.verify_email(mail.token or "", PASSWORD)
    here.clock.on(seconds=2)
    assert await accounts.verify_email(mail.token or "", PASSWORD)


async def test_one_whose_address_was_taken_meanwhile_chooses_another(here: Installation) -> None:
    accounts = here.identity.accounts
    await accounts.sign_up(**ASKED)
    (mail,) = await here.mails()
    await here.league(slug="coastal")
    with refused("tenant_slug_taken"):
        await accounts.verify_email(mail.token or "", PASSWORD)
    made = await accounts.verify_email(mail.token or "", PASSWORD, tenant_slug="coastal-2")
    assert made.tenant.slug == "coastal-2"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"email": "anna"}, "email_malformed"),
        ({"password": "short"}, "password_too_short"),
        ({"password": "x" * 300}, "password_too_long"),
        ({"password": "password1234"}, "password_common"),
        ({"password": "AnnaAsh2026"}, "password_common"),
        ({"name": "  "}, "name_malformed"),
        ({"name": "n" * 201}, "name_malformed"),
        ({"tenant_name": ""}, "tenant_name_malformed"),
        ({"tenant_slug": "Not A Slug"}, "tenant_slug_malformed"),
        ({"tenant_slug": "admin"}, "tenant_slug_malformed"),
    ],
)
async def test_what_does_not_fit_is_refused(here: Installation, changed: dict[str, str], code: str) -> None:
    with refused(code):
        await here.identity.accounts.sign_up(**{**ASKED, **changed})
    assert await here.mails() == []


async def test_nobody_is_sent_mail_after_mail(here: Installation) -> None:
    for number in range(6):
        await here.identity.accounts.sign_up(**{**ASKED, "tenant_slug": f"coastal-{number}"})
    assert len(await here.mails()) == 3


async def test_an_address_of_the_network_signs_up_so_often(here: Installation) -> None:
    with refused("too_many_attempts") as refusal:
        for number in range(30):
            said = {"email": f"a{number}@example.org", "tenant_slug": f"slug-{number}"}
            await here.identity.accounts.sign_up(**{**ASKED, **said})
    assert refusal.error.retry_after is not None
    await here.identity.accounts.sign_up(**{**ASKED, "address": "192.0.2.2"})


async def test_passwords_and_links_are_stored_as_hashes_alone(here: Installation) -> None:
    await here.identity.accounts.sign_up(**ASKED)
    (row,) = await here.sql("select l::text as link, m::text as mail from mailed_link l, identity_mail m")
    (mail,) = await here.mails()
    secret = (mail.token or "").partition(".")[2]
    assert PASSWORD not in row["link"]
    assert secret not in row["link"] + row["mail"]
    assert await here.sql("select 1 from identity_mail where sealed is not null") == []
