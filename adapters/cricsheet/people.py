"""Who plays: names of the file to player ids, line-ups and substitutes."""

from collections.abc import Iterator

from adapters.cricsheet.document import Match, Place, SourceProblem
from domain.match.commands import NameLineUp, Player


class People:
    """The players of both sides. Ids are those of Cricsheet's registry, else the names themselves."""

    def __init__(self, match: Match, file: str) -> None:
        self._file = file
        self._match = match
        self._ids: dict[str, dict[str, str]] = {}
        people = match.info.registry.people
        taken: set[str] = set()
        for team in match.info.teams:
            names = list(match.info.players[team])
            names += [change.player_in for change in _replacements(match) if change.team == team]
            ids = self._ids[team] = {}
            for name in names:
                if name not in ids:
                    wanted = people.get(name, name)
                    ids[name] = wanted if wanted not in taken else f"{wanted} ({team})"
                    taken.add(ids[name])

    def player(self, team: str, name: str, place: Place) -> str:
        """The id of somebody of ``team``. Raises :class:`SourceProblem` for an unknown name."""
        found = self._ids[team].get(name)
        if found is None:
            raise SourceProblem(self._file, place, f"unknown player {name!r}: not in the side of {team}")
        return found

    def find(self, team: str, name: str) -> str | None:
        return self._ids[team].get(name)

    def line_up(self, team: str) -> NameLineUp:
        """The side that began: those who only came in for somebody else are substitutes."""
        names = dict.fromkeys(self._match.info.players[team])
        came_in: dict[str, None] = {}
        for change in _replacements(self._match):
            if change.team == team and change.player_out not in came_in:
                came_in[change.player_in] = None
            elif change.team == team:
                came_in.setdefault(change.player_in)
        started = [name for name in names if name not in came_in]
        size = 11
        if len(started) > size:
            seen = set(_took_part(self._match))
            idle = [name for name in started if name not in seen]
            extra = idle[-(len(started) - size) :]
            started = [name for name in started if name not in extra]
            came_in.update(dict.fromkeys(extra))
        return NameLineUp(
            team=team,
            players=tuple(Player(id=self._ids[team][name], name=name) for name in started),
            substitutes=tuple(Player(id=self._ids[team][name], name=name) for name in came_in),
        )


def _replacements(match: Match) -> Iterator:
    for innings in match.innings:
        for over in innings.overs:
            for delivery in over.deliveries:
                yield from delivery.replacements.match


def _took_part(match: Match) -> Iterator[str]:
    for innings in match.innings:
        for over in innings.overs:
            for delivery in over.deliveries:
                yield from (delivery.batter, delivery.non_striker, delivery.bowler)
                for wicket in delivery.wickets:
                    yield wicket.player_out
                    yield from (one.name for one in wicket.fielders if one.name and not one.substitute)
