"""Small made-up matches in Cricsheet's format."""

import json
from pathlib import Path
from typing import Any


def innings(batting: str, bowling: str, fours: int) -> dict[str, Any]:
    """Twenty overs by five bowlers: ``fours`` balls are hit for four, the rest are dots."""
    striker, partner = f"{batting} 1", f"{batting} 2"
    overs = []
    for over in range(20):
        deliveries = []
        for ball in range(6):
            runs = 4 if over * 6 + ball < fours else 0
            deliveries.append(
                {
                    "batter": striker,
                    "non_striker": partner,
                    "bowler": f"{bowling} {over % 5 + 7}",
                    "runs": {"batter": runs, "extras": 0, "total": runs},
                }
            )
        overs.append({"over": over, "deliveries": deliveries})
        striker, partner = partner, striker
    return {"team": batting, "overs": overs}


def write_match(
    folder: Path, name: str, first: str, second: str, fours: tuple[int, int], *, on: str, **event: Any
) -> None:
    """``first`` bats first and wins, since ``fours`` must be more for it; ``event``: stage, group …."""
    teams = [first, second]
    match = {
        "meta": {"data_version": "1.1.0", "created": on, "revision": 1},
        "info": {
            "balls_per_over": 6,
            "dates": [on],
            "event": {"name": "A League", **event},
            "gender": "male",
            "match_type": "T20",
            "outcome": {"winner": first, "by": {"runs": 4 * (fours[0] - fours[1])}},
            "overs": 20,
            "players": {team: [f"{team} {n}" for n in range(1, 12)] for team in teams},
            "registry": {"people": {}},
            "season": on[:4],
            "team_type": "club",
            "teams": teams,
            "toss": {"winner": first, "decision": "bat"},
        },
        "innings": [innings(first, second, fours[0]), innings(second, first, fours[1])],
    }
    (folder / f"{name}.json").write_text(json.dumps(match))
