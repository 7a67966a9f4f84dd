"""`pavilion tenant export` and `erase`, on a real database."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from adapters.postgres.event_store import PostgresEventStore
from adapters.postgres.payees import PostgresPayees
from adapters.postgres.pool import create_pool
from adapters.postgres.registers import PostgresRegisterStore
from cli.main import app
from handlers.payees import Payee
from handlers.register import RegisterHandler, Wish
from handlers.request import NOBODY
from tests.integration.postgres.test_event_store import event

LEAGUE, OTHER = UUID(int=1), UUID(int=2)


async def _filled(dsn: str) -> None:
    """Two leagues with the same in them: a team's stream, a player, a payee."""
    async with await create_pool(dsn, role="pavilion_app", application_name="test", max_size=2) as pool:
        for league in (LEAGUE, OTHER):
            await PostgresEventStore(pool).append(league, "team", uuid4(), 0, [event(), event()])
            wish = Wish(id="kohli", how="register", entry={"id": "kohli", "name": "V Kohli"})
            await RegisterHandler(PostgresRegisterStore(pool)).fulfil(
                league,
                "player",
                [wish],
                idempotency_key="k",
                scope="players",
                expected_version=None,
                caller=NOBODY,
            )
            payee = Payee(id="rcb", account=f"acct_{league.int}", email="rcb@example.com", country="IN")
            await PostgresPayees(pool).add(league, payee)


@pytest.fixture
def database(postgres_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two leagues, which the command takes for its own."""
    asyncio.run(_filled(postgres_dsn))
    monkeypatch.setenv("PAVILION_POSTGRES_DSN", postgres_dsn)
    for name in ("PAVILION_KAFKA_BOOTSTRAP", "PAVILION_TEMPORAL_ADDRESS"):
        monkeypatch.setenv(name, "127.0.0.1:1")
    return postgres_dsn


def run(*arguments: object, said: str = "", code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["tenant", *map(str, arguments)], input=said)
    assert result.exit_code == code, (result.output, result.exception)
    return result


def exported(league: UUID) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("export", league).stdout.splitlines()]


async def _events(dsn: str, league: UUID) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("select distinct type from event where tenant_id = $1", league)
    finally:
        await connection.close()
    return {row["type"] for row in rows}


@pytest.mark.usefixtures("database")
def test_all_that_a_league_has_is_printed_and_nothing_of_another() -> None:
    lines = exported(LEAGUE)
    said = json.dumps(lines)
    assert len(lines) >= 4
    for expected in ("V Kohli", "rcb@example.com", "acct_1"):
        assert expected in said
    assert "acct_2" not in said
    assert str(OTHER) not in said
    assert exported(uuid4()) == []


def test_a_league_is_erased_when_its_id_is_typed_again(database: str) -> None:
    before, others = exported(LEAGUE), exported(OTHER)
    refused = run("erase", LEAGUE, said=f"{OTHER}\n", code=1)
    assert "nothing was deleted" in refused.stderr
    assert exported(LEAGUE) == before
    done = run("erase", LEAGUE, said=f"{LEAGUE}\n")
    assert "register" in done.stdout
    assert "docs/privacy.md" in done.stderr
    assert "V Kohli" not in json.dumps(exported(LEAGUE))
    assert asyncio.run(_events(database, LEAGUE)) == {"TenantErased"}
    assert exported(OTHER) == others


@pytest.mark.usefixtures("database")
def test_a_script_says_yes_and_reads_what_was_deleted() -> None:
    assert json.loads(run("erase", LEAGUE, "--yes", "--json").stdout) == {"event": 3, "register": 1}
    assert json.loads(run("erase", LEAGUE, "--yes", "--json").stdout) == {}, "said again it changes nothing"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("command", ["export", "erase"])
def test_what_is_no_id_is_refused(command: str) -> None:
    assert "Invalid value" in run(command, "hambledon", code=2).stderr


@pytest.mark.parametrize("command", [("export",), ("erase", "--yes")])
def test_without_a_database_it_is_one_line(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAVILION_POSTGRES_DSN", "postgresql://postgres@127.0.0.1:1/nothing")
    for name in ("PAVILION_KAFKA_BOOTSTRAP", "PAVILION_TEMPORAL_ADDRESS"):
        monkeypatch.setenv(name, "127.0.0.1:1")
    refused = run(*command, LEAGUE, code=1)
    assert refused.stderr.startswith("pavilion: Postgres can't be reached")
    assert len(refused.stderr.strip().splitlines()) == 1
