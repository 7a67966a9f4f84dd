"""Which events an endpoint wants."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

EVERY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an event is, and where it belongs. ``types``: the names it goes by, ``match.ball_recorded``;
    ``tournament``: whose it is; ``match``: whose, or whose day's."""

    types: Collection[str]
    tournament: UUID | None = None
    match: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """One that says nothing lets everything through. ``types``: names, or all of a kind (``match.*``).

    Tournaments and matches widen each other: what is of one of either.
    """

    types: frozenset[str] = frozenset()
    tournaments: frozenset[UUID] = frozenset()
    matches: frozenset[UUID] = frozenset()

    @property
    def by_place(self) -> bool:
        """Must it be known where an event belongs?"""
        return bool(self.tournaments or self.matches)

    def let_type(self, types: Collection[str]) -> bool:
        """Would an event that goes by these names do, as far as they go?"""
        if not self.types:
            return True
        return any(name in self.types or f"{name.partition('.')[0]}.{EVERY}" in self.types for name in types)

    def let(self, about: About) -> bool:
        """Is the event wanted?"""
        if not self.let_type(about.types):
            return False
        return not self.by_place or about.tournament in self.tournaments or about.match in self.matches
