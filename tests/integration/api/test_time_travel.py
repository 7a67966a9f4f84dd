"""A match and a table as they were, at a version and at a time."""

from datetime import datetime, timedelta
from uuid import UUID

from fastapi import FastAPI

from tests.integration.api.conftest import FIRST_BALL, Client
from tests.integration.api.cup import Cup
from tests.integration.api.test_tournaments import project


async def test_a_match_as_it_was(client: Client) -> None:
    match = await client.in_play()
    await client.post(f"{match}/balls", {**FIRST_BALL, "bat_runs": 4})
    await client.post(f"{match}/balls", {"bat_runs": 2})
    events = (await client.get(f"{match}/events")).json()["events"]
    before_second = events[6 - 1]["recorded_at"]
    for at in ("6", before_second, before_second.replace("+", "%2B")):
        found = await client.get(f"{match}?at={at}")
        assert (found.headers["etag"], found.json()["summary"]["runs"]) == ('"6"', 4), at
        card = (await client.get(f"{match}/scorecard?at={at}")).json()
        assert (card["version"], card["innings"][0]["runs"]) == (6, 4)
    now = (datetime.fromisoformat(events[-1]["recorded_at"]) + timedelta(days=1)).isoformat()
    assert (await client.get(f"{match}?at={now}")).json()["summary"]["runs"] == 6
    assert (await client.get(f"{match}/export?at={before_second}")).status_code == 200
    before = (datetime.fromisoformat(events[0]["recorded_at"]) - timedelta(seconds=1)).isoformat()
    assert (await client.get(f"{match}?at={before}")).json()["code"] == "match_not_found"
    for wrong in ("0", "yesterday", "2026-04-01", "2026-04-01T18:30:00", "99999999999999999999"):
        answer = await client.get(f"{match}?at={wrong}")
        assert (answer.status_code, answer.json()["param"]) == (400, "at"), wrong


async def test_a_table_as_it_was(
    client: Client, app: FastAPI, with_workflows: object, postgres_dsn: str
) -> None:
    cup = await Cup.drawn_up(client, app.state.services)
    first, _ = [
        (await cup.post("/deductions", {"team": "a", "points": points, "reason": "slow over rate"}))[
            "version"
        ]
        for points in (3, 2)
    ]
    recorded = await app.state.services.store.load(client.tenant_id, UUID(cup.address[-36:]))
    then = recorded[first - 1].recorded_at.isoformat()
    public = cup.address.replace("/v1", f"/v1/public/{client.tenant_id}", 1)
    await project(postgres_dsn)

    async def points_of_a(at: str, address: str = cup.address) -> tuple[int, int]:
        found = (await client.get(f"{address}/standings?at={at}")).json()
        return found["version"], next(
            row["points"] for row in found["tables"][0]["rows"] if row["team"] == "a"
        )

    assert await points_of_a(str(first - 1)) == (first - 1, 0)
    for at in (str(first), then):
        assert await points_of_a(at) == (first, -3)
        assert await points_of_a(at, public) == (first, -3)
    assert (await cup.get("/standings"))["tables"][0]["rows"][-1]["points"] == -5
    assert (await cup.get(f"/bracket?at={first}"))["version"] == first
    both = await client.get(f"{cup.address}/standings?live=true&at=1")
    assert (both.status_code, both.json()["param"]) == (400, "at")
    draft = await client.get(f"{public}/standings?at=1")
    assert (draft.status_code, draft.json()["code"]) == (404, "tournament_not_found")
    late = await client.get(f"{cup.address}/standings?at=9999")
    assert (late.status_code, late.json()["code"]) == (404, "version_not_reached")
