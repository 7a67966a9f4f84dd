"""Refresh families, second factors, links and signing keys: the rules, without a store."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.errors import IdentityRefused
from domain.identity.links import check_link, check_overlap, share_link_expiry
from domain.identity.refresh import IDLE_LIFE, LONGEST_LIFE, Presented, expiry, judge
from domain.identity.signing import KeyPeriod, KeyTimes, next_is_due, over, signer, signs_from, waiting
from domain.identity.totp import accepted_step, normalised_code

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def presented(**changed: object) -> Presented:
    said = {
        "used_at": None,
        "session_ended": False,
        "session_expires_at": NOW + IDLE_LIFE,
        "standing": True,
        "suspended": False,
        **changed,
    }
    return Presented(**said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "rotate"),
        ({"used_at": NOW}, "raced"),
        ({"used_at": NOW - 10 * SECOND}, "raced"),
        ({"used_at": NOW - 11 * SECOND}, "reused"),
        ({"used_at": NOW + SECOND}, "raced"),  # by a clock that is ahead
        ({"used_at": NOW - 11 * SECOND, "suspended": True}, "reused"),
        ({"used_at": NOW - 11 * SECOND, "standing": False}, "reused"),
        ({"used_at": NOW - 11 * SECOND, "session_ended": True}, "ended"),
        ({"session_ended": True}, "ended"),
        ({"session_expires_at": NOW}, "invalid"),
        ({"standing": False}, "ended"),
        ({"suspended": True}, "suspended"),
    ],
)
def test_what_comes_of_a_refresh_token(changed: dict[str, object], verdict: str) -> None:
    assert judge(presented(**changed), NOW) == verdict


def test_a_session_lives_on_while_it_is_used_but_not_for_ever() -> None:
    assert expiry(NOW, NOW) == NOW + IDLE_LIFE
    assert expiry(NOW, NOW + LONGEST_LIFE - SECOND) == NOW + LONGEST_LIFE


CODES = {9: "000009", 10: "000010", 11: "000011"}


@pytest.mark.parametrize(
    ("code", "last", "step"),
    [
        ("000010", 0, 10),
        ("000009", 0, 9),
        ("000010", 10, None),
        ("000010", 11, None),
        ("000012", 0, None),
        ("", 0, None),
    ],
)
def test_a_code_counts_once_and_only_forwards(code: str, last: int, step: int | None) -> None:
    assert accepted_step(code, CODES, last) == step


@given(st.text())
def test_whatever_is_typed_is_compared(text: str) -> None:
    assert accepted_step(normalised_code(text), CODES, 11) is None


def test_a_code_may_be_typed_in_groups() -> None:
    assert normalised_code(" 123 456\n") == "123456"
    assert normalised_code("abcd-efgh") == "ABCDEFGH"


def test_a_link_is_used_once_and_in_time() -> None:
    check_link(expires_at=NOW + SECOND, used_at=None, now=NOW)
    for expires_at, used_at, code in ((NOW, None, "link_expired"), (NOW + SECOND, NOW, "link_used")):
        with pytest.raises(IdentityRefused) as refusal:
            check_link(expires_at=expires_at, used_at=used_at, now=NOW)
        assert refusal.value.code == code


def test_a_share_link_lasts_a_week_unless_said() -> None:
    assert share_link_expiry(None, NOW) == NOW + timedelta(days=7)
    assert share_link_expiry(NOW + SECOND, NOW) == NOW + SECOND


@pytest.mark.parametrize("overlap", [timedelta(0), timedelta(days=30)])
def test_an_overlap_that_will_do(overlap: timedelta) -> None:
    check_overlap(overlap)


@pytest.mark.parametrize("overlap", [-SECOND, timedelta(days=31)])
def test_an_overlap_that_will_not(overlap: timedelta) -> None:
    with pytest.raises(IdentityRefused):
        check_overlap(overlap)


TIMES = KeyTimes()


def key(kid: str, after: timedelta) -> KeyPeriod:
    return KeyPeriod(kid=kid, signs_from=NOW + after)


def test_the_first_key_signs_at_once_and_the_next_later() -> None:
    assert next_is_due([], NOW, TIMES)
    assert signs_from([], NOW, TIMES) == NOW
    assert signs_from([key("a", timedelta(0))], NOW, TIMES) == NOW + TIMES.ahead


def test_a_clock_that_is_behind_signs_with_the_first_key() -> None:
    keys = [key("a", SECOND), key("b", 2 * SECOND)]
    assert signer(keys, NOW) == keys[0]
    assert not next_is_due(keys, NOW, TIMES)
    assert signer([], NOW) is None


@given(minutes=st.integers(0, 200_000), rotations=st.lists(st.integers(0, 200_000), max_size=5))
def test_whatever_is_rotated_when_every_token_can_be_verified(minutes: int, rotations: list[int]) -> None:
    """Keys are made on time and by hand; a token of a quarter of an hour is verified until it is over."""
    keys: list[KeyPeriod] = []
    asked = sorted(rotations)
    for minute in (*range(0, 200_000, 5_000), 200_000):
        now = NOW + timedelta(minutes=minute)
        by_hand = bool(asked and asked[0] <= minute and not waiting(keys, now))
        if by_hand:
            asked.pop(0)
        if by_hand or next_is_due(keys, now, TIMES):
            keys.append(KeyPeriod(kid=str(len(keys)), signs_from=signs_from(keys, now, TIMES)))
        assert len([each for each in keys if each.signs_from > now]) <= 1
    then = NOW + timedelta(minutes=minutes)
    signed_with = signer(keys, then)
    assert signed_with is not None
    assert signed_with not in over(keys, then + timedelta(minutes=15), TIMES)
