"""Passwords in their pool of threads: strong parameters, no waiting without end, and nothing that is guessed early."""

import asyncio
from collections.abc import Iterator

import pytest

from adapters.passwords import Argon2Passwords
from domain.identity.errors import IdentityRefused


@pytest.fixture
def passwords() -> Iterator[Argon2Passwords]:
    made = Argon2Passwords(memory_kib=64, passes=1)
    yield made
    made.close()


async def test_hashes_are_as_strong_as_is_recommended() -> None:
    passwords = Argon2Passwords()
    hash_ = await passwords.hash("seven purple wickets")
    assert hash_.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    check = await passwords.verify("seven purple wickets", hash_)
    assert (check.right, check.rehashed) == (True, None)
    passwords.close()


async def test_the_right_one_is_right_and_others_are_not(passwords: Argon2Passwords) -> None:
    hash_ = await passwords.hash("caf\u00e9 in the pavilion")
    assert (await passwords.verify("cafe\u0301 in the pavilion", hash_)).right
    for wrong in ("", "Caf\u00e9 in the pavilion", "x" * 1_000_000):
        assert not (await passwords.verify(wrong, hash_)).right
    assert not (await passwords.verify("anything", "no hash")).right
    assert not (await passwords.verify("anything", None)).right


async def test_a_hash_with_other_parameters_is_made_anew(passwords: Argon2Passwords) -> None:
    stronger = Argon2Passwords(memory_kib=128, passes=1)
    check = await stronger.verify("seven purple wickets", await passwords.hash("seven purple wickets"))
    assert check.rehashed is not None
    assert "m=128" in check.rehashed
    stronger.close()


async def test_who_comes_when_too_many_wait_is_told_to_come_again() -> None:
    few = Argon2Passwords(memory_kib=64, passes=1, threads=1, waiting_per_thread=3)
    answers = await asyncio.gather(*(few.hash("x") for _ in range(10)), return_exceptions=True)
    codes = [each.code if isinstance(each, IdentityRefused) else "hashed" for each in answers]
    assert (codes.count("hashed"), codes.count("identity_busy")) == (4, 6)
    assert await few.hash("x")  # there is room again
    few.close()


async def test_who_gives_up_waiting_takes_no_room_for_ever() -> None:
    few = Argon2Passwords(memory_kib=64, passes=1, threads=1, waiting_per_thread=1)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.gather(few.hash("x"), few.hash("x")), 0)
        async with asyncio.timeout(10):
            while few._room < 2:
                await asyncio.sleep(0.005)
    assert await few.hash("x")
    few.close()


async def test_the_event_loop_goes_on_meanwhile(passwords: Argon2Passwords) -> None:
    slow = Argon2Passwords(memory_kib=19_456, passes=20, threads=1)
    hashing = asyncio.create_task(slow.hash("x"))
    turns = 0
    while not hashing.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10
    slow.close()


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "qwertyuiop", "1234567890", "iloveyou1234", "aaaaaaaaaaaaaaaa", "abcdefghijkl"),
        *("pavilion2026", "cricket12345", "AnnaAsh2026", "coastal-league", "x" * 200),
    ],
)
async def test_what_is_guessed_early_is_refused(passwords: Argon2Passwords, password: str) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        await passwords.judge(password, ["anna.ash@example.org", "Anna Ash", "Coastal League"])
    assert refusal.value.code == "password_common"


@pytest.mark.parametrize("password", ["seven purple wickets", "correct horse battery staple", "x9$kQ-vTz7!m"])
async def test_what_is_not_will_do(passwords: Argon2Passwords, password: str) -> None:
    await passwords.judge(password, ["anna.ash@example.org", "Anna Ash"])


async def test_an_empty_password_is_too_short(passwords: Argon2Passwords) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        await passwords.judge("", [])
    assert refusal.value.code == "password_too_short"
