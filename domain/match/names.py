"""Who is who on a card: full names, the short names of dismissals, and how a batter got out."""

from collections import Counter

from domain.match.commands import Player, Team
from domain.match.delivery import DismissalKind, Fielder, Wicket
from domain.match.state import Batter, MatchState

K = DismissalKind

_BEFORE_THE_BOWLER = {K.BOWLED: "", K.LBW: "lbw ", K.HIT_WICKET: "hit wicket ", K.CAUGHT_AND_BOWLED: "c & "}


class Names:
    """The names of one match's people.

    The short name drops leading initials ("AB de Villiers" is "de Villiers", "Mohammed Siraj" stays) unless
    two in the match would share it.
    """

    def __init__(self, state: MatchState) -> None:
        self._state = state
        short = {player.id: _without_initials(player.name) for player in state.players.values()}
        shared = Counter(short.values())
        self._short = {
            player: name if shared[name] == 1 else state.players[player].name
            for player, name in short.items()
        }

    def player(self, player: str) -> Player:
        return self._state.players.get(player) or Player(id=player, name=player)

    def short(self, player: str) -> str:
        return self._short.get(player, player)

    def team(self, team: str) -> Team:
        side = self._state.sides.get(team)
        return side.team if side else Team(id=team, name=team)

    def fielder(self, fielder: Fielder, keeper: str | None = None) -> str:
        """ "Kohli", "†Karthik" for the keeper, "sub (Gowtham)" for a substitute, "?" when nobody noted who."""
        known = fielder.player is not None and fielder.player in self._short
        name = self.short(fielder.player) if known and fielder.player else fielder.name or fielder.player
        if fielder.substitute:
            return f"sub ({name})" if name else "sub"
        dagger = "†" if keeper is not None and fielder.player == keeper else ""
        return f"{dagger}{name or '?'}"


def how_out(line: Batter, names: Names, keeper: str | None) -> str:
    """How an innings ended, as printed: "c Kohli b Siraj", "run out (Jadeja/†Dhoni)", "not out".

    ``keeper`` is the fielding side's wicket-keeper; whoever stumps is one (Law 39.1).
    """
    if line.out is None:
        return "not out"
    kind, fielders = line.out.kind, line.out.fielders
    bowler = f"b {names.short(line.bowler)}" if line.bowler else "b ?"
    if kind is K.CAUGHT and _caught_by_bowler(line.out, line.bowler):
        kind = K.CAUGHT_AND_BOWLED
    if kind in _BEFORE_THE_BOWLER:
        return _BEFORE_THE_BOWLER[kind] + bowler
    if kind is K.CAUGHT:
        return f"c {names.fielder(fielders[0], keeper) if fielders else '?'} {bowler}"
    if kind is K.STUMPED:
        return f"st {names.fielder(fielders[0], fielders[0].player) if fielders else '?'} {bowler}"
    if kind is K.RUN_OUT and fielders:
        return f"run out ({'/'.join(names.fielder(fielder, keeper) for fielder in fielders)})"
    return kind.value


def _caught_by_bowler(wicket: Wicket, bowler: str | None) -> bool:
    return len(wicket.fielders) == 1 and wicket.fielders[0].player == bowler is not None


def _without_initials(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[0].isupper():
        words.pop(0)
    return " ".join(words)
