"""What teams and people are called: changed names, and ids made of names."""

import re
from unicodedata import normalize

RENAMED = {
    "Delhi Daredevils": "Delhi Capitals",
    "Kings XI Punjab": "Punjab Kings",
    "Rising Pune Supergiants": "Rising Pune Supergiant",
    "Royal Challengers Bangalore": "Royal Challengers Bengaluru",
}
"""Franchises that play on under another name: old name to new."""
LONGEST_ID = 64


def shown_names(dated: list[tuple[str, str]]) -> dict[str, str]:
    """For each franchise, by its newest name, the name it had on the last day it played.

    ``dated``: a day as ISO has it, and a team that played on it.
    """
    return {franchise(name): name for _, name in sorted(dated)}


def franchise(name: str) -> str:
    """What the team of this name is called today."""
    return RENAMED.get(name, name)


def identifier(name: str) -> str:
    """A name as an id of the registers: "M.Chinnaswamy Stadium" is "m-chinnaswamy-stadium"."""
    letters = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", letters))[:LONGEST_ID].rstrip("-")
