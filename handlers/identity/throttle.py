"""Counting attempts, in the store, so that neither a restart nor another process forgets them."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from domain.identity.throttling import (
    ASKING_LIMIT,
    LOGIN_LIMITS,
    MAIL_LIMIT,
    Limit,
    Tally,
    attempt,
    given_back,
    is_known,
    network_of,
)
from handlers.identity.kit import Kit, refused_for_now
from handlers.identity.ports import Unit

Wanted = Mapping[bytes, Limit]


def key_of(kind: str, *what: object) -> bytes:
    """What attempts are counted under. A hash, so that the table names nobody."""
    return hashlib.blake2b("\0".join((kind, *map(str, what))).encode(), digest_size=16).digest()


def login_keys(email: str, address: str) -> dict[str, bytes]:
    network = network_of(address)
    return {
        "pair": key_of("pair", email, network),
        "account": key_of("account", email),
        "address": key_of("address", network),
        "known": key_of("known", email, network),
    }


async def count(kit: Kit, wanted: Wanted, code: str) -> None:
    """Count one attempt under each key. Raises IdentityRefused with ``code`` if one of them is to wait."""
    wait = await _count(kit, wanted)
    if wait:
        raise refused_for_now(code, wait)


async def counts(kit: Kit, wanted: Wanted) -> bool:
    """Count one attempt under each key; False if one of them is to wait."""
    return not await _count(kit, wanted)


async def _count(kit: Kit, wanted: Wanted) -> timedelta:
    async with kit.store.unit() as unit:
        return await _counted(unit, await unit.tallies(sorted(wanted)), wanted, kit.clock())


async def _counted(unit: Unit, tallies: Mapping[bytes, Tally], wanted: Wanted, now: datetime) -> timedelta:
    """How long to wait. If not at all, an attempt is counted under each key."""
    outcomes = {key: attempt(tallies.get(key, Tally()), limit, now) for key, limit in wanted.items()}
    wait = max(wait for _, wait in outcomes.values())
    if not wait:
        await unit.put_tallies({key: tally for key, (tally, _) in outcomes.items()})
    return wait


async def settle(
    kit: Kit,
    *,
    forget: tuple[bytes, ...] = (),
    give_back: tuple[bytes, ...] = (),
    know: tuple[bytes, ...] = (),
) -> None:
    """After a success: nothing is held against ``forget``, one attempt less against ``give_back``, and ``know`` is known
    from now on."""
    now = kit.clock()
    async with kit.store.unit() as unit:
        tallies = await unit.tallies(sorted((*forget, *give_back, *know)))
        after = {key: given_back(tally) for key, tally in tallies.items() if key in give_back}
        noted = {key: Tally(attempts=1, last_at=now) for key in know}
        await unit.put_tallies({**after, **{key: Tally() for key in forget}, **noted})


async def count_login(kit: Kit, keys: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """Under what it was counted: where the account is known, not with all who guess at it. Raises IdentityRefused:
    too_many_logins."""
    now = kit.clock()
    async with kit.store.unit() as unit:
        tallies = await unit.tallies(sorted(keys.values()))
        kinds = ("pair", "address") if is_known(tallies[keys["known"]], now) else LOGIN_LIMITS
        wanted = {keys[kind]: LOGIN_LIMITS[kind] for kind in kinds}
        wait = await _counted(unit, tallies, wanted, now)
    if wait:
        raise refused_for_now("too_many_logins", wait)
    return tuple(wanted)


async def count_asking(kit: Kit, what: str, address: str) -> None:
    """A request of a network address that costs something. Raises IdentityRefused: too_many_attempts."""
    await count(kit, {key_of(what, network_of(address)): ASKING_LIMIT}, "too_many_attempts")


async def may_sign_up(kit: Kit, email: str) -> bool:
    """May anybody have yet another mail about a sign-up sent to this address?"""
    return await counts(kit, {key_of("mail", email): MAIL_LIMIT})


async def may_reset(kit: Kit, email: str, address: str) -> bool:
    """May whoever comes from ``address`` have yet another mail sent that resets a password?"""
    return await counts(kit, {_reset_key(email, address): MAIL_LIMIT})


async def write_anyway(unit: Unit, email: str, address: str) -> None:
    """Changes nothing, and takes as long as to put a mail into the outbox, of which it is in place."""
    await unit.put_tallies(await unit.tallies([_reset_key(email, address)]))


def _reset_key(email: str, address: str) -> bytes:
    return key_of("mail_reset", email, network_of(address))


async def count_invitation(kit: Kit, tenant_id: UUID, email: str) -> None:
    """Another invitation of a league to the same address. Raises IdentityRefused: too_many_attempts."""
    await count(kit, {key_of("invite", tenant_id, email): MAIL_LIMIT}, "too_many_attempts")


async def count_guess(kit: Kit, what: str, user: object) -> bytes:
    """A guess of somebody who is logged in already, at a password or a code. Raises IdentityRefused:
    too_many_attempts."""
    key = key_of(what, user)
    await count(kit, {key: LOGIN_LIMITS["pair"]}, "too_many_attempts")
    return key
