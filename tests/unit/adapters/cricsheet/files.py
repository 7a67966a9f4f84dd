"""Small Cricsheet files made by hand: two sides of eleven, home and away.

Players are called "H1" to "H11" and "A1" to "A11". ``innings("Home", "1 4 W . 2", …)`` writes one over for
each word list; see :func:`over`.
"""

from typing import Any

import msgspec

from adapters.cricsheet.play import Play, play_text

Json = dict[str, Any]


def side(letter: str, size: int = 11) -> list[str]:
    """Their names."""
    return [f"{letter}{number}" for number in range(1, size + 1)]


def match(*innings: Json, **info: Any) -> Json:
    """A file of a T20 of 2024 between Home and Away with these innings; ``info`` replaces or adds keys."""
    given: Json = {
        "balls_per_over": 6,
        "dates": ["2024-05-01"],
        "gender": "male",
        "match_type": "T20",
        "outcome": {"result": "no result"},
        "overs": 20,
        "players": {"Home": side("H"), "Away": side("A")},
        "registry": {"people": {}},
        "season": "2024",
        "team_type": "club",
        "teams": ["Home", "Away"],
        "toss": {"winner": "Home", "decision": "bat"},
        "venue": "The Green",
    }
    return {"meta": {"data_version": "1.1.0"}, "info": given | info, "innings": list(innings)}


class Batting:
    """Writes the balls of one innings: keeps the strike, and brings in the next batter after a wicket."""

    def __init__(self, team: str) -> None:
        self.team = team
        batting, bowling = ("H", "A") if team == "Home" else ("A", "H")
        self.order = side(batting)
        self.at_crease = [self.order.pop(0), self.order.pop(0)]
        self.bowlers = [f"{bowling}{number}" for number in (11, 10, 9, 8, 7)]
        self.overs: list[Json] = []

    def over(self, balls: str = ". . . . . .", **more: Any) -> "Batting":
        """One over: "." and digits are runs off the bat, "W" bowled, "wd", "nb", "3b", "2lb" extras.

        ``more``: by the number of a ball from 1 (``b3={…}``), keys to add to that delivery; ``bowler``.
        """
        bowler = more.pop("bowler", self.bowlers[len(self.overs) % 5])
        deliveries = [
            self._ball(word, bowler, more.get(f"b{number}", {}))
            for number, word in enumerate(balls.split(), 1)
        ]
        self.at_crease.reverse()
        self.overs.append({"over": len(self.overs), "deliveries": deliveries})
        return self

    def _ball(self, word: str, bowler: str, more: Json) -> Json:
        striker, non_striker = more.get("pair", self.at_crease)
        self.at_crease = [striker, non_striker]
        digits = "".join(filter(str.isdigit, word))
        kind = word.lstrip("0123456789")
        runs = int(digits or 0)
        extras: Json = {}
        if kind in ("wd", "nb"):
            extras = {{"wd": "wides", "nb": "noballs"}[kind]: 1 + runs}
        elif kind in ("b", "lb"):
            extras = {{"b": "byes", "lb": "legbyes"}[kind]: runs}
        bat = runs if not kind else 0
        ball: Json = {
            "batter": striker,
            "bowler": bowler,
            "non_striker": non_striker,
            "runs": {"batter": bat, "extras": sum(extras.values()), "total": bat + sum(extras.values())},
        }
        if extras:
            ball["extras"] = extras
        if kind == "W":
            ball["wickets"] = [{"kind": "bowled", "player_out": striker}]
            if self.order:
                self.at_crease[0] = self.order.pop(0)
        if runs % 2:
            self.at_crease.reverse()
        return ball | {key: value for key, value in more.items() if key != "pair"}

    def done(self, **keys: Any) -> Json:
        """The innings, with further ``keys`` of its own."""
        return {"team": self.team, "overs": self.overs, **keys}


def play(document: Json) -> Play:
    """Play a handmade file called "handmade"."""
    return play_text(msgspec.json.encode(document), "handmade")


def maidens(team: str, overs: int) -> Batting:
    """An innings of that many overs without a run."""
    batting = Batting(team)
    for _ in range(overs):
        batting.over()
    return batting
