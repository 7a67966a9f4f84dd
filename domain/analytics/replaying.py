"""A match once more, fact by fact: what was known after each ball, as the facts stand today."""

from collections.abc import Iterator

from domain.match.effective import fit
from domain.match.events import Fact
from domain.match.evolve import initial
from domain.match.facts import apply_fact
from domain.match.state import MatchState


def replayed(state: MatchState) -> Iterator[tuple[int, Fact, MatchState]]:
    """Each fact of ``state`` with the version that names it, and the match right after it.

    The match is one object that goes on changing: take from it what is wanted before asking for the next. Targets and
    lengths are those of the time, which the state at the end no longer tells.
    """
    match = initial()
    for version, stated in state.facts:
        fact = fit(match, stated)
        apply_fact(match, version, fact)
        yield version, fact, match
