"""How far somebody has heard a tournament: its own version, and that of each match in play.

Written as the id of an event, ``20~q1W…3xA.57~…``: the tournament's version, then each match (its id in base64) with
the version heard of it. A match that is not named has not been heard yet. So whoever comes again, to any process,
has said all there is to know to go on without a gap.
"""

import base64
from binascii import Error
from collections.abc import Mapping
from uuid import UUID

from handlers.live.ports import MalformedPlace

LONGEST_NUMBER = 9
MOST_MATCHES = 500


def write_place(version: int, matches: Mapping[UUID, int]) -> str:
    """The id of an event."""
    heard = (f"~{_short(match)}.{number}" for match, number in matches.items() if number)
    return f"{version}{''.join(heard)}"


def read_place(said: str) -> tuple[int, dict[UUID, int]]:
    """The tournament's version, and those of its matches. Raises MalformedPlace."""
    version, *matches = said.split("~")
    if len(matches) > MOST_MATCHES:
        raise MalformedPlace("names too many matches")
    return version_in(version), dict(map(_match_in, matches))


def version_in(said: str) -> int:
    """A version that a client has heard. Raises MalformedPlace."""
    if not (said.isascii() and said.isdecimal() and len(said) <= LONGEST_NUMBER):
        raise MalformedPlace("must be the id of an event of this stream")
    return int(said)


def _match_in(said: str) -> tuple[UUID, int]:
    short, _, version = said.partition(".")
    try:
        return UUID(bytes=base64.urlsafe_b64decode(f"{short}==")), version_in(version)
    except (Error, ValueError) as error:
        raise MalformedPlace("must be the id of an event of this stream") from error


def _short(match: UUID) -> str:
    return base64.urlsafe_b64encode(match.bytes)[:22].decode()
