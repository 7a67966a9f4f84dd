"""Sums over innings that several rules need."""

from domain.match.state import Innings, MatchState


def main_innings(state: MatchState) -> list[Innings]:
    """The innings of the match proper, without Super Overs."""
    return [innings for innings in state.innings if not innings.super_over]


def super_overs(state: MatchState) -> list[Innings]:
    return [innings for innings in state.innings if innings.super_over]


def total(innings: list[Innings], team: str) -> int:
    return sum(one.runs for one in innings if one.batting == team)


def boundaries(innings: list[Innings], team: str) -> int:
    """Fours and sixes hit by ``team``."""
    return sum(
        line.fours + line.sixes for one in innings if one.batting == team for line in one.batters.values()
    )
