"""What the demo's tournament came to, for people's eyes and for machines."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cli.demo_books import Books, books_fields
from cli.season_replay import knockouts
from cli.tournament_api import Json
from domain.match.card_lines import Card
from projections.card_score import Difference


@dataclass(slots=True)
class Outcome:
    """What the tournament came to. ``card`` is the final's from the read model; ``wrong`` says for each card
    that is not the engine's own, in which figures. ``books`` None: it cost nothing."""

    tournament: UUID
    teams: int
    champion: str | None = None
    rows: list[Json] = field(default_factory=list[Json])
    bracket: Json = field(default_factory=dict[str, "object"])
    final: UUID | None = None
    card: Card | None = None
    matches: int = 0
    balls: int = 0
    seconds: float = 0.0
    cards: int = 0
    wrong: dict[str, list[Difference] | None] = field(default_factory=dict[str, "list[Difference] | None"])
    happened: dict[str, str] = field(default_factory=dict[str, str])
    books: Books | None = None

    @property
    def faults(self) -> list[str]:
        """What is not as it must be, of cards and of money."""
        cards = [f"the cards of {', '.join(self.wrong)} are not the engine's own"] if self.wrong else []
        return [*cards, *(self.books.wrong if self.books else ())]


def fields(seed: int, outcome: Outcome) -> dict[str, Any]:
    """What the tournament came to, as `--json` prints it."""
    return {
        "tournament": str(outcome.tournament),
        "seed": seed,
        "champion": outcome.champion,
        "standings": outcome.rows,
        "bracket": list(knockouts(outcome.bracket)),
        "happened": outcome.happened,
        "matches": outcome.matches,
        "balls": outcome.balls,
        "seconds": round(outcome.seconds, 2),
        "cards_checked": outcome.cards,
        "cards_wrong": sorted(outcome.wrong),
        "money": books_fields(outcome.books) if outcome.books else None,
    }
