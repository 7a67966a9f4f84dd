"""Who plays: names of the file to player ids, line-ups and substitutes."""

from collections.abc import Iterator

from adapters.cricsheet.document import DeliveryPart, Match, MatchReplacement, Note, Place, SourceProblem
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
            names += [change.player_in for change in _changes(match) if change.team == team]
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
        for change in _changes(self._match):
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


def replacements_in_place(match: Match, notes: list[Note]) -> dict[Place, list[MatchReplacement]]:
    """The changes of the sides, each at the ball before which it was made.

    The file notes some too late, when the new player has batted or bowled: those come forward, with a note.
    """
    changes: dict[Place, list[MatchReplacement]] = {}
    first_seen: dict[str, Place] = {}
    went: set[str] = set()
    for place, delivery in _placed_deliveries(match):
        for change in delivery.replacements.match:
            at = place
            if change.player_in in first_seen and change.player_in not in went:
                at = first_seen[change.player_in]
                text = f"{change.player_in} came in here; the file says at {place}"
                notes.append(Note(place=at, kind="replacement noted late", text=text))
            changes.setdefault(at, []).append(change)
            went.add(change.player_out or "")
        for name in (delivery.batter, delivery.non_striker, delivery.bowler):
            if name not in first_seen:
                first_seen[name] = place
    return changes


def _placed_deliveries(match: Match) -> Iterator[tuple[Place, DeliveryPart]]:
    for number, innings in enumerate(match.innings, 1):
        for over in innings.overs:
            for ball, delivery in enumerate(over.deliveries, 1):
                yield Place(innings=number, over=over.over, ball=ball), delivery


def _changes(match: Match) -> Iterator[MatchReplacement]:
    for _, delivery in _placed_deliveries(match):
        yield from delivery.replacements.match


def _took_part(match: Match) -> Iterator[str]:
    for _, delivery in _placed_deliveries(match):
        yield from (delivery.batter, delivery.non_striker, delivery.bowler)
        for wicket in delivery.wickets:
            yield wicket.player_out
            yield from (one.name for one in wicket.fielders if one.name and not one.substitute)
