"""Who plays: names of the file to player ids, line-ups, substitutes, and who came in for whom."""

from collections.abc import Iterator

from adapters.cricsheet.document import Note, Place, SourceProblem
from adapters.cricsheet.format import DeliveryPart, Match, MatchReplacement
from domain.match.commands import NameLineUp, Player

SIDE = 11


class People:
    """The players of both sides. Ids are those of Cricsheet's registry, else the names themselves."""

    def __init__(self, match: Match, file: str, notes: list[Note]) -> None:
        self._file = file
        self._match = match
        self.changes = _changes_in_place(match, notes)
        """The changes of the sides, by the ball before which each was made."""
        self._ids: dict[str, dict[str, str]] = {}
        self._last_seen: dict[str, Place] = {}
        taken: set[str] = set()
        for team in match.info.teams:
            names = [*match.info.players[team], *(one.player_in for one in self._changes_of(team))]
            ids = self._ids[team] = {}
            for name in dict.fromkeys(names):
                wanted = match.info.registry.people.get(name, name)
                ids[name] = wanted if wanted not in taken else f"{name} ({team})"
                taken.add(ids[name])

    def player(self, team: str, name: str, place: Place) -> str:
        """The id of somebody of ``team``. Raises :class:`SourceProblem` for an unknown name."""
        found = self._ids[team].get(name)
        if found is None:
            raise SourceProblem(self._file, place, f"unknown player {name!r}: not in the side of {team}")
        return found

    def find(self, team: str, name: str) -> str | None:
        """The id of somebody of ``team``, None for anybody else."""
        return self._ids[team].get(name)

    def line_up(self, team: str) -> NameLineUp:
        """The side that began. Who only came in for somebody else is a substitute; so is, where more than
        eleven are left, the named supersub, then whoever took no part, then whoever took part last."""
        came_in: dict[str, None] = {}
        went: set[str] = set()
        for change in self._changes_of(team):
            if change.player_in not in went:
                came_in[change.player_in] = None
            went.add(change.player_out or "")
        began = [name for name in dict.fromkeys(self._match.info.players[team]) if name not in came_in]
        if len(began) > SIDE:
            kept = set(self._by_part_taken(team, began)[:SIDE])
            came_in.update(dict.fromkeys(name for name in began if name not in kept))
            began = [name for name in began if name in kept]
        ids = self._ids[team]
        return NameLineUp(
            team=team,
            players=tuple(Player(id=ids[name], name=name) for name in began),
            substitutes=tuple(Player(id=ids[name], name=name) for name in came_in),
        )

    def who_makes_way(self, team: str, side: list[str], place: Place) -> str | None:
        """Of ``side`` (ids) somebody who takes no part from ``place`` on; None if all do."""
        if not self._last_seen:
            for at, name in _parts(self._match):
                self._last_seen[name] = at
        names = {player: name for name, player in self._ids[team].items()}
        gone = [
            player
            for player in side
            if names[player] not in self._last_seen or _order(self._last_seen[names[player]]) < _order(place)
        ]
        seen = [player for player in gone if names[player] in self._last_seen]
        return next(iter((*seen, *gone)), None)

    def _changes_of(self, team: str) -> list[MatchReplacement]:
        return [change for changes in self.changes.values() for change in changes if change.team == team]

    def _by_part_taken(self, team: str, names: list[str]) -> list[str]:
        seen = list(dict.fromkeys(name for _, name in _parts(self._match)))
        supersub = self._match.info.supersubs.get(team)
        order = {name: index for index, name in enumerate(seen)}
        return sorted(names, key=lambda name: (name == supersub, order.get(name, len(order))))


def _changes_in_place(match: Match, notes: list[Note]) -> dict[Place, list[MatchReplacement]]:
    """The file notes some changes too late, when the new player has batted or bowled: those come forward."""
    changes: dict[Place, list[MatchReplacement]] = {}
    if not any(delivery.replacements.match for _, delivery in _placed_deliveries(match)):
        return changes
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
            first_seen.setdefault(name, place)
    return changes


def _placed_deliveries(match: Match) -> Iterator[tuple[Place, DeliveryPart]]:
    for number, innings in enumerate(match.innings, 1):
        for over in innings.overs:
            for ball, delivery in enumerate(over.deliveries, 1):
                yield Place(innings=number, over=over.over, ball=ball), delivery


def _parts(match: Match) -> Iterator[tuple[Place, str]]:
    """Everybody who batted, bowled or fielded, ball by ball."""
    for place, delivery in _placed_deliveries(match):
        for name in (delivery.batter, delivery.non_striker, delivery.bowler):
            yield place, name
        for wicket in delivery.wickets:
            yield place, wicket.player_out
            for fielder in wicket.fielders:
                if fielder.name is not None and not fielder.substitute:
                    yield place, fielder.name


def _order(place: Place) -> tuple[int, int, int]:
    return place.innings or 0, place.over or 0, place.ball or 0
