"""What a password must be. Length counts, not kinds of characters (NIST SP 800-63B, 3.1.1.2)."""

import unicodedata

from domain.identity.errors import IdentityRefused

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
"""A bound on the work that one request can cause; far beyond what a person remembers."""
FEWEST_GUESSES = 10**8
"""So many guesses must somebody need who knows the lists of leaked passwords and how people vary them."""


def normalised_password(text: str) -> str:
    """The same text whichever keyboard it was typed on."""
    return unicodedata.normalize("NFKC", text)


def check_password(password: str, guesses: float) -> None:
    """Raises IdentityRefused for one that is too short, too long or guessed early. ``guesses`` by an estimate."""
    if len(password) < SHORTEST_PASSWORD:
        raise IdentityRefused("password_too_short", f"a password has at least {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise IdentityRefused("password_too_long", f"a password has at most {LONGEST_PASSWORD} characters")
    if guesses < FEWEST_GUESSES:
        raise IdentityRefused(
            "password_common",
            "this password is among those that are tried first: it was leaked, or is made of names and patterns; "
            "some words that have nothing to do with each other are better",
        )
