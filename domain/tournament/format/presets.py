"""Formats of known competitions and the common kinds, as data. An organiser's own are built the same way."""

from collections.abc import Sequence

from domain.tournament.format.model import (
    DoubleElimination,
    Format,
    Knockout,
    League,
    LoserOf,
    PlayoffMatch,
    Playoffs,
    Rank,
    Seed,
    Source,
    Stage,
    Swiss,
    WinnerOf,
)


def round_robin(legs: int = 1) -> Format:
    """Everybody meets everybody ``legs`` times; the table makes the champion."""
    names = {1: "Round robin", 2: "Double round robin"}
    return Format(
        name=names.get(legs, f"Round robin, {legs} legs"), stages=(League(name="League", legs=legs),)
    )


def page_playoff(table: str) -> Playoffs:
    """The first two of the table have two ways into the final (page playoff; IPL match playing conditions,
    "Play-offs": Qualifier 1, Eliminator, Qualifier 2, Final)."""
    return Playoffs(
        name="Playoffs",
        matches=(
            _match("qualifier-1", "Qualifier 1", Rank(table, 1), Rank(table, 2)),
            _match("eliminator", "Eliminator", Rank(table, 3), Rank(table, 4)),
            _match("qualifier-2", "Qualifier 2", LoserOf("qualifier-1"), WinnerOf("eliminator")),
            _match("final", "Final", WinnerOf("qualifier-1"), WinnerOf("qualifier-2")),
        ),
    )


def five_team_playoff(table: str) -> Playoffs:
    """As in the Big Bash League from 2019-20 to 2022-23: the fourth and fifth begin, the first two have two ways
    into the final."""
    return Playoffs(
        name="Finals",
        matches=(
            _match("eliminator", "Eliminator", Rank(table, 4), Rank(table, 5)),
            _match("qualifier", "Qualifier", Rank(table, 1), Rank(table, 2)),
            _match("knockout", "Knockout", Rank(table, 3), WinnerOf("eliminator")),
            _match("challenger", "Challenger", LoserOf("qualifier"), WinnerOf("knockout")),
            _match("final", "Final", WinnerOf("qualifier"), WinnerOf("challenger")),
        ),
    )


def semi_finals(
    first: tuple[Source, Source], second: tuple[Source, Source], third_place: bool = False
) -> Playoffs:
    """Two semi-finals and a final, on request a match for third place."""
    matches = [
        _match("semi-final-1", "Semi-final 1", *first),
        _match("semi-final-2", "Semi-final 2", *second),
    ]
    if third_place:
        losers = LoserOf("semi-final-1"), LoserOf("semi-final-2")
        matches.append(_match("third-place", "Third-place match", *losers, decides=3))
    matches.append(_match("final", "Final", WinnerOf("semi-final-1"), WinnerOf("semi-final-2")))
    return Playoffs(name="Knockout", matches=tuple(matches))


def _match(id: str, name: str, home: Source, away: Source, decides: int | None = None) -> PlayoffMatch:
    return PlayoffMatch(id=id, name=name, home=home, away=away, decides=decides)


def crossed(one: str, other: str) -> tuple[tuple[Source, Source], tuple[Source, Source]]:
    """The semi-finals after two groups: the first of each meets the second of the other."""
    return (Rank(one, 1), Rank(other, 2)), (Rank(other, 1), Rank(one, 2))


# --- competitions ------------------------------------------------------------------------------------------


def ipl(legs: int = 2) -> Format:
    """The Indian Premier League of eight teams: all twice, home and away, then the page playoff. WPL alike."""
    return Format(
        name="League and page playoff", stages=(League(name="League", legs=legs), page_playoff("league"))
    )


def ipl_of_ten() -> Format:
    """The IPL since 2022: ten teams in two virtual groups, fourteen matches each, one table.

    Odd seeds are one group, even seeds the other; 1 and 2, 3 and 4 … stand in the same row. A team meets those
    of its own group and the one in its row twice, home and away, the other four once.
    """
    return Format(
        name="IPL of ten teams",
        stages=(League(name="League", meetings=_ipl_meetings()), page_playoff("league")),
    )


def _ipl_meetings() -> tuple[tuple[int, int], ...]:
    own = [
        (one, other)
        for one in range(1, 11)
        for other in range(1, 11)
        if (one - other) % 2 == 0 and one != other
    ]
    rows = [pair for row in range(5) for pair in ((2 * row + 1, 2 * row + 2), (2 * row + 2, 2 * row + 1))]
    once: list[tuple[int, int]] = []
    for row in range(5):
        for further in range(1, 5):
            odd, even = 2 * row + 1, 2 * ((row + further) % 5) + 2
            once.append((odd, even) if further <= 2 else (even, odd))
    return (*own, *rows, *once)


def big_bash(legs: int = 2) -> Format:
    """Eight teams, all twice, then the five-team finals."""
    return Format(
        name="League and five-team finals",
        stages=(League(name="League", legs=legs), five_team_playoff("league")),
    )


def world_cup_2019() -> Format:
    """ICC Cricket World Cup 2019: ten teams meet once; first v fourth, second v third; final."""
    table = "league"
    knockout = semi_finals((Rank(table, 1), Rank(table, 4)), (Rank(table, 2), Rank(table, 3)))
    return Format(name="League and semi-finals", stages=(League(name="League"), knockout))


def groups_and_semi_finals(third_place: bool = False) -> Format:
    """Two groups, crossed semi-finals, final."""
    knockout = semi_finals(*crossed("group-A", "group-B"), third_place)
    return Format(name="Groups and semi-finals", stages=(League(name="Group", groups=2), knockout))


def t20_world_cup_2022() -> Format:
    """ICC Men's T20 World Cup 2021 and 2022, sixteen teams: seeds 1 to 8 wait in the Super 12, the others play
    the First Round in two groups, of which the first two go on."""
    one = (Seed(1), Seed(4), Seed(5), Seed(8), Rank("first-round-A", 1), Rank("first-round-B", 2))
    two = (Seed(2), Seed(3), Seed(6), Seed(7), Rank("first-round-B", 1), Rank("first-round-A", 2))
    return Format(
        name="First Round, Super 12, semi-finals",
        stages=(
            League(name="First Round", groups=2),
            League(name="Super 12", groups=2, group_names=("1", "2"), entrants=(one, two)),
            semi_finals(*crossed("super-12-1", "super-12-2")),
        ),
    )


def t20_world_cup_2024() -> Format:
    """ICC Men's T20 World Cup 2024, twenty teams: four groups of five, the first two of each into the Super
    Eight of two groups (nothing carried over), semi-finals, final."""
    one = (Rank("group-A", 1), Rank("group-B", 2), Rank("group-C", 1), Rank("group-D", 2))
    two = (Rank("group-A", 2), Rank("group-B", 1), Rank("group-C", 2), Rank("group-D", 1))
    return Format(
        name="Groups, Super Eight, semi-finals",
        stages=(
            League(name="Group", groups=4),
            League(name="Super Eight", groups=2, group_names=("1", "2"), entrants=(one, two)),
            semi_finals(*crossed("super-eight-1", "super-eight-2")),
        ),
    )


def super_six() -> Format:
    """ICC Cricket World Cup 1999: two groups, the first three of each into the Super Six, where the
    results among those who met count and are not played again; the first four play semi-finals."""
    members = tuple(Rank(group, place) for group in ("group-A", "group-B") for place in (1, 2, 3))
    table = "super-six"
    return Format(
        name="Groups, Super Six, semi-finals",
        stages=(
            League(name="Group", groups=2),
            League(name="Super Six", entrants=(members,), carry_over=True),
            semi_finals((Rank(table, 1), Rank(table, 4)), (Rank(table, 2), Rank(table, 3))),
        ),
    )


# --- other kinds -------------------------------------------------------------------------------------------


def single_elimination(third_place: bool = False) -> Format:
    return _of("Single elimination", Knockout(name="Knockout", third_place=third_place))


def double_elimination() -> Format:
    return _of("Double elimination", DoubleElimination(name="Double elimination"))


def swiss(rounds: int = 5, qualify: int = 0) -> Format:
    """``rounds`` rounds by the Swiss system; ``qualify`` teams (0: none) play a knockout after it."""
    stages: list[Stage] = [Swiss(name="Swiss", rounds=rounds)]
    if qualify:
        entrants: Sequence[Source] = [Rank("swiss", place) for place in range(1, qualify + 1)]
        stages.append(Knockout(name="Knockout", entrants=tuple(entrants)))
    return _of("Swiss system", *stages)


def _of(name: str, *stages: Stage) -> Format:
    return Format(name=name, stages=stages)


PRESETS: dict[str, Format] = {
    "round-robin": round_robin(),
    "double-round-robin": round_robin(legs=2),
    "page-playoff": ipl(legs=1),
    "ipl": ipl(),
    "ipl-of-ten": ipl_of_ten(),
    "five-team-finals": big_bash(legs=1),
    "big-bash": big_bash(),
    "groups-semi-finals": groups_and_semi_finals(),
    "world-cup-2019": world_cup_2019(),
    "super-six": super_six(),
    "t20-world-cup-2022": t20_world_cup_2022(),
    "t20-world-cup-2024": t20_world_cup_2024(),
    "single-elimination": single_elimination(),
    "double-elimination": double_elimination(),
    "swiss": swiss(),
}
"""By the name an organiser asks for it with. They fit any number of teams that their places allow."""
