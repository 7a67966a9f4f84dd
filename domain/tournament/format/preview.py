"""What a tournament will be, before it starts: every table, round and match in words, as data and as text."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.tournament.format.layout import lay_out
from domain.tournament.format.model import (
    Bye,
    Format,
    LoserOf,
    Node,
    Paired,
    Rank,
    Seed,
    Source,
    Stage,
    Structure,
    WinnerOf,
)
from domain.tournament.format.ranking import Range, final_places


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPreview:
    """``only_if`` in words, empty when the match is always played."""

    id: str
    name: str
    home: str
    away: str
    only_if: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPreview:
    number: int
    matches: tuple[MatchPreview, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePreview:
    id: str
    name: str
    members: tuple[str, ...]
    carried: tuple[str, ...]
    """Names of the tables whose results among these teams count here too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePreview:
    """``matches`` at most; ``certain`` without those played only if needed."""

    name: str
    kind: str
    matches: int
    certain: int
    tables: tuple[TablePreview, ...]
    rounds: tuple[RoundPreview, ...]
    byes: tuple[str, ...]
    """Who of a knockout enters after its first round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePreview:
    """Where the teams come from that share the places from ``first`` to ``last``."""

    first: int
    last: int
    teams: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    name: str
    teams: int
    matches: int
    certain: int
    stages: tuple[StagePreview, ...]
    champion: str
    places: tuple[PlacePreview, ...]


def preview(format: Format, teams: int, names: Mapping[int, str] | None = None) -> Preview:
    """The structure for ``teams`` teams in words, with the ``names`` of seeds that are drawn.

    Raises :class:`FormatInvalid` as :func:`lay_out` does.
    """
    structure = lay_out(format, teams)
    words = Words(structure, names or {})
    stages = tuple(_stage(stage, structure, words) for stage in format.stages)
    return Preview(
        name=format.name,
        teams=teams,
        matches=sum(stage.matches for stage in stages),
        certain=sum(stage.certain for stage in stages),
        stages=stages,
        champion=words.source(structure.champion) if structure.champion else "",
        places=tuple(_place(places, sources, words) for places, sources in final_places(structure)),
    )


class Words:
    """Places in the words of a fixture list: "Winner of Qualifier 1", "2nd of League", "Seed 3"."""

    def __init__(self, structure: Structure, names: Mapping[int, str]) -> None:
        self.names = names
        self.nodes = {node.id: node.name for node in structure.nodes}
        self.tables = {table.id: table.name for table in structure.tables}

    def source(self, source: Source) -> str:
        match source:
            case Seed(number):
                return self.names.get(number, f"Seed {number}")
            case Rank(table, place):
                return f"{ordinal(place)} of {self.tables[table]}"
            case WinnerOf(node):
                return f"Winner of {self.nodes[node]}"
            case LoserOf(node):
                return f"Loser of {self.nodes[node]}"
            case Paired(_, round, pair, side):
                return f"Pair {pair} of round {round}, {'home' if side == 1 else 'away'}"
            case Bye():
                return "Bye"

    def match(self, node: Node) -> MatchPreview:
        only_if = ""
        if node.only_if is not None:
            side = "home" if node.only_if.winner == 1 else "away"
            only_if = f"only if the {side} side wins {self.nodes[node.only_if.node]}"
        return MatchPreview(
            id=node.id,
            name=node.name,
            home=self.source(node.home),
            away=self.source(node.away),
            only_if=only_if,
        )


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th, 12th, 13th … 21st."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _stage(stage: Stage, structure: Structure, words: Words) -> StagePreview:
    nodes = [node for node in structure.nodes if node.stage == stage.name]
    rounds: dict[int, list[MatchPreview]] = {}
    for node in sorted(nodes, key=lambda node: node.round):
        rounds.setdefault(node.round, []).append(words.match(node))
    tables = tuple(
        TablePreview(
            id=table.id,
            name=table.name,
            members=tuple(map(words.source, table.members)),
            carried=tuple(words.tables[carried] for carried in table.carried),
        )
        for table in structure.tables
        if table.stage == stage.name
    )
    return StagePreview(
        name=stage.name,
        kind=stage.kind,
        matches=len(nodes),
        certain=sum(node.only_if is None for node in nodes),
        tables=tables,
        rounds=tuple(RoundPreview(number=n, matches=tuple(matches)) for n, matches in rounds.items()),
        byes=_byes(nodes, words) if stage.kind in ("knockout", "double elimination") else (),
    )


def _byes(nodes: list[Node], words: Words) -> tuple[str, ...]:
    """Those who enter from outside after the first round."""
    own = {node.id for node in nodes}
    return tuple(
        words.source(source)
        for node in nodes
        for source in (node.home, node.away)
        if node.round > 1 and not (isinstance(source, WinnerOf | LoserOf) and source.node in own)
    )


def _place(places: Range, sources: tuple[Source, ...], words: Words) -> PlacePreview:
    return PlacePreview(first=places[0], last=places[1], teams=tuple(map(words.source, sources)))


def text(preview: Preview) -> str:
    """The preview for a terminal or a mail."""
    lines = [f"{preview.name}: {preview.teams} teams, {_matches(preview.matches, preview.certain)}"]
    for stage in preview.stages:
        lines += ["", f"{stage.name} ({stage.kind}), {_matches(stage.matches, stage.certain)}"]
        for table in stage.tables:
            lines.append(f"  {table.name}: {', '.join(table.members)}")
            if table.carried:
                lines.append(f"    with the results among them from {', '.join(table.carried)}")
        if stage.byes:
            lines.append(f"  Byes: {', '.join(stage.byes)}")
        for round in stage.rounds:
            lines.append(f"  Round {round.number}")
            lines += [f"    {_line(match)}" for match in round.matches]
    lines += ["", f"Champion: {preview.champion}"]
    return "\n".join(lines)


def _line(match: MatchPreview) -> str:
    return f"{match.name}: {match.home} v {match.away}" + (f" ({match.only_if})" if match.only_if else "")


def _matches(most: int, certain: int) -> str:
    return f"{most} matches" if most == certain else f"{certain} or {most} matches"
