"""One match: ``decide`` what a command causes, ``evolve`` the state by what happened."""

from domain.match.decide import decide
from domain.match.errors import CommandRefused
from domain.match.evolve import clone, evolve, fold, fold_facts, initial
from domain.match.state import MatchState

__all__ = ["CommandRefused", "MatchState", "clone", "decide", "evolve", "fold", "fold_facts", "initial"]
