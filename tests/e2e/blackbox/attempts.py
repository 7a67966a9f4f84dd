"""What is tried from outside, said so that people can read it: docs/security.md lists it from here (``make docs``)."""

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])

RISKS = {
    "API1": "Broken object level authorization",
    "API2": "Broken authentication",
    "API3": "Broken object property level authorization",
    "API4": "Unrestricted resource consumption",
    "API5": "Broken function level authorization",
    "API6": "Unrestricted access to sensitive business flows",
    "API7": "Server side request forgery",
    "API8": "Security misconfiguration",
    "API9": "Improper inventory management",
    "API10": "Unsafe consumption of APIs",
}
"""The OWASP API Security Top 10 of 2023."""
STAFF = ("admin", "organiser", "treasurer", "referee", "captain")
"""Nearly everything that can be held in a league."""


def attempt(risk: str, *, tried: str, refused_by: str) -> Callable[[Test], Test]:
    """Marks a test as an attempt at one of ``RISKS``. Both texts are literals: the page is written from the source."""
    assert risk in RISKS
    assert tried
    assert refused_by
    return lambda test: test
