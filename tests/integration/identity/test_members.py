"""Members: who may grant what, invitations that work once, and a league that is never without an owner."""

import asyncio
from uuid import UUID

import pytest

from contracts.identity import Grant
from handlers.errors import KeyReused, PreconditionFailed
from handlers.identity import OPERATOR, Verified
from tests.integration.identity.conftest import HERE, PASSWORD, Installation, actor, owner_of, refused


@pytest.fixture
async def league(here: Installation) -> Verified:
    return await here.league("anna@example.org", "coastal")


def grants(*texts: str) -> list[Grant]:
    return [Grant.parse(text) for text in texts]


async def invite(here: Installation, league: Verified, email: str, *texts: str) -> str:
    """The token of the mail."""
    await here.identity.members.invite(
        league.tenant.id, email=email, grants=grants(*texts), by=owner_of(league)
    )
    return (await here.mails())[-1].token or ""


async def test_somebody_new_joins(here: Installation, league: Verified) -> None:
    members = here.identity.members
    asked = await members.invite(
        league.tenant.id, email=" Sam@Example.ORG", grants=grants("scorer@match:m1"), by=owner_of(league)
    )
    assert await members.invitations(league.tenant.id) == [asked]
    (mail,) = await here.mails()
    assert (mail.kind, mail.to) == ("invitation", "sam@example.org")
    assert mail.data == {
        "tenant_name": league.tenant.name,
        "invited_by": "Olive Owner",
        "grants": "scorer@match:m1",
    }
    user = await members.accept(mail.token or "", name="Sam Scorer", password=PASSWORD)
    assert (user.email, user.grants) == ("sam@example.org", {Grant.parse("scorer@match:m1")})
    assert await members.invitations(league.tenant.id) == []
    assert [each.email for each in await members.list(league.tenant.id)] == [
        "anna@example.org",
        "sam@example.org",
    ]
    assert (await here.login("sam@example.org")).access.principal.grants == user.grants
    ((_, event),) = [each for each in await here.events("MemberJoined") if each[1]["invitation_id"]]
    assert event["invitation_id"] == str(asked.id)


async def test_one_who_has_an_account_logs_in_first(here: Installation, league: Verified) -> None:
    other = await here.league("ben@example.org", "inland")
    token = await invite(here, league, "ben@example.org", "umpire")
    with refused("account_exists"):
        await here.identity.members.accept(token, name="Ben", password=PASSWORD)
    with refused("invitation_of_another"):
        await here.identity.members.accept(token, user_id=league.user.id)
    await here.identity.members.accept(token, user_id=other.user.id)
    account = await here.identity.accounts.account(other.user.id)
    assert {each.tenant.slug for each in account.memberships} == {"coastal", "inland"}


async def test_an_invitation_works_once(here: Installation, league: Verified) -> None:
    token = await invite(here, league, "sam@example.org", "scorer")
    answers = await asyncio.gather(
        *(here.identity.members.accept(token, name="Sam", password=PASSWORD) for _ in range(3)),
        return_exceptions=True,
    )
    codes = sorted(getattr(each, "code", "joined") for each in answers)
    assert codes == ["joined", "link_used", "link_used"]


async def test_one_who_is_invited_twice_has_one_invitation(here: Installation, league: Verified) -> None:
    first = await invite(here, league, "sam@example.org", "scorer")
    second = await invite(here, league, "SAM@example.org", "umpire")
    (open_one,) = await here.identity.members.invitations(league.tenant.id)
    assert open_one.grants == set(grants("umpire"))
    with refused("link_invalid"):
        await here.identity.members.accept(first, name="Sam", password=PASSWORD)
    assert (
        await here.identity.members.accept(second, name="Sam", password=PASSWORD)
    ).grants == open_one.grants
    with refused("member_already"):
        await invite(here, league, "sam@example.org", "scorer")


async def test_two_invitations_at_once_are_one(here: Installation, league: Verified) -> None:
    by = owner_of(league)
    await asyncio.gather(
        *(
            here.identity.members.invite(
                league.tenant.id, email="sam@example.org", grants=grants("scorer"), by=by
            )
            for _ in range(3)
        )
    )
    assert len(await here.identity.members.invitations(league.tenant.id)) == 1


async def test_nobody_comes_back_by_an_invitation_of_their_own(here: Installation, league: Verified) -> None:
    """An admin invites a second address of theirs, and is removed; another one, and may not grant that any more."""
    members = here.identity.members
    for email, after in (("ada@example.org", ()), ("bob@example.org", ("organiser",))):
        admin = await here.member(league, email, "admin")
        by = actor("admin", subject=str(admin))
        await members.invite(league.tenant.id, email=f"x{email}", grants=grants("admin"), by=by)
        token = (await here.mails())[-1].token or ""
        if after:
            await members.change_grants(league.tenant.id, admin, grants(*after), by=owner_of(league))
        else:
            await members.remove(league.tenant.id, admin, by=owner_of(league))
        with refused("link_invalid"):
            await members.accept(token, name="Ada again", password=PASSWORD)
    assert len(await members.list(league.tenant.id)) == 2


async def test_an_invitation_of_a_key_is_good_as_long_as_the_key(
    here: Installation, league: Verified
) -> None:
    keys, owner = here.identity.api_keys, owner_of(league)
    made = await keys.create(league.tenant.id, name="robot", grants=grants("admin"), by=owner)
    by = actor("admin", subject=str(made.key.id))
    tokens: list[str] = []
    for email in ("ada@example.org", "bob@example.org"):
        await here.identity.members.invite(league.tenant.id, email=email, grants=grants("scorer"), by=by)
        tokens.append((await here.mails())[-1].token or "")
    await here.identity.members.accept(tokens[0], name="Ada", password=PASSWORD)
    await keys.revoke(league.tenant.id, made.key.id, by=owner)
    with refused("link_invalid"):
        await here.identity.members.accept(tokens[1], name="Bob", password=PASSWORD)


async def test_an_invitation_can_be_withdrawn_and_expires(here: Installation, league: Verified) -> None:
    members = here.identity.members
    token = await invite(here, league, "sam@example.org", "scorer")
    (asked,) = await members.invitations(league.tenant.id)
    other = await here.league()
    with refused("invitation_not_found"):
        await members.withdraw_invitation(other.tenant.id, asked.id, by=owner_of(other))
    await members.withdraw_invitation(league.tenant.id, asked.id, by=owner_of(league))
    with refused("link_invalid"):
        await members.accept(token, name="Sam", password=PASSWORD)
    with refused("invitation_not_found"):
        await members.withdraw_invitation(league.tenant.id, asked.id, by=owner_of(league))
    token = await invite(here, league, "sam@example.org", "scorer")
    here.clock.on(days=8)
    assert await members.invitations(league.tenant.id) == []
    with refused("link_expired"):
        await members.accept(token, name="Sam", password=PASSWORD)
    assert await invite(here, league, "sam@example.org", "scorer")


async def test_a_repeat_sends_no_second_invitation(here: Installation, league: Verified) -> None:
    by = actor("owner", key="k1")
    said = {"email": "sam@example.org", "by": by}
    first = await here.identity.members.invite(league.tenant.id, grants=grants("scorer"), **said)
    assert await here.identity.members.invite(league.tenant.id, grants=grants("scorer"), **said) == first
    assert len(await here.mails()) == 1
    with pytest.raises(KeyReused):
        await here.identity.members.invite(league.tenant.id, grants=grants("umpire"), **said)


async def test_nobody_is_invited_again_and_again(here: Installation, league: Verified) -> None:
    for _ in range(3):
        await invite(here, league, "sam@example.org", "scorer")
    with refused("too_many_attempts"):
        await invite(here, league, "sam@example.org", "scorer")
    assert await invite(here, league, "tom@example.org", "scorer")


@pytest.mark.parametrize("token", ["", "pvi_x", f"pvi_{'0' * 32}.guess"])
async def test_what_is_no_invitation_is_refused(here: Installation, token: str) -> None:
    with refused("link_invalid"):
        await here.identity.members.accept(token, name="Sam", password=PASSWORD)


async def test_nobody_joins_a_suspended_league(here: Installation, league: Verified) -> None:
    token = await invite(here, league, "sam@example.org", "scorer")
    await here.identity.tenants.suspend(league.tenant.id, "unpaid", by=OPERATOR)
    with refused("tenant_suspended"):
        await here.identity.members.accept(token, name="Sam", password=PASSWORD)
    with refused("tenant_suspended"):
        await invite(here, league, "tom@example.org", "scorer")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ((), "grants_missing"),
        (("boss",), "role_unknown"),
        (("owner@match:m1",), "grant_scope_wrong"),
        (("captain@match:m1",), "grant_scope_wrong"),
        (("viewer@team:\u200b",), "grant_scope_wrong"),
        (("scorer@match:\0",), "grant_scope_wrong"),
        (tuple(f"organiser@tournament:{UUID(int=each)}" for each in range(50)), "too_many_grants"),
    ],
)
async def test_what_cannot_be_granted_is_refused(
    here: Installation, league: Verified, given: tuple[str, ...], code: str
) -> None:
    with refused(code):
        await here.identity.members.invite(
            league.tenant.id, email="sam@example.org", grants=grants(*given), by=owner_of(league)
        )


@pytest.mark.parametrize(
    ("by", "given", "may"),
    [
        ("owner", "owner", True),
        ("admin", "owner", False),
        ("admin", "admin", True),
        ("admin", "treasurer", True),
        ("organiser", "scorer", True),
        ("organiser", "treasurer", False),
        ("organiser", "organiser", False),
        ("organiser@tournament:t1", "scorer@tournament:t1", True),
        ("organiser@tournament:t1", "scorer@tournament:t2", False),
        ("organiser@tournament:t1", "scorer", False),
        ("treasurer", "viewer", False),
        ("scorer", "scorer", False),
        ("captain", "player", False),
    ],
)
async def test_everybody_grants_what_is_below_them(
    here: Installation, league: Verified, by: str, given: str, may: bool
) -> None:
    asked = here.identity.members.invite(
        league.tenant.id, email="sam@example.org", grants=grants(given), by=actor(by)
    )
    if may:
        assert (await asked).email == "sam@example.org"
    else:
        with refused("not_allowed"):
            await asked


async def test_who_changes_grants_may_give_and_take_them(here: Installation, league: Verified) -> None:
    members = here.identity.members
    user = await here.member(league, "sam@example.org", "scorer")
    change = members.change_grants
    with refused("not_allowed"):  # to give what is above them
        await change(league.tenant.id, user, grants("scorer", "treasurer"), by=actor("organiser"))
    changed = await change(league.tenant.id, user, grants("umpire"), by=actor("organiser"))
    assert changed.grants == set(grants("umpire"))
    same = await change(league.tenant.id, user, changed.grants, by=actor("organiser"))
    assert same.version == changed.version == 2
    with pytest.raises(PreconditionFailed):
        await change(league.tenant.id, user, grants("viewer"), by=owner_of(league), expected_version=1)
    assert len(await here.events("MemberGrantsChanged")) == 1


async def test_nobody_changes_those_above_them(here: Installation, league: Verified) -> None:
    """Though what is added be below: every change of grants ends the tokens of who is given them."""
    treasurer = await here.member(league, "sam@example.org", "treasurer", "scorer")
    change = here.identity.members.change_grants
    for user, wanted in (
        (league.user.id, ("owner", "viewer@team:rcb")),
        (treasurer, ("treasurer", "umpire")),
    ):
        with refused("not_allowed"):
            await change(league.tenant.id, user, grants(*wanted), by=actor("organiser"))
    with refused("not_allowed"):
        await change(league.tenant.id, league.user.id, grants("owner", "umpire"), by=actor("admin"))


async def test_what_is_above_somebody_is_no_hindrance_to_change_oneself(
    here: Installation, league: Verified
) -> None:
    sam = await here.member(league, "sam@example.org", "treasurer", "organiser")
    by = actor("treasurer", "organiser", subject=str(sam))
    wanted = grants("treasurer", "organiser", "umpire")
    changed = await here.identity.members.change_grants(league.tenant.id, sam, wanted, by=by)
    assert changed.grants == set(wanted)
    with refused("not_allowed"):
        await here.identity.members.change_grants(league.tenant.id, sam, grants("owner"), by=by)


async def test_a_member_who_is_removed_is_out(here: Installation, league: Verified) -> None:
    user = await here.member(league, "sam@example.org", "scorer")
    tokens = await here.login("sam@example.org")
    await here.identity.members.remove(league.tenant.id, user, by=owner_of(league))
    with refused("token_revoked"):
        await here.identity.sessions.validate(tokens.access_token)
    with refused("session_ended"):
        await here.identity.sessions.refresh(tokens.refresh_token)
    with refused("no_membership"):
        await here.login("sam@example.org")
    with refused("user_not_found"):
        await here.identity.accounts.user(league.tenant.id, user)
    with refused("member_not_found"):
        await here.identity.members.remove(league.tenant.id, user, by=owner_of(league))
    assert [name for name, _ in await here.events("MemberRemoved", "SessionRevoked")] == [
        *("MemberRemoved", "SessionRevoked")
    ]


async def test_one_who_was_removed_can_come_back(here: Installation, league: Verified) -> None:
    user = await here.member(league, "sam@example.org", "scorer")
    await here.identity.members.remove(league.tenant.id, user, by=actor("scorer", subject=str(user)))
    token = await invite(here, league, "sam@example.org", "umpire")
    await here.identity.members.accept(token, user_id=user)
    assert (await here.identity.accounts.user(league.tenant.id, user)).grants == set(grants("umpire"))


async def test_nobody_removes_somebody_above_them(here: Installation, league: Verified) -> None:
    user = await here.member(league, "sam@example.org", "admin")
    for by in (actor("organiser"), actor("scorer"), actor()):
        with refused("not_allowed"):
            await here.identity.members.remove(league.tenant.id, user, by=by)
    with refused("not_allowed"):
        await here.identity.members.remove(league.tenant.id, league.user.id, by=actor("admin"))


async def test_the_last_owner_stays(here: Installation, league: Verified) -> None:
    members, by = here.identity.members, owner_of(league)
    with refused("last_owner"):
        await members.remove(league.tenant.id, league.user.id, by=by)
    with refused("last_owner"):
        await members.change_grants(league.tenant.id, league.user.id, grants("admin"), by=by)


async def test_two_owners_who_remove_each_other_leave_one(here: Installation, league: Verified) -> None:
    members = here.identity.members
    second = await here.member(league, "sam@example.org", "owner")
    answers = await asyncio.gather(
        members.remove(league.tenant.id, second, by=owner_of(league)),
        members.remove(league.tenant.id, league.user.id, by=actor("owner", subject=str(second))),
        return_exceptions=True,
    )
    assert sorted(getattr(each, "code", "removed") for each in answers) == ["last_owner", "removed"]
    assert len(await members.list(league.tenant.id)) == 1


async def test_no_league_sees_the_members_of_another(here: Installation, league: Verified) -> None:
    other = await here.league()
    members = here.identity.members
    assert [each.user_id for each in await members.list(other.tenant.id)] == [other.user.id]
    with refused("member_not_found"):
        await members.get(other.tenant.id, league.user.id)
    with refused("member_not_found"):
        await members.change_grants(other.tenant.id, league.user.id, grants("viewer"), by=owner_of(other))
    with refused("user_not_found"):
        await here.identity.accounts.user(other.tenant.id, league.user.id)


async def test_members_come_page_by_page(here: Installation, league: Verified) -> None:
    for number in range(3):
        await here.member(league, f"m{number}@example.org", "viewer")
    members = here.identity.members
    first = await members.list(league.tenant.id, limit=2)
    rest = await members.list(league.tenant.id, after=first[-1].email, limit=2)
    assert [each.email for each in [*first, *rest]] == [
        *("anna@example.org", "m0@example.org", "m1@example.org", "m2@example.org")
    ]


async def test_a_league_is_renamed_and_found(here: Installation, league: Verified) -> None:
    tenants = here.identity.tenants
    with refused("not_allowed"):
        await tenants.rename(league.tenant.id, "Seaside", by=actor("organiser"))
    with refused("tenant_name_malformed"):
        await tenants.rename(league.tenant.id, "x" * 201, by=owner_of(league))
    renamed = await tenants.rename(league.tenant.id, " Seaside ", by=owner_of(league))
    assert await tenants.rename(league.tenant.id, "Seaside", by=owner_of(league)) == renamed
    assert (await tenants.get("coastal")) == (await tenants.get(league.tenant.id)) == renamed
    assert [each.slug for each in await tenants.list()] == ["coastal"]
    with refused("tenant_not_found"):
        await tenants.get("nowhere")


async def test_a_league_is_suspended_once_and_by_operators_alone(
    here: Installation, league: Verified
) -> None:
    tenants = here.identity.tenants
    for by in (actor("admin"), owner_of(league)):
        with refused("not_allowed"):
            await tenants.suspend(league.tenant.id, "spite", by=by)
    with refused("reason_missing"):
        await tenants.suspend(league.tenant.id, "  ", by=OPERATOR)
    suspended = await tenants.suspend(league.tenant.id, "unpaid", by=OPERATOR)
    assert await tenants.suspend(league.tenant.id, "again", by=OPERATOR) == suspended
    assert (suspended.status, suspended.suspended_because) == ("suspended", "unpaid")
    with refused("not_allowed"):
        await tenants.resume(league.tenant.id, by=owner_of(league))
    resumed = await tenants.resume(league.tenant.id, by=OPERATOR)
    assert await tenants.resume(league.tenant.id, by=OPERATOR) == resumed
    assert (resumed.status, resumed.suspended_because) == ("active", None)
    assert [name for name, _ in await here.events("TenantSuspended", "TenantResumed")] == [
        *("TenantSuspended", "TenantResumed")
    ]


async def test_a_repeat_founds_no_second_league(here: Installation, league: Verified) -> None:
    by = actor("owner", subject=str(league.user.id), key="k1")
    said = {"slug": "inland", "owner": league.user.id, "by": by}
    first = await here.identity.tenants.create(name="Inland", **said)
    assert await here.identity.tenants.create(name="Inland", **said) == first
    with pytest.raises(KeyReused):
        await here.identity.tenants.create(name="Outland", **said)
    with refused("tenant_slug_taken"):
        await here.identity.tenants.create(
            name="Inland", slug="inland", owner=league.user.id, by=owner_of(league)
        )


async def test_provisioning_twice_changes_nothing(here: Installation, league: Verified) -> None:
    said = {
        "name": "Dev",
        "tenant_id": league.tenant.id,
        "tenant_name": "Other name",
        "tenant_slug": "other",
        "password": "another one that is long",
    }
    again = await here.identity.accounts.provision(email="anna@example.org", **said)
    assert (again.user.id, again.tenant) == (league.user.id, league.tenant)
    added = await here.identity.accounts.provision(email="ben@example.org", **said)
    assert added.user.grants == {Grant("owner")}
    assert await here.login("anna@example.org", address=HERE)
    with refused("not_allowed"):
        await here.identity.accounts.provision(email="eve@example.org", by=actor("owner"), **said)


async def test_people_call_themselves_something_else(here: Installation, league: Verified) -> None:
    account = await here.identity.accounts.rename(league.user.id, "Ann Ash")
    assert account.name == "Ann Ash"
    assert (await here.identity.accounts.user(league.tenant.id, league.user.id)).name == "Ann Ash"
    with refused("name_malformed"):
        await here.identity.accounts.rename(league.user.id, "a\u0000b")
