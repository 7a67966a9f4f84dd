"""API keys and share links: what opens, for whom, and what no longer does."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.identity import Grant
from handlers.errors import KeyReused
from handlers.identity import OPERATOR, ApiKeySecret, SessionTokens, ShareLinkSecret, Verified
from tests.integration.identity.conftest import HERE, Installation, actor, owner_of, refused

MATCH = UUID(int=42)


@pytest.fixture
async def league(here: Installation) -> Verified:
    return await here.league("anna@example.org", "coastal")


async def a_key(here: Installation, league: Verified, **said: object) -> ApiKeySecret:
    wanted = {"name": "scoreboard", "grants": [Grant("viewer")], "by": owner_of(league), **said}
    return await here.identity.api_keys.create(league.tenant.id, **wanted)  # type: ignore[arg-type]


async def a_link(here: Installation, league: Verified, **said: object) -> ShareLinkSecret:
    wanted = {"name": "Sam at the ground", "by": owner_of(league), **said}
    return await here.identity.share_links.create(league.tenant.id, MATCH, **wanted)  # type: ignore[arg-type]


async def test_a_key_is_exchanged_for_a_short_token(here: Installation, league: Verified) -> None:
    made = await a_key(here, league)
    token = await here.identity.api_keys.exchange(made.secret)
    principal = await here.identity.sessions.validate(token.token, league.tenant.id)
    assert (principal.kind, principal.subject, principal.session_id) == (
        "api_key",
        str(made.key.id),
        str(made.key.id),
    )
    assert principal.grants == {Grant("viewer")}
    assert principal.expires_at - principal.issued_at == pytest.approx(300, abs=1)
    assert made.secret.startswith(made.key.prefix)
    assert made.secret not in repr(made)


async def test_a_token_ends_with_what_it_was_exchanged_for(here: Installation, league: Verified) -> None:
    ends_at = here.clock.now + timedelta(seconds=90)
    made = await a_key(here, league, expires_at=ends_at)
    assert (await here.identity.api_keys.exchange(made.secret)).expires_at == ends_at.replace(microsecond=0)
    other = await a_key(here, league)
    rotated = await here.identity.api_keys.rotate(
        league.tenant.id, other.key.id, overlap=timedelta(seconds=60), by=owner_of(league)
    )
    assert rotated.key.previous_until is not None
    by_the_old = await here.identity.api_keys.exchange(other.secret)
    assert by_the_old.expires_at <= rotated.key.previous_until
    by_the_new = await here.identity.api_keys.exchange(rotated.secret)
    assert by_the_new.expires_at > rotated.key.previous_until


async def test_only_a_hash_of_a_key_is_stored(here: Installation, league: Verified) -> None:
    made = await a_key(here, league)
    secret = made.secret.split("_", 2)[2]
    ((row,),) = await here.sql("select k::text from api_key k")
    ((events,),) = await here.sql("select string_agg(e::text, '') from event e")
    assert secret not in row + events
    assert secret.encode().hex() not in row


async def test_when_a_key_was_used_is_known_to_the_minute(here: Installation, league: Verified) -> None:
    made = await a_key(here, league)
    assert made.key.last_used_at is None
    await here.identity.api_keys.exchange(made.secret)
    first = (await here.identity.api_keys.get(league.tenant.id, made.key.id)).last_used_at
    await here.identity.api_keys.exchange(made.secret)
    assert (await here.identity.api_keys.get(league.tenant.id, made.key.id)).last_used_at == first
    here.clock.on(minutes=2)
    await here.identity.api_keys.exchange(made.secret)
    later = (await here.identity.api_keys.get(league.tenant.id, made.key.id)).last_used_at
    assert first is not None
    assert later is not None
    assert later > first


async def test_what_is_no_key_is_refused_whatever_is_wrong(here: Installation, league: Verified) -> None:
    made = await a_key(here, league, expires_at=here.clock.now + timedelta(days=1))
    revoked = await a_key(here, league)
    await here.identity.api_keys.revoke(league.tenant.id, revoked.key.id, by=owner_of(league))
    wrong = [
        made.secret[:-1] + "~",
        "",
        "pvk_",
        f"pvk_{'0' * 32}_x",
        made.secret.replace("pvk", "pvl"),
        revoked.secret,
    ]
    for text in wrong:
        with refused("api_key_invalid"):
            await here.identity.api_keys.exchange(text)
    here.clock.on(days=2)
    with refused("api_key_invalid"):
        await here.identity.api_keys.exchange(made.secret)


async def test_a_key_that_is_revoked_ends_its_tokens(here: Installation, league: Verified) -> None:
    made = await a_key(here, league)
    token = await here.identity.api_keys.exchange(made.secret)
    first = await here.identity.api_keys.revoke(league.tenant.id, made.key.id, by=owner_of(league))
    again = await here.identity.api_keys.revoke(league.tenant.id, made.key.id, by=owner_of(league))
    assert first.revoked_at == again.revoked_at is not None
    with refused("token_revoked"):
        await here.identity.sessions.validate(token.token)
    assert await here.identity.api_keys.list(league.tenant.id) == []
    assert [key.id for key in await here.identity.api_keys.list(league.tenant.id, revoked=True)] == [
        made.key.id
    ]
    assert len(await here.events("ApiKeyRevoked")) == 1


async def test_after_a_rotation_both_secrets_open_for_a_while(here: Installation, league: Verified) -> None:
    keys, made = here.identity.api_keys, await a_key(here, league)
    rotated = await keys.rotate(
        league.tenant.id, made.key.id, overlap=timedelta(hours=1), by=owner_of(league)
    )
    assert rotated.key.id == made.key.id
    for secret in (made.secret, rotated.secret):
        assert await keys.exchange(secret)
    here.clock.on(hours=2)
    with refused("api_key_invalid"):
        await keys.exchange(made.secret)
    assert await keys.exchange(rotated.secret)
    at_once = await keys.rotate(league.tenant.id, made.key.id, overlap=timedelta(0), by=owner_of(league))
    with refused("api_key_invalid"):
        await keys.exchange(rotated.secret)
    assert await keys.exchange(at_once.secret)
    with refused("overlap_out_of_range"):
        await keys.rotate(league.tenant.id, made.key.id, overlap=timedelta(days=31), by=owner_of(league))


async def test_a_repeat_makes_no_second_key(here: Installation, league: Verified) -> None:
    by = actor("owner", subject=str(league.user.id), key="k1")
    made = await a_key(here, league, by=by)
    with refused("secret_shown_already"):
        await a_key(here, league, by=by)
    with pytest.raises(KeyReused):
        await a_key(here, league, by=by, name="another")
    rotated = await here.identity.api_keys.rotate(league.tenant.id, made.key.id, by=by)
    with refused("secret_shown_already"):
        await here.identity.api_keys.rotate(league.tenant.id, made.key.id, by=by)
    assert await here.identity.api_keys.exchange(rotated.secret)  # the repeat has changed nothing
    assert len(await here.identity.api_keys.list(league.tenant.id)) == 1


async def test_nobody_makes_a_key_that_can_more_than_they_may_grant(
    here: Installation, league: Verified
) -> None:
    with refused("not_allowed"):
        await a_key(here, league, by=actor("admin"), grants=[Grant("owner")])
    with refused("not_allowed"):
        await a_key(here, league, by=actor("organiser"))
    with refused("expiry_in_past"):
        await a_key(here, league, expires_at=here.clock.now)
    with refused("grants_missing"):
        await a_key(here, league, grants=[])


async def test_keys_are_each_leagues_own(here: Installation, league: Verified) -> None:
    other, made = await here.league(), await a_key(here, league)
    keys, by = here.identity.api_keys, owner_of(other)
    assert await keys.list(other.tenant.id) == []
    for asked in (
        keys.get(other.tenant.id, made.key.id),
        keys.rotate(other.tenant.id, made.key.id, by=by),
        keys.revoke(other.tenant.id, made.key.id, by=by),
    ):
        with refused("api_key_not_found"):
            await asked


async def test_a_suspended_leagues_key_opens_nothing(here: Installation, league: Verified) -> None:
    made = await a_key(here, league)
    await here.identity.tenants.suspend(league.tenant.id, "unpaid", by=OPERATOR)
    with refused("tenant_suspended"):
        await here.identity.api_keys.exchange(made.secret)


async def test_a_link_opens_scoring_for_the_first(here: Installation, league: Verified) -> None:
    made = await a_link(here, league)
    tokens = await here.identity.share_links.open(made.secret, address=HERE, user_agent="phone")
    principal = await here.identity.sessions.validate(tokens.access_token, league.tenant.id)
    assert (principal.kind, principal.subject) == ("share_link", str(made.link.id))
    assert principal.grants == {Grant.parse(f"scorer@match:{MATCH}")}
    with refused("share_link_taken"):
        await here.identity.share_links.open(made.secret, address="192.0.2.77")
    again = await here.identity.sessions.refresh(tokens.refresh_token)
    assert again.access.principal.grants == principal.grants
    assert again.refresh_expires_at == made.link.expires_at


async def test_of_many_who_open_a_link_at_once_one_gets_it(here: Installation, league: Verified) -> None:
    made = await a_link(here, league)
    opened = [here.identity.share_links.open(made.secret, address=HERE) for _ in range(5)]
    answers = await asyncio.gather(*opened, return_exceptions=True)
    assert len([each for each in answers if isinstance(each, SessionTokens)]) == 1
    assert [getattr(each, "code", "") for each in answers].count("share_link_taken") == 4


@pytest.mark.parametrize("ended", ["revoked", "match_over"])
async def test_a_link_that_is_over_opens_nothing(here: Installation, league: Verified, ended: str) -> None:
    links, made, unopened = here.identity.share_links, await a_link(here, league), await a_link(here, league)
    tokens = await links.open(made.secret, address=HERE)
    if ended == "revoked":
        for link in (made, unopened):
            await links.revoke(league.tenant.id, link.link.id, by=owner_of(league))
    else:
        assert await links.end_of_match(league.tenant.id, uuid4()) == 0
        assert await links.end_of_match(league.tenant.id, MATCH) == 2
        assert await links.end_of_match(league.tenant.id, MATCH) == 0
    with refused("token_revoked"):
        await here.identity.sessions.validate(tokens.access_token)
    with refused("session_ended"):
        await here.identity.sessions.refresh(tokens.refresh_token)
    for link in (made, unopened):
        with refused("share_link_invalid"):
            await links.open(link.secret, address=HERE)
    assert {event["reason"] for _, event in await here.events("ShareLinkRevoked")} == {ended}
    assert await links.list(league.tenant.id) == []


async def test_a_link_ends_when_it_was_said_to(here: Installation, league: Verified) -> None:
    links = here.identity.share_links
    made = await a_link(here, league, expires_at=here.clock.now + timedelta(hours=1))
    tokens = await links.open(made.secret, address=HERE)
    here.clock.on(hours=1)
    with refused("refresh_invalid"):
        await here.identity.sessions.refresh(tokens.refresh_token)
    with refused("expiry_in_past"):
        await a_link(here, league, expires_at=here.clock.now)
    with refused("expiry_too_late"):
        await a_link(here, league, expires_at=here.clock.now + timedelta(days=31))


async def test_what_is_no_link_is_refused_and_guessing_waits(here: Installation, league: Verified) -> None:
    made = await a_link(here, league)
    for text in ("", "pvl_x", made.secret[:-1] + "~", f"pvl_{'0' * 32}.x"):
        with refused("share_link_invalid"):
            await here.identity.share_links.open(text, address=HERE)
    for _ in range(16):  # four were counted already
        with refused("share_link_invalid"):
            await here.identity.share_links.open("pvl_x", address=HERE)
    with refused("too_many_attempts"):
        await here.identity.share_links.open(made.secret, address=HERE)
    assert await here.identity.share_links.open(made.secret, address="192.0.2.5")


@pytest.mark.parametrize(
    ("by", "may"),
    [
        ("organiser", True),
        ("organiser@tournament:t1", True),  # the API has looked whether the match is of it
        (f"organiser@match:{MATCH}", True),
        (f"organiser@match:{UUID(int=43)}", False),
        ("scorer", False),
        (f"scorer@match:{MATCH}", False),
        ("treasurer", False),
    ],
)
async def test_who_may_have_others_score(here: Installation, league: Verified, by: str, may: bool) -> None:
    if may:
        made = await a_link(here, league, by=actor(by, subject="organiser-1"))
        revoked = await here.identity.share_links.revoke(
            league.tenant.id, made.link.id, by=actor(by, subject="organiser-1")
        )
        assert revoked.revoked_at is not None
    else:
        with refused("not_allowed"):
            await a_link(here, league, by=actor(by))
        made = await a_link(here, league)
        with refused("not_allowed"):
            await here.identity.share_links.revoke(league.tenant.id, made.link.id, by=actor(by))


async def test_links_are_each_leagues_own(here: Installation, league: Verified) -> None:
    other, made = await here.league(), await a_link(here, league)
    assert await here.identity.share_links.list(other.tenant.id) == []
    assert await here.identity.share_links.list(league.tenant.id, match_id=uuid4()) == []
    assert [link.id for link in await here.identity.share_links.list(league.tenant.id, match_id=MATCH)] == [
        made.link.id
    ]
    with refused("share_link_not_found"):
        await here.identity.share_links.revoke(other.tenant.id, made.link.id, by=owner_of(other))


async def test_a_repeat_makes_no_second_link(here: Installation, league: Verified) -> None:
    by = actor("owner", key="k1")
    await a_link(here, league, by=by)
    with refused("secret_shown_already"):
        await a_link(here, league, by=by)
    with pytest.raises(KeyReused):
        await a_link(here, league, by=by, name="somebody else")


async def test_a_match_has_so_many_links(here: Installation, league: Verified) -> None:
    for _ in range(20):
        await a_link(here, league)
    with refused("too_many_share_links"):
        await a_link(here, league)
