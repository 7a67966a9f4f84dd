"""Who held the catches, made the stumpings and had a part in the run outs."""

from collections.abc import Iterator

from domain.match.delivery import DismissalKind, Wicket
from domain.match.state import Batter

K = DismissalKind
CATCH, STUMPING, RUN_OUT = "catch", "stumping", "run out"


def fielding_of(line: Batter) -> Iterator[tuple[str, str]]:
    """(player, what for) of those who dismissed a batter. Substitutes have no figures (Law 24.1 lets them field only)."""
    wicket = line.out
    if wicket is None:
        return
    if wicket.kind is K.CAUGHT_AND_BOWLED:
        if line.bowler is not None:
            yield line.bowler, CATCH
    elif wicket.kind is K.CAUGHT:
        yield from ((player, CATCH) for player in _fielders(wicket)[:1])
    elif wicket.kind is K.STUMPED:
        yield from ((player, STUMPING) for player in _fielders(wicket)[:1])
    elif wicket.kind is K.RUN_OUT:
        yield from ((player, RUN_OUT) for player in dict.fromkeys(_fielders(wicket)))


def _fielders(wicket: Wicket) -> list[str]:
    return [each.player for each in wicket.fielders if each.player is not None and not each.substitute]
