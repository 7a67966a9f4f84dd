"""Seeds: drawn by a published random seed so that anybody can repeat the draw, or set by hand.

The draw is this, and nothing else: for each team take the SHA-256 of the text ``{seed}/{team}`` in UTF-8 and
order the teams by it, the largest first (the drawing of lots of the tables works the same way). With pots each
pot is drawn so, the first pot has the first seeds. In a shell: ``printf '%s' "$SEED/$TEAM" | sha256sum``.

A seed is fair when nobody could choose it to suit: publish beforehand where it will come from (the next day's
lottery numbers, a hash of a text published by all parties).
"""

from collections.abc import Sequence
from hashlib import sha256

from domain.tournament.format.errors import FormatInvalid


def draw(teams: Sequence[str], seed: str, pots: Sequence[Sequence[str]] = ()) -> tuple[str, ...]:
    """The teams by seed, from 1. ``pots``, when given, must hold each team once.

    Raises FormatInvalid ``draw_seed_missing``, ``draw_team_twice``, ``draw_team_missing`` or
    ``draw_team_unknown``.
    """
    if not seed:
        raise FormatInvalid("draw_seed_missing", "A draw needs a random seed that is published.")
    drawn = tuple(
        team for pot in (pots or (teams,)) for team in sorted(pot, key=lambda t: lot(seed, t), reverse=True)
    )
    return by_hand(teams, drawn)


def by_hand(teams: Sequence[str], seeds: Sequence[str]) -> tuple[str, ...]:
    """``seeds`` as given, which must be all ``teams``, each once. Raises FormatInvalid as :func:`draw` does."""
    for those in (teams, seeds):
        twice = (
            sorted({team for team in those if those.count(team) > 1}) if len(set(those)) < len(those) else []
        )
        if twice:
            raise FormatInvalid("draw_team_twice", f"{twice[0]} is there twice.", detail={"teams": twice})
    missing = sorted(set(teams) - set(seeds))
    if missing:
        raise FormatInvalid("draw_team_missing", f"{missing[0]} is not drawn.", detail={"teams": missing})
    unknown = sorted(set(seeds) - set(teams))
    if unknown:
        raise FormatInvalid("draw_team_unknown", f"{unknown[0]} takes no part.", detail={"teams": unknown})
    return tuple(seeds)


def lot(seed: str, team: str) -> str:
    """What a team draws: 64 hexadecimal digits, the larger the better."""
    return sha256(f"{seed}/{team}".encode()).hexdigest()
