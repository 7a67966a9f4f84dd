"""What a match adds up to, counted from the file's balls alone.

An independent second opinion: it shares no code with the project and knows no Laws beyond how a card is
added up.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

Json = dict[str, Any]

NO_WICKET = {"retired hurt", "retired not out"}
OFF_THE_BALL = {"retired out", "timed out"}
BOWLERS = {"bowled", "caught", "caught and bowled", "lbw", "stumped", "hit wicket"}
KEYS = [
    "team",
    "super_over",
    "runs",
    "wickets",
    "overs",
    "balls",
    "extras",
    "declared",
    "forfeited",
    "batting",
    "bowling",
    "fall_of_wickets",
]
KINDS = ("wides", "noballs", "byes", "legbyes", "penalty")


def load(path: Path) -> Json:
    return msgspec.json.decode(path.read_bytes())


def innings_card(innings: Json, balls_per_over: int) -> Json:
    """Totals, extras and lines of one innings in the shape of ``pavilion score --json``."""
    penalty = sum(innings.get("penalty_runs", {}).values())
    overs, balls = length(innings, balls_per_over)
    return {
        "team": innings["team"],
        "super_over": innings.get("super_over", False),
        "runs": sum(ball["runs"]["total"] for ball in deliveries(innings)) + penalty,
        "wickets": sum(wicket["kind"] not in NO_WICKET for _, wicket in wickets(innings)),
        "overs": f"{overs}.{balls}",
        "balls": sum(legal(ball) for ball in deliveries(innings)),
        "extras": {
            kind: sum(ball.get("extras", {}).get(kind, 0) for ball in deliveries(innings))
            + (penalty if kind == "penalty" else 0)
            for kind in KINDS
        },
        "declared": innings.get("declared", False),
        "forfeited": innings.get("forfeited", False),
        "batting": batting(innings),
        "bowling": bowling(innings, balls_per_over),
        "fall_of_wickets": falls(innings, balls_per_over),
    }


def deliveries(innings: Json) -> Iterator[Json]:
    for over in innings.get("overs", ()):
        yield from over["deliveries"]


def wickets(innings: Json) -> Iterator[tuple[Json, Json]]:
    for ball in deliveries(innings):
        for wicket in ball.get("wickets", ()):
            yield ball, wicket


def legal(ball: Json) -> bool:
    return not {"wides", "noballs"} & ball.get("extras", {}).keys()


def length(innings: Json, balls_per_over: int) -> tuple[int, int]:
    """Overs that ended, and the balls of the one that did not."""
    overs = innings.get("overs", ())
    if not overs:
        return 0, 0
    last = sum(legal(ball) for ball in overs[-1]["deliveries"])
    return (len(overs), 0) if last >= balls_per_over else (len(overs) - 1, last)


def batting(innings: Json) -> list[Json]:
    lines: dict[str, Json] = {}

    def line(player: str) -> Json:
        fresh = {"player": player, "runs": 0, "balls": 0, "fours": 0, "sixes": 0, "out": None}
        return lines.setdefault(player, fresh)

    for ball in deliveries(innings):
        for player in (ball["batter"], ball["non_striker"]):
            if line(player)["out"] in NO_WICKET:
                line(player)["out"] = None
        own, runs = line(ball["batter"]), ball["runs"]
        own["runs"] += runs["batter"]
        own["balls"] += "wides" not in ball.get("extras", {})
        own["fours"] += runs["batter"] == 4 and not runs.get("non_boundary")
        own["sixes"] += runs["batter"] == 6 and not runs.get("non_boundary")
        for wicket in ball.get("wickets", ()):
            line(wicket["player_out"])["out"] = wicket["kind"]
    _note_who_left_hurt(innings, lines)
    return list(lines.values())


def _note_who_left_hurt(innings: Json, lines: dict[str, Json]) -> None:
    """A batter replaced for an injury who was not seen again: the file then has no wicket for it."""
    gone: set[str] = set()
    for ball in deliveries(innings):
        for change in ball.get("replacements", {}).get("role", ()):
            if change["role"] == "batter" and "out" in change:
                gone.add(change["out"])
        gone -= {ball["batter"], ball["non_striker"]}
    for player in gone:
        if player in lines and lines[player]["out"] is None:
            lines[player]["out"] = "retired hurt"


def bowling(innings: Json, balls_per_over: int) -> list[Json]:
    lines: dict[str, Json] = {}
    overs = innings.get("overs", ())
    counts: dict[str, list[int]] = {}
    for number, over in enumerate(overs):
        bowlers = list(dict.fromkeys(ball["bowler"] for ball in over["deliveries"]))
        for ball in over["deliveries"]:
            name, extras = ball["bowler"], ball.get("extras", {})
            fresh = {"player": name, "maidens": 0, "runs": 0, "wickets": 0, "wides": 0, "noballs": 0}
            own = lines.setdefault(name, fresh)
            counts.setdefault(name, [0, 0])[1] += legal(ball)
            own["runs"] += conceded(ball)
            own["wides"] += extras.get("wides", 0)
            own["noballs"] += extras.get("noballs", 0)
            own["wickets"] += sum(wicket["kind"] in BOWLERS for wicket in ball.get("wickets", ()))
        bowled = sum(legal(ball) for ball in over["deliveries"])
        if len(bowlers) == 1 and (number < len(overs) - 1 or bowled >= balls_per_over):
            counts[bowlers[0]][0] += 1
            counts[bowlers[0]][1] -= bowled
            lines[bowlers[0]]["maidens"] += not any(map(conceded, over["deliveries"]))
    for name, (whole, loose) in counts.items():
        more, balls = divmod(loose, balls_per_over)
        lines[name]["overs"] = f"{whole + more}.{balls}"
    return list(lines.values())


def conceded(ball: Json) -> int:
    extras = ball.get("extras", {})
    return ball["runs"]["batter"] + extras.get("wides", 0) + extras.get("noballs", 0)


def falls(innings: Json, balls_per_over: int) -> list[Json]:
    """Wicket, score, batter and over: on the last ball of an over its ".6", retired after it the next ".0"."""
    found: list[Json] = []
    score = innings.get("penalty_runs", {}).get("pre", 0)
    for number, over in enumerate(innings.get("overs", ())):
        bowled = 0
        for ball in over["deliveries"]:
            score += ball["runs"]["total"]
            bowled += legal(ball)
            for wicket in ball.get("wickets", ()):
                if wicket["kind"] not in NO_WICKET:
                    found.append(
                        {
                            "wicket": len(found) + 1,
                            "runs": score,
                            "player": wicket["player_out"],
                            "over": (
                                f"{number + 1}.0"
                                if bowled >= balls_per_over and wicket["kind"] in OFF_THE_BALL
                                else f"{number}.{bowled}"
                            ),
                        }
                    )
    return found


def result(info: Json) -> Json:
    """``info.outcome`` in the shape of ``pavilion score --json``."""
    outcome = info["outcome"]
    decided_by = None
    if "eliminator" in outcome:
        decided_by = {"super over", "boundary count"}
    elif "bowl_out" in outcome:
        decided_by = {"bowl out"}
    return {
        "outcome": outcome.get("result", "win"),
        "winner": outcome.get("winner") or outcome.get("eliminator") or outcome.get("bowl_out"),
        "by": outcome.get("by"),
        "method": outcome.get("method"),
        "decided_by": decided_by or {None},
    }
