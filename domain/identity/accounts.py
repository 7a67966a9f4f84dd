"""What an address, a name and a league's address may be."""

import re
import unicodedata

from domain.identity.errors import IdentityRefused

LONGEST_EMAIL = 254
"""What mail servers pass on at the most (RFC 5321, 4.5.3.1.3)."""
LONGEST_LOCAL = 64
LONGEST_NAME = 200
SHORTEST_SLUG, LONGEST_SLUG = 3, 63

_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\]+")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset(
    "admin api app auth docs health internal login mail pavilion platform public status support v1 www".split()  # noqa: SIM905
)
"""They would be taken for the platform itself."""


def normalised_email(text: str) -> str:
    """The one spelling of an address: what people type in another case, or with another spelling of the same letters,
    is the same person. A host outside of ASCII is written in Punycode. Raises IdentityRefused."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    local, at, host = folded.rpartition("@")
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        host = ""
    whole = f"{local}@{host}"
    dots_are_right = not local.startswith(".") and not local.endswith(".") and ".." not in local
    if (
        not at
        or len(whole) > LONGEST_EMAIL
        or len(local) > LONGEST_LOCAL
        or not dots_are_right
        or not _LOCAL.fullmatch(local)
        or not _printable(local)
        or not _DOMAIN.fullmatch(host)
    ):
        raise IdentityRefused("email_malformed", "this is no e-mail address")
    return whole


def proper_name(text: str, *, code: str = "name_malformed", what: str = "a name") -> str:
    """A name without what does not show at its ends. Raises IdentityRefused with ``code``."""
    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > LONGEST_NAME or not _printable(name):
        raise IdentityRefused(
            code, f"{what} has one to {LONGEST_NAME} characters, and none that cannot be seen"
        )
    return name


def proper_slug(text: str) -> str:
    """The address of a league in URLs. Raises IdentityRefused."""
    if not (SHORTEST_SLUG <= len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text)) or text in RESERVED_SLUGS:
        raise IdentityRefused(
            "tenant_slug_malformed",
            f"the address has {SHORTEST_SLUG} to {LONGEST_SLUG} lower-case letters, digits and single hyphens, "
            "and is no word that the platform itself needs",
        )
    return text


def _printable(text: str) -> bool:
    return all(unicodedata.category(character)[0] != "C" for character in text)
