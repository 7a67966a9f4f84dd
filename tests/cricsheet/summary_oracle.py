"""Match summaries read straight from Cricsheet files, without the engine.

It believes the file where the engine finds out for itself (winner, method, target), counts only what tables
and lists need, and so shows that their arithmetic is right whatever the engine does.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from domain.match.events import Result
from domain.tournament.match_summary import (
    BattingLine,
    BowlingLine,
    InningsSummary,
    MatchSummary,
    RevisedTarget,
)

NOT_A_DISMISSAL = {"retired hurt", "retired not out"}
NOT_THE_BOWLERS = NOT_A_DISMISSAL | {
    "run out",
    "retired out",
    "obstructing the field",
    "handled the ball",
    "hit the ball twice",
    "timed out",
}


def summary(path: Path) -> MatchSummary:
    return _summary(path.stem, json.loads(path.read_bytes()))


def season(folder: Path) -> list[MatchSummary]:
    return [summary(path) for path in sorted(folder.glob("*.json"))]


def _summary(match_id: str, file: dict[str, Any]) -> MatchSummary:
    info = file["info"]
    per_over = info.get("balls_per_over", 6)
    event = info.get("event", {})
    full = info["overs"] * per_over if "overs" in info else None
    return MatchSummary(
        id=match_id,
        teams=tuple(info["teams"]),
        result=_result(info["outcome"]),
        innings=tuple(_innings(index, file, per_over, full) for index in range(len(file["innings"]))),
        played_on=date.fromisoformat(info["dates"][0]),
        stage=event.get("stage"),
        group=None if event.get("group") is None else str(event["group"]),
        match_number=event.get("match_number"),
        balls_per_over=per_over,
        full_quota=full,
        line_ups={team: tuple(players) for team, players in info["players"].items()},
    )


def _result(outcome: dict[str, Any]) -> Result:
    settled = outcome.get("eliminator") or outcome.get("bowl_out")
    by = outcome.get("by", {})
    return Result(
        outcome=outcome.get("result", "win"),
        winner=outcome.get("winner", settled),
        by_runs=by.get("runs"),
        by_wickets=by.get("wickets"),
        by_innings=by.get("innings"),
        method=outcome.get("method"),
        decided_by="super over" if "eliminator" in outcome else "bowl out" if settled else None,
    )


def _innings(index: int, file: dict[str, Any], per_over: int, full: int | None) -> InningsSummary:
    info, innings = file["info"], file["innings"][index]
    rain_rule = info["outcome"].get("method") in {"D/L", "VJD"}
    target = _target(file["innings"], per_over)
    length = full
    if target and (index == 1 or not rain_rule):
        length = target[1]
    count = _Count(per_over)
    miscounted = {int(over) for over in innings.get("miscounted_overs", {})}
    for number, over in enumerate(innings.get("overs", [])):
        count.over(over["deliveries"], miscounted=number in miscounted)
    penalties = innings.get("penalty_runs", {})
    left = len(info["players"][innings["team"]]) - len(innings.get("absent_hurt", []))
    return InningsSummary(
        batting=innings["team"],
        bowling=next(team for team in info["teams"] if team != innings["team"]),
        runs=count.runs + penalties.get("pre", 0) + penalties.get("post", 0),
        wickets=count.wickets,
        balls=sum(count.overs),
        quota=length,
        all_out=count.wickets + count.retired >= min(left, 11) - 1,
        super_over=innings.get("super_over", False),
        revised=RevisedTarget(runs=target[0], balls=target[1], method=info["outcome"]["method"])
        if target and index == 1 and rain_rule
        else None,
        batters=tuple(count.batting_lines()),
        bowlers=tuple(count.bowling_lines()),
    )


def _target(innings: list[dict[str, Any]], per_over: int) -> tuple[int, int] | None:
    if len(innings) < 2 or "overs" not in innings[1].get("target", {}):
        return None
    whole, _, loose = str(innings[1]["target"]["overs"]).partition(".")
    return innings[1]["target"]["runs"], int(whole) * per_over + int(loose or 0)


def _is_legal(delivery: dict[str, Any]) -> bool:
    return not {"wides", "noballs"} & delivery.get("extras", {}).keys()


@dataclass
class _Count:
    """Adds up an innings over by over."""

    per_over: int
    runs: int = 0
    wickets: int = 0
    retired: int = 0
    overs: list[int] = field(default_factory=list)
    """What each over counts: a complete one its full number, however many balls it had."""
    batters: dict[str, Counter[str]] = field(default_factory=dict)
    bowlers: dict[str, Counter[str]] = field(default_factory=dict)

    def over(self, deliveries: list[dict[str, Any]], *, miscounted: bool) -> None:
        legal = Counter(delivery["bowler"] for delivery in deliveries if _is_legal(delivery))
        complete = miscounted or legal.total() >= self.per_over
        self.overs.append(self.per_over if complete else legal.total())
        conceded = sum(self.ball(delivery) for delivery in deliveries)
        bowlers = {delivery["bowler"] for delivery in deliveries}
        for name in bowlers:
            alone = complete and len(bowlers) == 1
            self.bowlers[name]["balls"] += self.per_over if alone else legal[name]
            self.bowlers[name]["maidens"] += alone and not conceded

    def ball(self, delivery: dict[str, Any]) -> int:
        runs, extras = delivery["runs"], delivery.get("extras", {})
        striker, _ = self.batter(delivery["batter"]), self.batter(delivery["non_striker"])
        bowler = self.bowlers.setdefault(delivery["bowler"], Counter())
        self.runs += runs["total"]
        striker["runs"] += runs["batter"]
        striker["balls"] += "wides" not in extras
        if not runs.get("non_boundary"):
            striker["fours"] += runs["batter"] == 4
            striker["sixes"] += runs["batter"] == 6
        conceded = runs["batter"] + extras.get("wides", 0) + extras.get("noballs", 0)
        bowler["runs"] += conceded
        for wicket in delivery.get("wickets", []):
            self.wicket(wicket, bowler)
        return conceded

    def batter(self, name: str) -> Counter[str]:
        return self.batters.setdefault(name, Counter())

    def wicket(self, wicket: dict[str, Any], bowler: Counter[str]) -> None:
        batter = self.batter(wicket["player_out"])
        if wicket["kind"] in NOT_A_DISMISSAL:
            self.retired += 1
            return
        self.wickets += 1
        batter["out"] = 1
        bowler["wickets"] += wicket["kind"] not in NOT_THE_BOWLERS

    def batting_lines(self) -> list[BattingLine]:
        return [
            BattingLine(
                player=name,
                name=name,
                runs=line["runs"],
                balls=line["balls"],
                fours=line["fours"],
                sixes=line["sixes"],
                out=bool(line["out"]),
            )
            for name, line in self.batters.items()
        ]

    def bowling_lines(self) -> list[BowlingLine]:
        return [
            BowlingLine(
                player=name,
                name=name,
                balls=line["balls"],
                maidens=line["maidens"],
                runs=line["runs"],
                wickets=line["wickets"],
            )
            for name, line in self.bowlers.items()
        ]
