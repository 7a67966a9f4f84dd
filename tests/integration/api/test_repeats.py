"""Every POST on tournaments, match days and registers, sent twice: the second answer is the first, and nothing is done
twice."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.integration.api.conftest import Client
from tests.integration.api.league import IN_REGISTERS, POSTS
from tests.integration.api.test_corrections import held
from tests.integration.api.test_fixtures import placed, solved
from tests.integration.api.test_sessions import match_day, until
from tests.integration.api.test_tournaments import created, ok

pytestmark = pytest.mark.usefixtures("with_workflows")

ADDRESSES = [(operation.id, re.compile(re.sub(r"\{\w+\}", "[^/:]+", operation.path))) for operation in POSTS]


@dataclass
class Twice(Client):
    """Sends every POST a second time, as one who does not know whether the first arrived. ``sent``: the operations
    that were carried out."""

    sent: set[str] = field(default_factory=set[str])

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        key = f"twice-{next(self.keys)}"
        first = await super().post(path, body, **{"idempotency_key": key, **headers})
        if first.status_code < 300:
            again = await super().post(path, body, **{"idempotency_key": key, **headers})
            assert (again.status_code, again.json()) == (first.status_code, first.json())
            assert again.headers.get("etag") == first.headers.get("etag")
            self.sent.add(next(id_ for id_, address in ADDRESSES if address.fullmatch(path)))
        return first

    def somebody(self, subject: str, *roles: str) -> "Twice":
        """Somebody else of the same league, who does the same."""
        return Twice(self.http, self.issuer, self.tenant_id, roles, subject, self.keys, self.sent)


@pytest.fixture
def twice(client: Client) -> Twice:
    return Twice(client.http, client.issuer)


def those_of(tag: str) -> set[str]:
    return {operation.id for operation in POSTS if operation.said["tags"] == [tag]}


async def test_registers(twice: Twice) -> None:
    for operation in (each for each in POSTS if each.said["tags"] == ["registers"]):
        if operation.path in IN_REGISTERS:
            assert (await twice.post(operation.path, operation.example)).status_code == 201
    for path, id_ in IN_REGISTERS.items():
        entry = (await twice.get(f"{path}/{id_}")).json()
        for stamp in ("version", "created_at", "updated_at", "archived_at"):
            entry.pop(stamp)
        ok(await twice.post(f"{path}:bulk", {path[4:]: [{**entry, "name": "Another name"}]}))
        ok(await twice.post(f"{path}/{id_}:archive"))
        ok(await twice.post(f"{path}/{id_}:restore"))
        assert (await twice.get(f"{path}/{id_}")).json()["version"] == 4
    assert twice.sent == those_of("registers")


async def test_from_the_entries_to_the_last_result(twice: Twice) -> None:
    await _registration(twice)
    await _fixtures(twice)
    await _a_match_day_with_a_dispute(twice)
    await _match_days_that_end_early(twice)
    assert twice.sent == (those_of("tournaments") | those_of("sessions")) - OF_CORRECTIONS


OF_CORRECTIONS = {"apply_correction", "reject_correction"}


@pytest.mark.parametrize("ruling", ["apply", "reject"])
async def test_a_ruling_on_a_correction(twice: Twice, app: FastAPI, ruling: str) -> None:
    cup, node = await held(Client(twice.http, twice.issuer, twice.tenant_id, keys=twice.keys), app)
    path = f"{cup.address}/corrections/{node}:{ruling}"
    ok(await twice.post(path, {"reason": "ruling of the committee"}))
    assert twice.sent == {f"{ruling}_correction"}
    assert (await twice.get(f"{cup.address}/corrections")).json()["corrections"] == []


async def _registration(twice: Twice) -> None:
    rules = {"capacity": 3, "minimum_teams": 2, "check_in_required": True}
    squads = {"minimum_players": 0, "transfers": 2}
    tournament = await created(twice, format="round-robin", registration=rules, squads=squads)
    entries = f"{tournament}/entries"
    ok(await twice.post(f"{tournament}/registration:open"))
    ok(await twice.post(entries, {"team": "rcb", "name": "Royals", "players": [{"id": "p1", "name": "One"}]}))
    many = [{"team": team, "name": f"Team {team}"} for team in ("mi", "csk", "gt", "kkr")]
    ok(await twice.post(f"{entries}:bulk", {"entries": many}))
    ok(await twice.post(f"{entries}/rcb:confirm"))
    asked = {"email": "captain@example.org", "expires_at": "2040-01-01T00:00:00Z"}
    invited = ok(await twice.post(f"{entries}/rcb/invitations", asked))
    captain = twice.somebody("captain-rcb", "captain")
    ok(await captain.post(f"{entries}/rcb/invitations:accept", {"token": invited["token"]}))
    ok(await twice.post(f"{entries}/csk:withdraw", {"reason": "too few"}))
    ok(await twice.post(f"{entries}/gt/offer:decline"))
    ok(await twice.post(f"{entries}/kkr/offer:accept"))
    ok(await twice.post(f"{tournament}/permits", {"player": "p1", "reason": "by leave of the committee"}))
    ok(await twice.post(f"{tournament}/transfers", {"player": "p1", "from_team": "rcb", "to_team": "mi"}))
    for team in ("rcb", "mi", "kkr"):
        ok(await twice.post(f"{entries}/{team}:check-in"))
    ok(await twice.post(f"{tournament}/registration:close"))
    ok(await twice.post(f"{tournament}/rosters:lock"))
    ok(await twice.post(f"{tournament}/check-in:close"))
    ok(await twice.post(f"{tournament}/draw", {"seed": "once"}))
    reason = {"reason": "an ineligible player", "played": "void"}
    ok(await twice.post(f"{entries}/kkr:disqualify", reason))
    ok(await twice.post(f"{tournament}:cancel", {"reason": "no grounds"}))
    found = {one["team"]: one["status"] for one in (await twice.get(entries)).json()["entries"]}
    assert found == {
        "rcb": "confirmed",
        "mi": "confirmed",
        "csk": "withdrawn",
        "gt": "declined",
        "kkr": "disqualified",
    }


async def _fixtures(twice: Twice) -> None:
    tournament = await placed(twice)
    node, *_ = [row["node"] for row in (await twice.get(f"{tournament}/fixtures")).json()["fixtures"]]
    body = {"nodes": [node], "earliest": "2030-04-01", "time_limit_seconds": 5}
    begun = await twice.post(f"{tournament}/fixtures:reschedule", body)
    await solved(twice, begun.headers["location"])
    ok(await twice.post(f"{begun.headers['location']}:apply"))
    moved = {
        "node": node,
        "ground": "oval",
        "starts_at": "2030-01-01T14:00:00Z",
        "ends_at": "2030-01-01T18:00:00Z",
    }
    ok(await twice.post(f"{tournament}/fixtures:move", {"placements": [moved], "reason": "rain"}))
    official = f"{tournament}/fixtures/{node}/officials/menon"
    ok(await twice.put(official, {"name": "N Menon", "role": "umpire"}))
    ok(await twice.somebody("menon", "umpire").post(f"{official}:confirm"))
    ok(await twice.post(f"{official}:remove", {"reason": "ill"}))
    ok(await twice.post(f"{tournament}/deductions", {"team": "rcb", "points": 1, "reason": "slow"}))
    ok(await twice.post(f"{tournament}:start"))
    rows = (await twice.get(f"{tournament}/standings")).json()["tables"][0]["rows"]
    assert {row["team"]: row["points"] for row in rows}["rcb"] == -1


async def _a_match_day_with_a_dispute(twice: Twice) -> None:
    tournament, match = await match_day(twice)
    session = f"{match}/session"
    one, two = (twice.somebody(name, "scorer") for name in ("one", "two"))
    rcb, mi = (twice.somebody(f"captain-{team}", "captain") for team in ("rcb", "mi"))
    ok(await one.post(f"{session}/lease"))
    ok(await one.post(f"{session}/lease:hand-over", {"to": "two"}))
    ok(await one.post(f"{session}/lease:take-over", {"reason": "their phone is dead"}))
    ok(await one.post(f"{session}/lease:release"))
    await until(two, session, lambda answer: answer.json()["lease"] is None)
    ok(await rcb.post(f"{session}:concede", {"team": "rcb"}))
    await until(twice, session, lambda answer: answer.json()["phase"] == "result proposed")
    ok(await mi.post(f"{session}/result:confirm", {"team": "mi"}))
    ok(await rcb.post(f"{session}/disputes", {"team": "rcb", "reason": "asked under pressure"}))
    ok(await mi.post(f"{session}/disputes:answer", {"team": "mi", "answer": "nobody was"}))
    ok(await twice.post(f"{session}/disputes:rule", {"ruling": "stands", "reason": "no sign of it"}))
    await until(twice, tournament, lambda answer: answer.json()["phase"] == "completed")
    ok(await twice.post(f"{tournament}:settle"))
    ok(await twice.post(f"{tournament}:archive"))


async def _match_days_that_end_early(twice: Twice) -> None:
    for command, body in (
        (":abandon", {"reason": "waterlogged"}),
        (":award", {"to": "mi", "reason": "the other side refused to play"}),
        (":forfeit", {"team": "rcb", "reason": "nobody came"}),
    ):
        tournament, match = await match_day(twice)
        ok(await twice.post(f"{match}/session{command}", body))
    node = (await twice.get(f"{match}/session")).json()["node"]
    starts_at = datetime.now(UTC) + timedelta(days=90)
    placement = {
        "node": node,
        "ground": "oval",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=4)).isoformat(),
    }
    again = {"placement": placement, "reason": "ruling of the committee"}
    ok(await twice.post(f"{tournament}/fixtures/{node}:replay", again))
    (fixture,) = (await twice.get(f"{tournament}/fixtures")).json()["fixtures"]
    assert fixture["replay"] == 1
