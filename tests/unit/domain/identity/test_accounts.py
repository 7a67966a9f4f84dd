"""Addresses, names and passwords: one spelling each, and nothing that cannot be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.accounts import normalised_email, proper_name, proper_slug
from domain.identity.errors import IdentityRefused
from domain.identity.passwords import FEWEST_GUESSES, check_password, normalised_password


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("anna@example.org", "anna@example.org"),
        (" Anna@EXAMPLE.org\n", "anna@example.org"),
        ("anna+cricket@example.co.uk", "anna+cricket@example.co.uk"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
        ("ａｎｎａ@example.org", "anna@example.org"),
        ("jörg@example.org", "jörg@example.org"),
        ("anna@example.org\u200b", "anna@example.org"),
    ],
)
def test_an_address_has_one_spelling(typed: str, kept: str) -> None:
    assert normalised_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "anna", "@example.org", "anna@", "anna@example", "an na@example.org", "anna@@example.org"),
        *(".anna@example.org", "anna.@example.org", "an..na@example.org", "anna@-example.org"),
        *("anna@exa_mple.org", "anna@example..org", "<anna@example.org>", "anna@example.org,ben@example.org"),
        *(
            "a" * 65 + "@example.org",
            "anna@" + "a." * 130 + "org",
            "an\u0000na@example.org",
        ),
        *("anna\r\nbcc:ben@example.org", "an\u202ena@example.org"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        normalised_email(typed)
    assert refusal.value.code == "email_malformed"
    assert typed not in str(refusal.value) or not typed


@given(st.text(max_size=80) | st.emails())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    try:
        once = normalised_email(text)
    except IdentityRefused:
        return
    assert normalised_email(once) == once
    assert not any(character.isspace() for character in once)


@pytest.mark.parametrize("name", ["A", "Sachin Tendulkar", "  padded  ", "Łukasz", "李雷", "n" * 200])
def test_names_of_people_are_names(name: str) -> None:
    assert proper_name(name) == name.strip()


@pytest.mark.parametrize("name", ["", "   ", "n" * 201, "line\nbreak", "bell\u0007", "\u202eright to left"])
def test_what_cannot_be_shown_is_no_name(name: str) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        proper_name(name, code="tenant_name_malformed")
    assert refusal.value.code == "tenant_name_malformed"


@pytest.mark.parametrize("slug", ["abc", "coastal-league", "t20-2026", "a" * 63])
def test_an_address_of_a_league(slug: str) -> None:
    assert proper_slug(slug) == slug


@pytest.mark.parametrize(
    "slug", ["", "ab", "a" * 64, "-abc", "abc-", "a--b", "Abc", "a b", "äbc", "admin", "a/b", "../x"]
)
def test_what_is_no_address_of_a_league(slug: str) -> None:
    with pytest.raises(IdentityRefused):
        proper_slug(slug)


@pytest.mark.parametrize(
    ("password", "guesses", "code"),
    [
        ("x" * 9, 1e12, "password_too_short"),
        ("x" * 257, 1e12, "password_too_long"),
        ("x" * 10, FEWEST_GUESSES - 1, "password_common"),
    ],
)
def test_a_password_that_is_refused(password: str, guesses: float, code: str) -> None:
    with pytest.raises(IdentityRefused) as refusal:
        check_password(password, guesses)
    assert refusal.value.code == code
    assert password not in str(refusal.value)


@pytest.mark.parametrize("length", [10, 256])
def test_a_password_that_will_do(length: int) -> None:
    check_password("x" * length, FEWEST_GUESSES)


def test_a_password_is_the_same_on_every_keyboard() -> None:
    assert normalised_password("cafe\u0301") == normalised_password("caf\u00e9")
