"""Teams that changed their name."""

RENAMED = {
    "Delhi Daredevils": "Delhi Capitals",
    "Kings XI Punjab": "Punjab Kings",
    "Rising Pune Supergiants": "Rising Pune Supergiant",
    "Royal Challengers Bangalore": "Royal Challengers Bengaluru",
}
"""Franchises that play on under another name: old name to new."""


def shown_names(dated: list[tuple[str, str]]) -> dict[str, str]:
    """For each franchise, by its newest name, the name it had on the last day it played.

    ``dated``: a day as ISO has it, and a team that played on it.
    """
    return {franchise(name): name for _, name in sorted(dated)}


def franchise(name: str) -> str:
    """What the team of this name is called today."""
    return RENAMED.get(name, name)
