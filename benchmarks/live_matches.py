"""Live matches to bowl balls at, and their balls as requests."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from benchmarks.load import request

RUNS = (0, 1, 4, 0, 2, 1, 0, 6, 1, 0, 3, 0)


@dataclass(slots=True)
class LiveMatch:
    """A match of unlimited overs in progress; ``bowled`` counts its balls."""

    id: str
    bowled: int = 0

    def next_ball(self) -> dict[str, Any]:
        """A ball as a scorer's device sends it: the first of an over names the bowler."""
        over, place = divmod(self.bowled, 6)
        ball: dict[str, Any] = {"bat_runs": RUNS[self.bowled % len(RUNS)]}
        if place == 0:
            ball["bowler"] = f"b{7 + over % 5}"
        if self.bowled == 0:
            ball.update(striker="a1", non_striker="a2")
        self.bowled += 1
        return ball


def headers(token: str) -> dict[str, str]:
    return {
        "authorization": f"Bearer {token}",
        "idempotency-key": str(uuid.uuid4()),
        "content-type": "application/json",
    }


def start_matches(api_url: str, token: str, count: int) -> list[LiveMatch]:
    """Create ``count`` matches and begin their first innings."""
    with httpx.Client(base_url=api_url, timeout=30) as client:
        return [_start(client, token) for _ in range(count)]


def _start(client: httpx.Client, token: str) -> LiveMatch:
    def send(method: str, path: str, body: Any) -> dict[str, Any]:
        response = client.request(method, path, json=body, headers=headers(token))
        if response.is_error:
            raise RuntimeError(f"{path}: {response.text}")
        return response.json()

    teams = [{"id": "A", "name": "Avon"}, {"id": "B", "name": "Barrow"}]
    match = send("POST", "/v1/matches", {"conditions": "test", "teams": teams})["match_id"]
    for side in "ab":
        players = [{"id": f"{side}{n}", "name": f"{side.upper()} Player {n}"} for n in range(1, 12)]
        send("PUT", f"/v1/matches/{match}/line-ups/{side.upper()}", {"players": players})
    send("POST", f"/v1/matches/{match}/toss", {"winner": "A", "decision": "bat"})
    send("POST", f"/v1/matches/{match}/innings", {})
    return LiveMatch(match)


def ball_requests(url: str, token: str, matches: list[LiveMatch], count: int) -> Iterator[str]:
    """``count`` balls, one match after the other, so that each match's balls stay in order."""
    for number in range(count):
        match = matches[number % len(matches)]
        yield request("POST", f"{url}/v1/matches/{match.id}/balls", headers(token), match.next_ball())
