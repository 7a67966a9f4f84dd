"""Whole tournaments played through with any results."""

from collections import Counter
from collections.abc import Callable
from random import Random

from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import Format, Known, Node, NodeResult, Structure
from domain.tournament.format.places import Status, bracket, members, playable
from domain.tournament.format.swiss import byes, earlier_rounds, pair, rounds_to_pair

Pick = Callable[[str, str], str]
"""Who wins, of home and away."""


def teams(count: int) -> list[str]:
    """T1, T2 … by seed."""
    return [f"T{seed}" for seed in range(1, count + 1)]


def drawn(count: int) -> Known:
    return Known(seeds=dict(enumerate(teams(count), 1)))


def better_seed(home: str, away: str) -> str:
    return min(home, away, key=lambda team: int(team[1:]))


def worse_seed(home: str, away: str) -> str:
    return max(home, away, key=lambda team: int(team[1:]))


def any_result(random: Random) -> Pick:
    return lambda home, away: random.choice((home, away))


class Season:
    """A structure being played. ``played`` are the matches in the order they were."""

    def __init__(self, structure: Structure, count: int) -> None:
        self.structure = structure
        self.known = drawn(count)
        self.nodes = {node.id: node for node in structure.nodes}
        self.played: list[tuple[Node, str, str]] = []

    def win(self, id: str, winner: str) -> None:
        """``winner`` wins the node, which must be playable."""
        place = bracket(self.structure, self.known)[id]
        assert place.status is Status.PLAYABLE
        home, away = str(place.home), str(place.away)
        self.known.results[id] = NodeResult(winner=winner, loser=away if winner == home else home)
        self.played.append((self.nodes[id], home, away))

    def play_all(self, pick: Pick) -> None:
        """Everything that can be played, until nothing can."""
        while True:
            self.finish_tables()
            for stage, round in rounds_to_pair(self.structure, self.known):
                self.known.pairings[stage, round] = self.pairing(stage)
            ready = playable(self.structure, self.known)
            if not ready:
                return
            places = bracket(self.structure, self.known)
            for id in ready:
                home, away = str(places[id].home), str(places[id].away)
                winner = pick(home, away)
                self.known.results[id] = NodeResult(winner=winner, loser=away if winner == home else home)
                self.played.append((self.nodes[id], home, away))

    def pairing(self, stage: str) -> tuple[tuple[str, str | None], ...]:
        table = next(table for table in self.structure.tables if table.stage == stage)
        order = self.order(table.id)
        return pair(order, self.wins(table.id, stage), earlier_rounds(self.known, stage))

    def wins(self, table: str, stage: str = "") -> Counter[str]:
        carried = next(spec.carried for spec in self.structure.tables if spec.id == table)
        inside = set(members(self.structure, self.known)[table])
        counted = Counter(
            str(self.known.results[node.id].winner)
            for node, home, away in self.played
            if node.table in (table, *carried) and {home, away} <= inside
        )
        return counted + Counter(byes(self.known, stage))

    def order(self, table: str) -> list[str]:
        """By wins, then by seed."""
        stage = next(spec.stage for spec in self.structure.tables if spec.id == table)
        wins = self.wins(table, stage)
        those = [str(team) for team in members(self.structure, self.known)[table]]
        return sorted(those, key=lambda team: (-wins[team], int(team[1:])))

    def finish_tables(self) -> None:
        for table in self.structure.tables:
            nodes = [node.id for node in self.structure.nodes if node.table == table.id]
            if all(id in self.known.results for id in nodes):
                self.known.tables[table.id] = tuple(self.order(table.id))

    def losses(self, stage: str) -> Counter[str]:
        return Counter(
            str(self.known.results[node.id].loser) for node, _, _ in self.played if node.stage == stage
        )


def played_through(format: Format, count: int, pick: Pick) -> Season:
    season = Season(lay_out(format, count), count)
    season.play_all(pick)
    return season
